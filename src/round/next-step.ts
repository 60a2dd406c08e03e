import type { Result } from './facts.ts';
import { drawImages, dueMeasurement, isMeasuring } from './measuring.ts';
import { mayDeploy, type PresentModel, resultOf } from './outcome.ts';
import { labelCount, type Measuring, openQuestions, questionId, type Round } from './round.ts';
import { cardQuestion, mayLookAgain } from './second-look.ts';
import type { View } from './view.ts';

/** Of so many drawn at random, whichever can be shown without delay is asked about first; all of them are in the end. */
const IMAGES_DRAWN = 5;

/** One thing to do in a round, or what it waits for. */
export type Step =
  | { readonly kind: 'finish'; readonly result: Result }
  | { readonly kind: 'deploy'; readonly result: Result }
  /** `measures`: the result that an image drawn at random is to measure; `again`: that somebody wants another look beside. */
  | {
      readonly kind: 'ask';
      readonly id: string;
      readonly image: number;
      readonly askedOf: string | null;
      readonly measures?: number;
      readonly again?: number;
    }
  /** Enough was seen to say how often the winner is right. */
  | { readonly kind: 'measure'; readonly result: Result; readonly measuring: Measuring }
  | { readonly kind: 'wait'; readonly for: 'an answer' | 'resume' | 'leases' }
  | { readonly kind: 'rest' };

/** What a step depends on beside the round. */
type Circumstances = {
  readonly newerBatch: boolean;
  /** False where the winner could not be handed over just now. */
  readonly deploys?: boolean;
  readonly isPrepared: (image: number) => boolean;
  readonly present?: PresentModel | undefined;
  readonly atCard?: string | undefined;
};

/**
 * The one thing to do next in a round; after it is done, ask again.
 * `isPrepared`: prefer, among the images most worth asking, one that can be shown without delay.
 * `present`: what is deployed. `atCard`: who sees the card now, if that is known; it never asks them what only others may answer
 * while there is anything else.
 */
export function nextStep(round: Round, view: View, now: Date, options: Circumstances): Step {
  if (round.result) {
    const { deploys = true } = options;
    const isDue = deploys && mayDeploy(round, round.result) && !round.deployed.has(round.result.number);
    return isDue ? { kind: 'deploy', result: round.result } : stepBeside(round, round.result, now, options);
  }
  const because = reasonToFinish(round, view, now, options.newerBatch);
  if (because) return { kind: 'finish', result: resultOf(round, view, because, options.present) };
  if (round.pausedBy) return { kind: 'wait', for: 'resume' };
  const again = undoneImage(round);
  if (again) return { kind: 'ask', id: questionId(round, again.image), ...again };
  const { atCard, isPrepared } = options;
  const isForThem = (image: number) => atCard === undefined || mayLookAgain(round, image, atCard);
  const open = cardQuestion(round, now, atCard);
  if (open && isForThem(open.image)) return { kind: 'wait', for: 'an answer' };
  const theirs = view.next.filter(isForThem);
  const choice = theirs.length > 0 || open ? theirs : view.next;
  const image = choice.find(isPrepared) ?? choice[0];
  if (image === undefined) return { kind: 'wait', for: open ? 'an answer' : 'leases' };
  return { kind: 'ask', id: questionId(round, image), image, askedOf: null };
}

/**
 * A result stands: images that somebody wants looked at again, and what it takes to know how often the winner is right. A
 * newer batch ends that, with what was seen so far.
 */
function stepBeside(round: Round, { number }: Result, now: Date, options: Circumstances): Step {
  const { newerBatch, isPrepared, atCard } = options;
  const due = dueMeasurement(round, newerBatch);
  if (due) return { kind: 'measure', ...due };
  if (newerBatch) return { kind: 'rest' };
  if (cardQuestion(round, now, atCard)) return { kind: 'wait', for: 'an answer' };
  const doubted = imageToRecheck(round);
  if (doubted !== undefined)
    return { kind: 'ask', id: questionId(round, doubted), image: doubted, askedOf: null, again: number };
  if (!isMeasuring(round)) return { kind: 'rest' };
  const drawn = drawImages(round, now, IMAGES_DRAWN, () => true);
  const image = drawn.find(isPrepared) ?? drawn[0];
  if (image === undefined) return { kind: 'wait', for: 'leases' };
  return { kind: 'ask', id: questionId(round, image), image, askedOf: null, measures: number };
}

function reasonToFinish(round: Round, view: View, now: Date, newerBatch: boolean): Result['because'] | undefined {
  const { budget, deadlineHours } = round.opened.rules;
  // Reopening is a wish to go on: it grants the budget and the time anew, and asks for news before the next result.
  const times = round.results.length + 1;
  const hasNews = times === 1 || round.hasNews;
  const ageHours = (now.getTime() - new Date(round.opened.at).getTime()) / 3_600_000;
  // Without a label nothing is decided, however much the models agree.
  if (view.sure && hasNews && labelCount(round) > 0) return 'confident';
  if (view.cannotTell && hasNews) return 'people cannot tell';
  if (newerBatch) return 'newer batch';
  if (labelCount(round) >= budget * times) return 'budget spent';
  if (deadlineHours > 0 && ageHours >= deadlineHours * times) return 'deadline';
  if (view.next.length === 0 && openQuestions(round, now).length === 0 && !undoneImage(round)) {
    return 'nothing left to ask';
  }
  return undefined;
}

/** An image that somebody wants looked at again while this result stands, and that nobody has since. */
function imageToRecheck({ result, rechecks, asked, questions, undone }: Round): number | undefined {
  const isDone = (image: number) =>
    asked.get(image)?.some((id) => {
      const { again, answer } = questions.get(id)!;
      return again === result?.number && answer !== undefined && !undone.has(answer.key);
    });
  return rechecks
    .values()
    .filter((one) => one.result === result?.number && !isDone(one.image))
    .map(({ image }) => image)
    .next().value;
}

/** An image whose answer was undone and that was not asked again: its annotator gets it back at once. */
function undoneImage({ asked, questions, undone }: Round): { image: number; askedOf: string | null } | undefined {
  if (undone.size === 0) return undefined;
  for (const [image, ids] of asked) {
    const { answer, askedOf } = questions.get(ids.at(-1)!)!;
    if (answer && undone.has(answer.key)) return { image, askedOf };
  }
  return undefined;
}
