import { agreementOfPeople, annotatorRecords } from '../../method/annotators.ts';
import { type Assessment, assess, confidence, doubt, isSettled } from '../../method/assess.ts';
import { type Belief, type Click, learn, prior } from '../../method/belief.ts';
import { PATIENCE } from '../../method/constants.ts';
import type { Inherited } from '../../method/inherited.ts';
import { type LooksAtModel, lookAtModel } from '../../method/looks.ts';
import type { RandomLook } from '../../method/measured.ts';
import type { PredictionMatrix } from '../../method/predictions.ts';
import { type Problem, prepare } from '../../method/problem.ts';
import { nextImages } from '../../method/question.ts';
import { settledLabels } from '../../method/settled.ts';
import { labelsToGo } from '../../method/to-go.ts';
import { cannotTell } from '../../method/verdict.ts';
import type { Rules } from '../../round/facts.ts';
import type { View } from '../../round/view.ts';
import { inheritedFrom } from './earlier-days.ts';
import type { Review } from './review.ts';
import type { Opening } from './thread.ts';

/**
 * A belief is D x D numbers and what was said of each image, so only some are kept: the last ones for the next click, and
 * marks for an undo, which stand twice as far apart each time they would be more than these.
 */
const [MARK_EVERY, MARKS_MOST] = [25, 80];

/**
 * Confidence in "the best" and in "within the tolerance", and the doubt about that; all that is kept of an assessment, which
 * is as long as the batch.
 */
type Confidences = { best: number; within: number; doubt: number };

/** What follows from the clicks so far. */
export type BeliefLog = {
  /** `count` images to ask next, none of them in `pending`. */
  view(clicks: readonly Click[], pending: readonly number[], count: number): View;
  /** Element `n` is the confidence (within the rules' tolerance) after the first n clicks; NaN where it is not known. */
  confidencePath(clicks: readonly Click[]): number[];
  /** Works out one confidence that is not known yet; false when there is none. */
  catchUp(): boolean;
  /** What the clicks say of those who gave them, and of the images. */
  review(clicks: readonly Click[]): Review;
  /** What images drawn at random after the clicks show of a model, by its index. */
  measure(clicks: readonly Click[], model: number, looks: readonly RandomLook[]): LooksAtModel;
};

/**
 * The method over a growing log of clicks. What was derived for a prefix of the log is kept and thrown away freely, so
 * a new click costs one step, an undo a few, and the answer is the same as without any cache.
 */
export function openBeliefLog({ matrix, rules, names, earlier = [] }: Opening): BeliefLog {
  const { opinions } = rules;
  const problem = prepare(matrix, { opinions });
  const inherited = names && inheritedFrom(problem, names, earlier);
  const kept = keepBeliefs(problem, rules.tolerance, inherited);
  return {
    view(clicks, pending, count) {
      kept.follow(clicks);
      const belief = kept.beliefAfter(clicks.length);
      const atFirst = clicks.length > 0 ? kept.confidencesAfter(0) : undefined;
      // After these, since it holds until the next one.
      let assessment = assess(problem, belief, true);
      const now = kept.note(clicks.length, assessment);
      const recent = clicks.length > 0 ? [now] : [];
      // After a start or an undo none of those before is known, and people wait.
      if (recent.length > 0 && now.within >= rules.confidence) {
        recent.unshift(...countsBefore(clicks.length).map(kept.confidencesAfter));
        assessment = assess(problem, belief, true);
      }
      kept.forgetOld();
      const next = nextImages(problem, belief, assessment, pending, count);
      const doubts = { before: (atFirst ?? now).doubt, now: now.doubt };
      const hits = hitsOf(matrix, assessment.leader, clicks);
      const cannot = cannotTell(problem, belief, assessment, { target: rules.confidence, tolerance: rules.tolerance });
      return {
        ...viewOf(assessment, now, surestOf(assessment, recent, rules)),
        hits,
        toGo: labelsToGo(hits.labels, doubts, rules.confidence),
        next,
        agreement: counted(agreementOfPeople(belief)),
        secondLooks: next.filter((image) => belief.answers.has(problem.itemOfImage[image]!)),
        ...(cannot && { cannotTell: cannot }),
      };
    },
    confidencePath(clicks) {
      kept.follow(clicks);
      return Array.from({ length: clicks.length + 1 }, (_, n) => kept.known(n)?.within ?? Number.NaN);
    },
    catchUp: kept.catchUp,
    review(clicks) {
      kept.follow(clicks);
      const belief = kept.beliefAfter(clicks.length);
      kept.forgetOld();
      const settled = settledLabels(problem, belief, assess(problem, belief, true));
      return { people: annotatorRecords(problem, belief), settled };
    },
    measure(clicks, model, looks) {
      kept.follow(clicks);
      const belief = kept.beliefAfter(clicks.length);
      kept.forgetOld();
      return lookAtModel({ matrix, problem }, belief, assess(problem, belief, true), model, looks);
    },
  };
}

