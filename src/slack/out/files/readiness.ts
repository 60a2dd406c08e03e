/**
 * How soon Slack can show an uploaded file, learned from the files before it. Each look costs a call, and looks share
 * Slack's rate with nothing else, so one look a file, just after it is ready, lets as many files through as uploads do.
 */
export type Readiness = {
  /** When to look first, in ms after the upload. */
  firstLookMs(): number;
  /** A file was seen to be ready at this look, so long after its upload. */
  note(looks: number, afterMs: number): void;
};

/** Files are ready after one to two seconds. */
const shortestMs = 1_000;
const longestMs = 5_000;
/** Looking a little earlier each time, until a look is wasted. */
const earlierMs = 15;
const marginMs = 100;

/** Begins with the shortest time in which files are ready. */
export function learnReadiness(): Readiness {
  let firstMs = shortestMs;
  return {
    firstLookMs: () => firstMs,
    note(looks, afterMs) {
      const next = looks === 1 ? firstMs - earlierMs : Math.min(afterMs, firstMs + 250) + marginMs;
      firstMs = Math.min(Math.max(next, shortestMs), longestMs);
    },
  };
}
