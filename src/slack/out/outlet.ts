import { type Allowance, openAllowance } from './allowance.ts';
import { type Pace, pace } from './clients.ts';
import { type EditPace, openEditPace } from './edits.ts';
import type { CallsAgo } from './files/kept.ts';

/**
 * What Slack allows one app, shared by all its tasks: whoever waits is served in the order of asking, and a task asks for
 * one thing after the other, so that none starves beside a busy one.
 */
export type Outlet = {
  /** Before an upload begins, and before a look at a file. */
  readonly uploads: {
    readonly perMinute: number;
    readonly begin: Pace;
    readonly look: Pace;
    readonly sharing: Sharing;
    /** Calls before this start: Slack counts them, too. */
    remember(agoMs: CallsAgo): void;
  };
  readonly edits: EditPace;
  /** How often windows are changed by calls. */
  readonly windows: Allowance;
  /** What admins were told of Slack, by whichever task, and has not worked since. */
  readonly heard: Set<string>;
};

/** Slack's rate is 100 a minute for each of its file methods; the rest is left to pictures people wait for. */
const usualPerMinute = 92;
/** For what people wait for, and for a file that needs a second look. */
const spare = 6;

/** Who uploads at the pace of the app, so that each knows what is left for it. */
type Sharing = {
  /** One of them has images to upload. */
  note(who: object): void;
  /** How many had lately; 1 at least. */
  count(): number;
};

/** People who label need new images more often than that. */
const latelyMs = 5 * 60_000;

/** With nobody uploading yet; `nowMs` is only compared with itself. */
export function openSharing(nowMs: () => number = () => performance.now()): Sharing {
  const notedAt = new Map<object, number>();
  return {
    note: (who) => void notedAt.set(who, nowMs()),
    count: () => Math.max(1, [...notedAt.values()].filter((at) => at > nowMs() - latelyMs).length),
  };
}

/** `uploadsPerMinute` as the settings of the tasks say it; the lowest holds for all. */
export function openOutlet(...uploadsPerMinute: readonly (number | undefined)[]): Outlet {
  const stated = uploadsPerMinute.filter((one) => one !== undefined);
  const perMinute = stated.length > 0 ? Math.min(...stated) : usualPerMinute;
  const files = () => pace(perMinute, 60_000, spare);
  const [begin, look] = [files(), files()];
  const remember = (agoMs: CallsAgo) => {
    begin.note(agoMs.uploads);
    look.note(agoMs.looks);
  };
  const uploads = { perMinute, begin, look, sharing: openSharing(), remember };
  return { uploads, edits: openEditPace(), windows: openAllowance(), heard: new Set() };
}
