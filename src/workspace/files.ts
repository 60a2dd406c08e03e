/** A file on its way to the workspace, or there. */
export type WorkspaceFile = {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  /** Bytes announced by `files.getUploadURLExternal`. */
  readonly size: number;
  readonly bytes?: Buffer;
  readonly mimetype: string;
  /** `files.completeUploadExternal` was called. */
  readonly isComplete: boolean;
  /** When it was announced, in milliseconds by the workspace's clock. */
  readonly createdAt: number;
  /** Milliseconds by the workspace's clock; before that Slack is still looking at the file. */
  readonly readyAt: number;
};

const KEPT_FILE_BYTES = 128 * 1024 * 1024;

/** The files of the workspace, by id; the oldest are forgotten, so that a long run does not fill the memory. */
export function createFiles(now: () => number) {
  const files = new Map<string, WorkspaceFile>();

  function evict(): void {
    let bytes = [...files.values()].reduce((sum, file) => sum + (file.bytes?.length ?? 0), 0);
    for (const [id, file] of files) {
      if (bytes <= KEPT_FILE_BYTES) return;
      bytes -= file.bytes?.length ?? 0;
      files.delete(id);
    }
  }

  return {
    files: files as ReadonlyMap<string, WorkspaceFile>,

    putFile(file: WorkspaceFile): void {
      files.set(file.id, file);
      evict();
    },

    removeFile: (id: string): boolean => files.delete(id),

    isFileReady: (file: WorkspaceFile) => file.isComplete && now() >= file.readyAt,
  };
}
