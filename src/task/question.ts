import type { PredictionMatrix } from '../method/predictions.ts';
import { drawImages, imagesToDraw } from '../round/measuring.ts';
import { type AskedQuestion, clicksOf, imagesPutOffBy, openQuestions, type Round } from '../round/round.ts';
import { mayLookAgain } from '../round/second-look.ts';
import type { View } from '../round/view.ts';
import { candidateClasses } from './asking/look-alikes.ts';
import type { Context } from './context.ts';
import { type CurrentRound, imageFile } from './current-round.ts';
import type { Channel, Question as ShownQuestion } from './people.ts';

/** Images to have ready beyond those being asked: the likely next ones, so that a click waits for no upload. */
const AHEAD = 24;

/** What one person labels in a minute when they are quick: an image in four seconds or so. */
const LABELS_A_MINUTE = 14;

/** Each image ahead costs a step of the method, which takes time in proportion to the predictions. */
const STEP_CELLS = 640_000;
const [AHEAD_LEAST, AHEAD_MOST] = [12, 200];

/** Images that earlier views chose and are remembered. */
const CHOSEN_MOST = 2 * AHEAD_MOST;

/** More than any place offers beside the candidates. */
const OTHERS = 24;

/** A lease outlives one image and a coffee, not a forgotten tab. */
const LEASE_MS = 5 * 60_000;

/** What the method makes of the answers now; the images it would ask about next, at `most` so many, are made ready to be shown. */
export async function refreshView(
  current: CurrentRound,
  round: Round,
  { channel, now }: Context,
  most = AHEAD_MOST,
): Promise<View> {
  const open = openQuestions(round, now());
  const pending = open.map((question) => question.image);
  const short = shortfall(pending.length, channel);
  const count = Math.min(most, AHEAD + short, aheadMax(current.predicted.predictions));
  const view = await current.beliefs.view(clicksOf(round), pending, count);
  current.view = view;
  current.chosen = [...new Set([...view.next, ...current.chosen])].slice(0, CHOSEN_MOST);
  // What a winner will be checked on goes up before it stands, unless people already label faster than images get ready.
  const later = short === 0 ? imagesToDraw(round) : [];
  const ahead = round.result ? drawImages(round, now(), AHEAD, () => true) : [...view.next, ...later];
  // Whoever has a question in a window of their own has its image: it is made ready again after a restart, but last.
  const [onCard, inWindows] = [open.filter(isForAll), open.filter((question) => !isForAll(question))];
  const wished = [...onCard.map(imageOf), ...ahead, ...inWindows.map(imageOf)];
  if (!round.result || wished.length > 0) channel.prepare(wished.map((image) => imageFile(current, image)));
  return view;
}

const isForAll = ({ askedOf }: AskedQuestion) => askedOf === null;
const imageOf = ({ image }: AskedQuestion) => image;

/** Images that people would wait for within a minute: together they may label faster than the channel gets images ready. */
function shortfall(questionCount: number, { imagesPerMinute }: Channel): number {
  return Math.max(questionCount * LABELS_A_MINUTE - imagesPerMinute(), 0);
}

/** How many images ahead a batch allows. */
function aheadMax({ images, models }: PredictionMatrix): number {
  return Math.min(Math.max(Math.floor(STEP_CELLS / (images * models)), AHEAD_LEAST), AHEAD_MOST);
}

/**
 * The first image of the last view that nobody was asked about since, preferably one that can be shown at once; where none can,
 * one that an earlier view chose: a label of the second best is worth more than a person who waits for the best.
 *
 * @param annotator who is asked: not about an image they labeled already; absent where anybody may be.
 */
export function nextImage(
  current: CurrentRound,
  round: Round,
  context: Context,
  annotator?: string,
): number | undefined {
  if (!current.view) return undefined;
  const { next, secondLooks } = current.view;
  const open = new Set(openQuestions(round, context.now()).map((question) => question.image));
  const isFree = (image: number) => {
    if (open.has(image)) return false;
    const isUnanswered = (round.answersAbout.get(image)?.length ?? 0) === 0;
    return isUnanswered || (secondLooks.includes(image) && mayLookAgain(round, image, annotator));
  };
  const free = next.filter(isFree);
  const putOff = imagesPutOffBy(round, annotator);
  const isFresh = (image: number) => !putOff.includes(image);
  const fresh = free.filter(isFresh);
  if (fresh.length === 0) return putOff.find((image) => free.includes(image));
  const isAtHand = isPrepared(current, context);
  const earlier = () => current.chosen.find((image) => isAtHand(image) && isFree(image) && isFresh(image));
  return fresh.find(isAtHand) ?? earlier() ?? fresh[0];
}

/** An image drawn at random to measure the winner; one that this person put off only when no other is left. */
export function imageToMeasure(
  current: CurrentRound,
  round: Round,
  context: Context,
  annotator: string,
): number | undefined {
  const putOff = imagesPutOffBy(round, annotator);
  const others = drawImages(round, context.now(), AHEAD, (image) => !putOff.includes(image));
  const drawn = others.length > 0 ? others : drawImages(round, context.now(), 1, () => true);
  return drawn.find(isPrepared(current, context)) ?? drawn[0];
}

/** Whether an image of the round can be shown without delay, by its number. */
export function isPrepared(current: CurrentRound, { channel }: Context): (image: number) => boolean {
  return (image) => channel.isPrepared(imageFile(current, image));
}

/** A question to one person ends with its lease; one on the card has none. */
export function leaseFor(askedOf: string | null, now: Date): { until?: string } {
  return askedOf === null ? {} : { until: new Date(now.getTime() + LEASE_MS).toISOString() };
}

/** A question as people see it. */
export function shownQuestion(current: CurrentRound, question: AskedQuestion): ShownQuestion {
  const candidates = candidateClasses(current.predicted.predictions, question.image);
  return {
    id: question.key,
    batch: current.batch.name,
    image: imageFile(current, question.image),
    classes: current.predicted.classes,
    candidates,
    others: current.lookAlikes.beside(candidates, OTHERS),
    opinion: question.opinion,
    isRepeat: question.isRepeat,
    ...(question.measures !== undefined && { isCheck: true }),
    ...(question.answer && { isAnswered: true }),
  };
}
