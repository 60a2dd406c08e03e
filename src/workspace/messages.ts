import type { Block } from './blocks/blocks.ts';
import type { Metadata } from './blocks/limits.ts';
import type { WorkspaceFile } from './files.ts';

/** A message as one channel, or one person, has it. */
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

/** What the page is told of messages. */
export type MessageChange =
  | { readonly kind: 'message'; readonly message: WorkspaceMessage }
  | { readonly kind: 'message gone'; readonly channel: string; readonly ts: string; readonly onlyFor?: string };

const KEPT_PRIVATE_MESSAGES = 500;
const KEPT_EARLIER = 10;

/** The messages of all channels, and what they said before their latest edits. */
export function createMessages(tell: (change: MessageChange) => void) {
  const messages = new Map<string, WorkspaceMessage>();
  const earlier = new Map<string, readonly (readonly Block[])[]>();
  const privateMessages: WorkspaceMessage[] = [];

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

  return {
    messages: messages as ReadonlyMap<string, WorkspaceMessage>,

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
  };
}

function keyOf(channel: string, ts: string): string {
  return `${channel} ${ts}`;
}
