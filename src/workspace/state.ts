import type { BadDays } from './bad-days.ts';
import type { Block, HomeView, ModalView } from './blocks/blocks.ts';
import type { Metadata } from './blocks/limits.ts';
import { ENTERPRISE, type Person, type WorkspaceChannel, type WorkspaceCommand } from './scene.ts';

export type WorkspaceMessage = {
  readonly ts: string;
  readonly channel: string;
  /** User id of the person or the bot who wrote it. */
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly metadata?: Metadata;
  readonly thread_ts?: string;
  /** Slack marks an edit only where the text was edited, not where blocks were. */
  readonly isEdited: boolean;
  /** Set on an ephemeral message: the only person who sees it. */
  readonly onlyFor?: string;
  readonly files?: readonly SharedFile[];
};

/** A file as a message shows it. */
type SharedFile = Pick<WorkspaceFile, 'id' | 'name' | 'title' | 'mimetype' | 'size'>;

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

/** A modal or a Home tab as it stands in front of one person. */
export type OpenView = {
  readonly id: string;
  readonly owner: string;
  /** New with every change of the view. */
  readonly hash: string;
  readonly view: ModalView | HomeView;
  readonly rootId: string;
  readonly previousId: string | null;
};

/** One Web API call as it came in. */
export type Call = {
  readonly at: number;
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Slack's error code; undefined when the call was carried out. */
  readonly error?: string;
};

/** A rule of Slack's that the app broke; a `warning` is good practice ignored, or something that was gone already. */
export type Violation = {
  readonly at: number;
  readonly level: 'error' | 'warning';
  /** The method or the delivery it happened in. */
  readonly where: string;
  readonly code: string;
  readonly explanation: string;
};

/** What the page is told, so that it changes without a reload. */
export type Change =
  | { readonly kind: 'message'; readonly message: WorkspaceMessage }
  | { readonly kind: 'message gone'; readonly channel: string; readonly ts: string; readonly onlyFor?: string }
  | { readonly kind: 'modals'; readonly person: string }
  | { readonly kind: 'home'; readonly person: string }
  | { readonly kind: 'violation'; readonly violation: Violation }
  | { readonly kind: 'connections'; readonly count: number }
  | { readonly kind: 'bad days' };

export type State = ReturnType<typeof createState>;

const KEPT_CALLS = 5_000;
const KEPT_VIOLATIONS = 500;
const KEPT_PRIVATE_MESSAGES = 500;
const KEPT_EARLIER = 10;
const KEPT_FILE_BYTES = 128 * 1024 * 1024;

