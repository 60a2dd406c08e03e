import { pace } from './clients.ts';

/** Slack changes 100 windows a minute for one app, by its own clock. */
const callsPerMinute = 95;
/** The rest is for windows already open, each of which may still call once for its press and once for an image that is late. */
const mostPerMinute = 60;
/** Once it is spent, the dear way comes back only when the minute is well rested, so that windows do not flicker. */
const restedPerMinute = 40;
const minuteMs = 60_000;

/** Whether windows may be changed by calls at the moment, or only by answers to a submission, which cost none. */
export type Allowance = {
  /** Resolves when a call may go out, in the order of asking. */
  turn(): Promise<void>;
  /** True while everybody who labels may have a call for each label. */
  hasRoom(): boolean;
};

/** @see https://docs.slack.dev/apis/web-api/rate-limits */
export function openAllowance(
  nowMs: () => number = () => performance.now(),
  begin = pace(callsPerMinute, minuteMs),
): Allowance {
  let recent: number[] = [];
  let isSpent = false;
  return {
    async turn() {
      await begin('urgent');
      recent.push(nowMs());
    },
    hasRoom() {
      const now = nowMs();
      recent = recent.filter((at) => at > now - minuteMs);
      isSpent = recent.length >= (isSpent ? restedPerMinute : mostPerMinute);
      return !isSpent;
    },
  };
}
