import { isSettled } from '../method/assess.ts';
import type { Annotator } from './annotator.ts';
import type { Strategy } from './strategy.ts';

/** Tolerances that announcements are measured at, as fractions of the pool, by the name they have in reports. */
export const claims = { best: 0, 'within0.5': 0.005, within1: 0.01 } as const;

/** A claim by its name in reports. */
export type Claim = keyof typeof claims;

type Announced = {
  readonly labels: number;
  readonly regret: number;
  /** By how much the accuracy said of the winner is above the true one, and the standard deviation said with it. */
  readonly accuracy?: { readonly error: number; readonly deviation: number };
};

/** One pool played to its end. */
export type Played = {
  /** `regrets[labels]`: how much worse than the best model the leader is then, as a fraction of the pool. */
  readonly regrets: readonly number[];
  /** When each claim was first announced; absent where it never was. */
  readonly announced: Readonly<Partial<Record<Claim, Announced>>>;
  /** Milliseconds from each answer to the next question. */
  readonly questionMs: readonly number[];
};

/** A run ends early when the confidence in "the best" has been above this for so many answers. */
const CERTAIN = 0.999;
const CERTAIN_ANSWERS = 6;

/**
 * Asks until the budget is spent, the strategy is certain, or it wants no more.
 *
 * @param accuracies true accuracy of each model on the pool.
 */
export function play(
  strategy: Strategy,
  annotator: Annotator,
  accuracies: Float64Array,
  rules: { budget: number; confidence: number },
): Played {
  const highest = Math.max(...accuracies);
  const regretNow = () => highest - accuracies[strategy.leader()]!;
  const accuracyNow = () => {
    const said = strategy.accuracy?.();
    return said && { accuracy: { error: said.mean - accuracies[strategy.leader()]!, deviation: said.deviation } };
  };
  const regrets = [regretNow()];
  const confidences: Record<Claim, number[]> = { best: [], 'within0.5': [], within1: [] };
  const announced: Partial<Record<Claim, Announced>> = {};
  const opinions = new Map<number, number>();
  const questionMs: number[] = [];

  function announce(labels: number): void {
    for (const [claim, tolerance] of Object.entries(claims) as [Claim, number][]) {
      const confidence = strategy.confidence(tolerance);
      if (confidence === undefined) continue;
      if (labels > 0) confidences[claim].push(confidence);
      const isSure = strategy.isFinal() || isSettled(confidences[claim], rules.confidence);
      if (isSure) announced[claim] ??= { labels, regret: regrets[labels]!, ...accuracyNow() };
    }
  }

  announce(0);
  let asked = strategy.next();
  while (asked !== undefined && questionMs.length < rules.budget && !isCertain(confidences.best)) {
    const opinion = opinions.get(asked) ?? 0;
    opinions.set(asked, opinion + 1);
    const click = annotator(asked, opinion);
    if (click === undefined) {
      strategy.learn(asked, null, '');
      asked = strategy.next();
      continue;
    }
    const start = performance.now();
    strategy.learn(asked, click.class, click.annotator);
    asked = strategy.next();
    questionMs.push(performance.now() - start);
    regrets.push(regretNow());
    announce(questionMs.length);
  }
  return { regrets, announced, questionMs };
}

function isCertain(confidences: readonly number[]): boolean {
  return confidences.length >= CERTAIN_ANSWERS && confidences.slice(-CERTAIN_ANSWERS).every((one) => one > CERTAIN);
}