/** Everything the workspace remembers, in memory only. */
export function createState(setup: {
  readonly teamName: string;
  readonly appName: string;
  readonly people: readonly Person[];
  readonly channels: readonly WorkspaceChannel[];
  readonly commands: readonly WorkspaceCommand[];
  readonly now: () => number;
  /** Slack's troubles of the day. */
  readonly badDays: BadDays;
}) {
  const messages = new Map<string, WorkspaceMessage>();
  const earlier = new Map<string, readonly (readonly Block[])[]>();
  const privateMessages: WorkspaceMessage[] = [];
  const files = new Map<string, WorkspaceFile>();
  const calls: Call[] = [];
  const violations: Violation[] = [];
  const listeners = new Set<(change: Change) => void>();
  let lastTsMicros = 0;
  let lastId = 0;

  function tell(change: Change): void {
    for (const listener of listeners) listener(change);
  }

  function keepEarlier({ channel, ts, blocks }: WorkspaceMessage): void {
    const key = keyOf(channel, ts);
    earlier.set(key, [blocks, ...(earlier.get(key) ?? [])].slice(0, KEPT_EARLIER));
  }

  /** Forgets the oldest private notes; Slack's clients forget theirs at the next start. */
  function evictPrivate(newest: WorkspaceMessage): void {
    privateMessages.push(newest);
    const oldest = privateMessages.length > KEPT_PRIVATE_MESSAGES ? privateMessages.shift() : undefined;
    if (oldest) messages.delete(keyOf(oldest.channel, oldest.ts));
  }

  /** Evicts the oldest pictures, so that a long run does not fill the memory. */
  function evictFiles(): void {
    let bytes = [...files.values()].reduce((sum, file) => sum + (file.bytes?.length ?? 0), 0);
    for (const [id, file] of files) {
      if (bytes <= KEPT_FILE_BYTES) return;
      bytes -= file.bytes?.length ?? 0;
      files.delete(id);
    }
  }

  const channels = [...setup.channels];

  return {
    ...setup,
    channels: channels as readonly WorkspaceChannel[],
    enterprise: setup.people.some(({ kind }) => kind === 'grid') ? ENTERPRISE : undefined,
    messages: messages as ReadonlyMap<string, WorkspaceMessage>,
    files: files as ReadonlyMap<string, WorkspaceFile>,
    /** Modal stacks by person, root first. */
    modals: new Map<string, readonly OpenView[]>(),
    homes: new Map<string, OpenView>(),
    calls: calls as readonly Call[],
    /** Calls by method since the start; `calls` keeps only the newest. */
    callCounts: new Map<string, number>(),
    violations: violations as readonly Violation[],
    listeners,
    tell,

    /** A new `ts`: seconds with six decimals, always later than the one before. */
    newTs(): string {
      lastTsMicros = Math.max(Math.floor(setup.now() * 1000), lastTsMicros + 1);
      return `${Math.floor(lastTsMicros / 1e6)}.${String(lastTsMicros % 1e6).padStart(6, '0')}`;
    },

    /** A new id of Slack's form and length, such as `V00000000AB`. */
    newId(prefix: string): string {
      lastId += 1;
      return `${prefix}${lastId.toString(36).toUpperCase().padStart(10, '0')}`;
    },

    putMessage(message: WorkspaceMessage): void {
      const before = messages.get(keyOf(message.channel, message.ts));
      if (before) keepEarlier(before);
      messages.set(keyOf(message.channel, message.ts), message);
      tell({ kind: 'message', message });
      if (!before && message.onlyFor !== undefined) evictPrivate(message);
    },

    findMessage(channel: string, ts: string): WorkspaceMessage | undefined {
      return messages.get(keyOf(channel, ts));
    },

    /** Blocks a message had before its latest edits, newest first: a slow client may still show them. */
    earlierBlocks: (channel: string, ts: string): readonly (readonly Block[])[] =>
      earlier.get(keyOf(channel, ts)) ?? [],

    removeMessage({ channel, ts, onlyFor }: WorkspaceMessage): void {
      messages.delete(keyOf(channel, ts));
      earlier.delete(keyOf(channel, ts));
      tell({ kind: 'message gone', channel, ts, ...(onlyFor === undefined ? {} : { onlyFor }) });
    },

    putFile(file: WorkspaceFile): void {
      files.set(file.id, file);
      evictFiles();
    },

    removeFile: (id: string): boolean => files.delete(id),

    isFileReady: (file: WorkspaceFile) => file.isComplete && setup.now() >= file.readyAt,

    /** Archives a channel, takes the app out of it, or undoes that. */
    changeChannel(id: string, change: Partial<Omit<WorkspaceChannel, 'id'>>): void {
      const index = channels.findIndex((channel) => channel.id === id);
      if (index >= 0) channels[index] = { ...channels[index]!, ...change };
    },

    setModals(person: string, stack: readonly OpenView[]): void {
      this.modals.set(person, stack);
      tell({ kind: 'modals', person });
    },

    logCall(call: Call): void {
      this.callCounts.set(call.method, (this.callCounts.get(call.method) ?? 0) + 1);
      calls.push(call);
      if (calls.length > KEPT_CALLS) calls.shift();
    },

    addViolation(violation: Omit<Violation, 'at'>): void {
      const dated = { at: setup.now(), ...violation };
      violations.push(dated);
      if (violations.length > KEPT_VIOLATIONS) violations.shift();
      tell({ kind: 'violation', violation: dated });
    },
  };
}

function keyOf(channel: string, ts: string): string {
  return `${channel} ${ts}`;
}
