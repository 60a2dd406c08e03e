import { type Claim, claims, type Played } from './play.ts';

/** What a strategy achieved over the pools; `null` where it never got there. Labels are means over nothing else. */
export type Measures = {
  /** Labels after which the share of pools with the best model in front stays at or above 90, 95 and 100 %. */
  readonly identification: Readonly<Record<'p90' | 'p95' | 'p100', number | null>>;
  /** Sum over all labels of the mean regret in points. */
  readonly regretArea: number;
  readonly announced: Readonly<Record<Claim, Announcements>>;
  readonly questionMs: { readonly median: number | null; readonly p99: number | null };
};

/** First announcements at the wanted confidence. */
export type Announcements = {
  /** Share of pools with an announcement. */
  readonly share: number;
  readonly labelsMean: number | null;
  readonly labelsMedian: number | null;
  /** Share of the announcements that were true. */
  readonly right: number | null;
  /** What was said with them of the winner's accuracy; `null` where nothing was. */
  readonly accuracy: AccuracySaid | null;
};

type AccuracySaid = {
  /** Mean of what was said less what is true. */
  readonly error: number;
  /** Mean half width of the 95 % interval, and the share of intervals that hold the truth. */
  readonly halfWidth: number;
  readonly covered: number;
};

/** Differences of accuracy below this are rounding. */
const ROUNDING = 1e-9;

/** Sums runs up, each carried forward to the budget with its last leader. */
export function measure(runs: readonly Played[], budget: number): Measures {
  const identified = identificationPath(runs, budget);
  let regretArea = 0;
  for (let labels = 1; labels <= budget; labels++) {
    regretArea += 100 * mean(runs.map((run) => regretAt(run, labels)))!;
  }
  const durations = runs.flatMap(({ questionMs }) => questionMs);
  return {
    identification: { p90: reached(identified, 0.9), p95: reached(identified, 0.95), p100: reached(identified, 1) },
    regretArea,
    announced: {
      best: announcements(runs, 'best'),
      'within0.5': announcements(runs, 'within0.5'),
      within1: announcements(runs, 'within1'),
    },
    questionMs: { median: quantile(durations, 0.5), p99: quantile(durations, 0.99) },
  };
}

/** `path[labels]`: share of the pools whose leader is then the best model, or as good. */
export function identificationPath(runs: readonly Played[], budget: number): number[] {
  return Array.from(
    { length: budget + 1 },
    (_, labels) => mean(runs.map((run) => (regretAt(run, labels) <= ROUNDING ? 1 : 0)))!,
  );
}

function regretAt({ regrets }: Played, labels: number): number {
  return regrets[Math.min(labels, regrets.length - 1)]!;
}

/** The first number of labels from which on the path never falls below a level. */
function reached(path: readonly number[], level: number): number | null {
  const lastBelow = path.findLastIndex((share) => share < level - ROUNDING);
  return lastBelow + 1 < path.length ? lastBelow + 1 : null;
}

function announcements(runs: readonly Played[], claim: Claim): Announcements {
  const made = runs.flatMap(({ announced }) => announced[claim] ?? []);
  const labels = made.map((one) => one.labels);
  return {
    share: made.length / runs.length,
    labelsMean: mean(labels),
    labelsMedian: quantile(labels, 0.5),
    right: mean(made.map(({ regret }) => (regret <= claims[claim] + ROUNDING ? 1 : 0))),
    accuracy: accuracySaid(made.flatMap(({ accuracy }) => accuracy ?? [])),
  };
}

function accuracySaid(said: readonly { error: number; deviation: number }[]): AccuracySaid | null {
  if (said.length === 0) return null;
  return {
    error: mean(said.map(({ error }) => error))!,
    halfWidth: mean(said.map(({ deviation }) => 1.96 * deviation))!,
    covered: mean(said.map(({ error, deviation }) => (Math.abs(error) <= 1.96 * deviation + ROUNDING ? 1 : 0)))!,
  };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The smallest value with at least this share of all at or below it. */
function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
