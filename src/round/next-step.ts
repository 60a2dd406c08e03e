import type { Result } from './facts.ts';
import { annotatorsOf, cardQuestion, labelCount, openQuestions, questionId, type Round } from './round.ts';

/** What the method makes of a round's answers; indices are those of the round's models and images. */
export type View = {
  readonly leader: number;
  readonly tiedWithLeader: readonly number[];
  readonly runnerUp: number | undefined;
  /** Probability that no model is better than the leader, and that none is by more than the round's tolerance. */
  readonly confidenceBest: number;
  readonly confidenceWithin: number;
  /** The strongest claim that has held long enough to be announced. */
  readonly sure: 'best' | 'within tolerance' | undefined;
  /** Expected share of the batch each model gets right, its standard deviation, and its chance to be the best. */
  readonly accuracy: readonly number[];
  readonly accuracySd: readonly number[];
  readonly chanceBest: readonly number[];
  /** The images most worth asking about, best first; none of them open already. */
  readonly next: readonly number[];
  /** Those of `next` that somebody labeled already: a second look, by somebody else while there is anybody else. */
  readonly secondLooks: readonly number[];
  /** Models that no number of these people's clicks can tell apart, the leader first; and on what share of the images they differ. */
  readonly cannotTell?: { readonly models: readonly number[]; readonly apart: number };
};

export type Step =
  | { readonly kind: 'finish'; readonly result: Result }
  | { readonly kind: 'deploy'; readonly result: Result }
  | { readonly kind: 'ask'; readonly id: string; readonly image: number; readonly askedOf: string | null }
  | { readonly kind: 'wait'; readonly for: 'an answer' | 'resume' | 'leases' }
  | { readonly kind: 'rest' };

/**
 * The one thing to do next in a round; after it is done, ask again.
 * `isPrepared`: prefer, among the images most worth asking, one that can be shown without delay.
 */
export function nextStep(
  round: Round,
  view: View,
  now: Date,
  options: { newerBatch: boolean; isPrepared: (image: number) => boolean },
): Step {
  if (round.result) {
    const deploys = round.result.isWinner && !round.deployed.has(round.result.number);
    return deploys ? { kind: 'deploy', result: round.result } : { kind: 'rest' };
  }
  const because = reasonToFinish(round, view, now, options.newerBatch);
  if (because) return { kind: 'finish', result: resultOf(round, view, because) };
  if (round.pausedBy) return { kind: 'wait', for: 'resume' };
  const again = undoneImage(round);
  if (again) return { kind: 'ask', id: questionId(round, again.image), ...again };
  if (cardQuestion(round, now)) return { kind: 'wait', for: 'an answer' };
  const image = view.next.find(options.isPrepared) ?? view.next[0];
  if (image === undefined) return { kind: 'wait', for: 'leases' };
  return { kind: 'ask', id: questionId(round, image), image, askedOf: null };
}

function reasonToFinish(round: Round, view: View, now: Date, newerBatch: boolean): Result['because'] | undefined {
  const { budget, deadlineHours } = round.opened.rules;
  // Reopening is a wish to go on: it grants the budget and the time anew, and asks for news before the next result.
  const times = round.results.length + 1;
  const hasNews = times === 1 || round.hasNews;
  const ageHours = (now.getTime() - new Date(round.opened.at).getTime()) / 3_600_000;
  if (view.sure && hasNews) return 'confident';
  if (newerBatch) return 'newer batch';
  if (labelCount(round) >= budget * times) return 'budget spent';
  if (deadlineHours > 0 && ageHours >= deadlineHours * times) return 'deadline';
  if (view.next.length === 0 && openQuestions(round, now).length === 0 && !undoneImage(round)) {
    return 'nothing left to ask';
  }
  return undefined;
}

/** An image whose answer was undone and that was not asked again: its annotator gets it back at once. */
function undoneImage(round: Round): { image: number; askedOf: string | null } | undefined {
  const questions = [...round.questions.values()];
  const latest = new Map(questions.map((question) => [question.image, question]));
  for (const question of latest.values()) {
    if (question.answer && round.undone.has(question.answer.key)) {
      return { image: question.image, askedOf: question.askedOf };
    }
  }
  return undefined;
}

function resultOf(round: Round, view: View, because: Result['because']): Result {
  const { models, rules } = round.opened;
  const name = (model: number) => models[model]!.name;
  const isBest = view.sure === 'best';
  return {
    number: round.results.length + 1,
    because,
    isWinner: view.sure !== undefined,
    model: name(view.leader),
    tiedWith: view.tiedWithLeader.map(name),
    confidence: isBest ? view.confidenceBest : view.confidenceWithin,
    tolerance: isBest ? 0 : rules.tolerance,
    accuracy: view.accuracy[view.leader]!,
    accuracySd: view.accuracySd[view.leader]!,
    ...(view.runnerUp !== undefined && {
      runnerUp: { model: name(view.runnerUp), accuracy: view.accuracy[view.runnerUp]! },
    }),
    labels: labelCount(round),
    annotators: annotatorsOf(round),
  };
}
