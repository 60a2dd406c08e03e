import { type Assessment, assess, confidence, isSettled } from '../../method/assess.ts';
import { type Belief, type Click, learn, prior } from '../../method/belief.ts';
import { PATIENCE } from '../../method/constants.ts';
import { prepare } from '../../method/problem.ts';
import { nextImages } from '../../method/question.ts';
import type { View } from '../../round/next-step.ts';
import type { Opening, Request } from './thread.ts';

/** A belief is D x D numbers, so only some are kept: the last ones for the next click, and marks for an undo. */
const MARK_EVERY = 25;

/** Confidence in "the best" and in "within the tolerance"; all that is kept of an assessment, which is as long as the batch. */
type Confidences = { best: number; within: number };

/**
 * The method over a growing log of clicks. What was derived for a prefix of the log is kept and thrown away freely, so
 * a new click costs one step, an undo a few, and the answer is the same as without any cache.
 */
export function answerBeliefs({ matrix, rules }: Opening): (request: Request) => View | number[] {
  const { clickError, opinions } = rules;
  const problem = prepare(matrix, { clickError, opinions });
  let log: readonly Click[] = [];
  /** `beliefs[n]`, `path[n]`: after the first n clicks of the log. */
  let beliefs: (Belief | undefined)[] = [prior(problem)];
  let path: (Confidences | undefined)[] = [];

  function follow(clicks: readonly Click[]): void {
    let shared = 0;
    while (shared < log.length && shared < clicks.length && isSame(log[shared]!, clicks[shared]!)) shared += 1;
    beliefs = beliefs.slice(0, shared + 1);
    path = path.slice(0, shared + 1);
    log = clicks;
  }

  function beliefAfter(count: number): Belief {
    let from = count;
    while (beliefs[from] === undefined) from -= 1;
    for (; from < count; from++) beliefs[from + 1] = learn(problem, beliefs[from]!, log[from]!);
    return beliefs[count]!;
  }

  function confidencesAfter(count: number): Confidences {
    path[count] ??= confidencesOf(assess(problem, beliefAfter(count)), rules.tolerance);
    return path[count];
  }

  function forgetOld(): void {
    for (let n = 1; n < beliefs.length - 2 * PATIENCE; n++) {
      if (n % MARK_EVERY !== 0) beliefs[n] = undefined;
    }
  }

  function view(pending: readonly number[], count: number): View {
    const belief = beliefAfter(log.length);
    const assessment = assess(problem, belief);
    const { best, within } = confidencesOf(assessment, rules.tolerance);
    path[log.length] = { best, within };
    // What the models' own votes make believe before the first answer counts for nothing.
    const first = Math.max(1, log.length - PATIENCE + 1);
    const recent = Array.from({ length: log.length - first + 1 }, (_, n) => confidencesAfter(first + n));
    const isSure = (claim: keyof Confidences) =>
      assessment.isFinal ||
      isSettled(
        recent.map((one) => one[claim]),
        rules.confidence,
      );
    return {
      leader: assessment.leader,
      tiedWithLeader: assessment.tiedWithLeader,
      runnerUp: assessment.runnerUp,
      confidenceBest: best,
      confidenceWithin: within,
      sure: isSure('best') ? 'best' : isSure('within') ? 'within tolerance' : undefined,
      accuracy: [...assessment.expectedAccuracy],
      accuracySd: [...assessment.accuracySd],
      chanceBest: [...assessment.chanceBest],
      next: nextImages(problem, belief, assessment, pending, count),
    };
  }

  return (request) => {
    follow(request.clicks);
    const answer =
      request.kind === 'view'
        ? view(request.pending, request.count)
        : Array.from({ length: log.length + 1 }, (_, n) => confidencesAfter(n).within);
    forgetOld();
    return answer;
  };
}

function confidencesOf(assessment: Assessment, tolerance: number): Confidences {
  return { best: confidence(assessment, 0), within: confidence(assessment, tolerance) };
}

function isSame(a: Click, b: Click): boolean {
  return a.image === b.image && a.class === b.class && a.annotator === b.annotator;
}