/** The prefixes before one of so many clicks whose confidence must be reached, too; what the models' own votes make believe counts for nothing. */
function countsBefore(count: number): number[] {
  const first = Math.max(1, count - PATIENCE + 1);
  return Array.from({ length: count - first }, (_, n) => first + n);
}

/** Beliefs and confidences after each prefix of the log, as far as they are kept. */
function keepBeliefs(problem: Problem, tolerance: number, inherited: Inherited | undefined) {
  let log: readonly Click[] = [];
  /** `beliefs[n]`, `path[n]`: after the first n clicks of the log. */
  let beliefs: (Belief | undefined)[] = [prior(problem, inherited)];
  let path: (Confidences | undefined)[] = [];
  /** Up to here everything of the path is known; its belief is kept, so that a whole replay learns each click once. */
  let known = 0;

  function beliefAfter(count: number): Belief {
    let from = count;
    while (beliefs[from] === undefined) from -= 1;
    const every = markEvery(count);
    while (from < count) {
      // A replay stops at marks only, until it comes to the beliefs that the next clicks need.
      const isRecent = from >= count - 2 * PATIENCE;
      const next = isRecent ? from + 1 : Math.min(from - (from % every) + every, count - 2 * PATIENCE);
      beliefs[next] = learn(problem, beliefs[from]!, ...log.slice(from, next));
      from = next;
    }
    return beliefs[count]!;
  }

  function note(count: number, assessment: Assessment): Confidences {
    path[count] = confidencesOf(assessment, tolerance);
    return path[count];
  }

  function forgetOld(): void {
    const every = markEvery(beliefs.length);
    for (let n = 1; n < beliefs.length - 2 * PATIENCE; n++) {
      if (n % every !== 0 && n !== known) beliefs[n] = undefined;
    }
  }

  return {
    beliefAfter,
    note,
    known: (count: number) => path[count],
    confidencesAfter: (count: number) => path[count] ?? note(count, assess(problem, beliefAfter(count), true)),
    follow(clicks: readonly Click[]): void {
      let shared = 0;
      while (shared < log.length && shared < clicks.length && isSame(log[shared]!, clicks[shared]!)) shared += 1;
      beliefs = beliefs.slice(0, shared + 1);
      path = path.slice(0, shared + 1);
      log = clicks;
      known = Math.min(known, shared);
    },
    catchUp(): boolean {
      while (known <= log.length && path[known]) known += 1;
      if (known > log.length) return false;
      note(known, assess(problem, beliefAfter(known), true));
      forgetOld();
      return true;
    },
    forgetOld,
  };
}

/** How far apart marks stand in a log of so many clicks. */
function markEvery(count: number): number {
  return MARK_EVERY * 2 ** Math.max(0, Math.ceil(Math.log2(count / (MARK_EVERY * MARKS_MOST))));
}

function confidencesOf(assessment: Assessment, tolerance: number): Confidences {
  const within = confidence(assessment, tolerance);
  return { best: confidence(assessment, 0), within, doubt: doubt(assessment, tolerance) };
}

/** The strongest claim that has held for long enough. */
function surestOf(assessment: Assessment, recent: readonly Confidences[], rules: Rules): View['sure'] {
  const isSure = (claim: 'best' | 'within') =>
    assessment.isFinal ||
    isSettled(
      recent.map((one) => one[claim]),
      rules.confidence,
    );
  return isSure('best') ? 'best' : isSure('within') ? 'within tolerance' : undefined;
}

function viewOf(
  assessment: Assessment,
  { best, within }: Confidences,
  sure: View['sure'],
): Omit<View, 'next' | 'secondLooks' | 'hits' | 'agreement' | 'toGo'> {
  return {
    leader: assessment.leader,
    tiedWithLeader: assessment.tiedWithLeader,
    runnerUp: assessment.runnerUp,
    confidenceBest: best,
    confidenceWithin: within,
    sure,
    accuracy: [...assessment.expectedAccuracy],
    accuracySd: [...assessment.accuracySd],
    chanceBest: [...assessment.chanceBest],
  };
}

/** How a model's predictions stand beside the labels. */
function hitsOf({ models, classes }: PredictionMatrix, model: number, clicks: readonly Click[]): View['hits'] {
  const labels = clicks.filter((click) => click.class !== null);
  const ofClass = Map.groupBy(labels, (click) => click.class);
  return {
    labels: labels.length,
    right: labels.filter((click) => classes[click.image * models + model] === click.class).length,
    commonest: Math.max(0, ...Array.from(ofClass.values(), (same) => same.length)),
  };
}

function counted({ of, cases }: View['agreement']): View['agreement'] {
  return { of, cases };
}

function isSame(a: Click, b: Click): boolean {
  return a.image === b.image && a.class === b.class && a.annotator === b.annotator;
}
