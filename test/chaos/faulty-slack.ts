import type { Chance } from '../../src/simulate/chance.ts';
import { MessageRefused, type Obstacle } from '../../src/task/going-on/obstacle.ts';
import type { Channel, Message } from '../../src/task/people.ts';
import type { Life } from './life.ts';

const REFUSABLE: Readonly<Partial<Record<Message['kind'], string>>> = { result: 'announcements', card: 'cards' };

/** A message as it stands on Slack's server. */
export type PostedMessage = { readonly ts: string; message: Message; isDeleted: boolean };

/** Slack on a bad day, in memory: what was posted stays whatever becomes of the bot. */
export type FaultySlack = {
  /** In the order they were posted. */
  readonly messages: readonly PostedMessage[];
  /** The way out for one process; edits it has not sent end with it. */
  channelFor(life: Life): Channel;
  /** Sends the edits that wait; some are given up while Slack is down. */
  sendEdits(): void;
  isDown: boolean;
  /** What admins were told does not work. */
  readonly told: string[];
  /** Chance of each post to be refused, and of its reply to be lost. */
  refusals: number;
  lostReplies: number;
  /** Whether the bot may read the channel, to look for a message it may have posted. */
  readonly canLook: boolean;
  /** Chance that an answer to a post waits until `release`. */
  slowness: number;
  release(): void;
};

/** `failing`: kinds of messages that it does not take as they are. */
export function createFaultySlack(chance: Chance, canLook: boolean, failing: ReadonlySet<string>): FaultySlack {
  const messages: PostedMessage[] = [];
  let waitingEdits: { life: Life; ts: string; message: Message; onGone: () => void }[] = [];
  let slow: (() => void)[] = [];

  function post(message: Message, perhapsPosted: boolean): PostedMessage {
    if (slack.isDown) throw new Error('Slack cannot be reached');
    const earlier = messages.findLast((one) => one.message.key === message.key && !one.isDeleted);
    if (perhapsPosted && canLook && earlier) return earlier;
    if (failing.has('channel')) throw new Error('is_archived');
    if (failing.has(REFUSABLE[message.kind] ?? '')) throw new MessageRefused('invalid_blocks');
    if (chance() < slack.refusals) throw new Error('ratelimited');
    const posted = { ts: String(messages.length + 1), message, isDeleted: false };
    messages.push(posted);
    if (chance() < slack.lostReplies) throw new Error('socket hang up');
    return posted;
  }

  function tell({ kind, batch, model = '' }: Obstacle): void {
    if (slack.isDown) throw new Error('Slack cannot be reached');
    slack.told.push(`${kind} ${batch} ${model}`);
  }

  const slack: FaultySlack = {
    told: [],
    messages,
    isDown: false,
    refusals: 0,
    lostReplies: 0,
    slowness: 0,
    canLook,
    channelFor(life) {
      const gone = new Set<string>();
      return {
        async post(message, { perhapsPosted }) {
          if (chance() < slack.slowness) await new Promise<void>((resolve) => slow.push(resolve));
          const { ts } = await life.effect(() => post(message, perhapsPosted));
          return { channel: 'C1', ts };
        },
        edit({ ts }, message) {
          // The newest state wins.
          waitingEdits = waitingEdits.filter((edit) => edit.ts !== ts || edit.life !== life);
          waitingEdits.push({ life, ts, message, onGone: () => gone.add(ts) });
        },
        isGone: ({ ts }) => gone.has(ts),
        prepare: () => undefined,
        isPrepared: () => chance() < 0.7,
        imagesPerMinute: () => 92,
        settled: async () => undefined,
        tellAdmins: (trouble) => life.effect(() => tell(trouble)),
      };
    },
    sendEdits() {
      for (const { life, ts, message, onGone } of waitingEdits) {
        if (life.isOver || (slack.isDown && chance() < 0.5)) continue;
        const posted = messages.find((one) => one.ts === ts)!;
        if (failing.has('channel')) continue;
        if (posted.isDeleted) onGone();
        else posted.message = message;
      }
      waitingEdits = [];
    },
    release() {
      for (const go of slow) go();
      slow = [];
    },
  };
  return slack;
}
