import type { Result } from './facts.ts';
import { type Measuring, measuringOf, openQuestions, type Round } from './round.ts';

/** How many more images are asked about where somebody wants to know more of a winner. */
export const IMAGES_MORE = 20;

/** With fewer images drawn at random than this nothing is said of how often a model is right. */
const LOOKS_LEAST = 5;

/** Whether a winner is being measured: it waits for answers about images drawn at random. */
export function isMeasuring(round: Round): boolean {
  const measuring = measuringOf(round);
  if (!measuring || measuring.done >= measuring.of) return false;
  return isAnyLeft(round);
}

/** Whether there is an image that nobody has labeled. */
export function isAnyLeft(round: Round): boolean {
  for (let image = 0; image < round.opened.images; image++) if (isUnlabeled(round, image)) return true;
  return false;
}

/**
 * Images to measure the winner on next, at most `count`: drawn at random from all that nobody has labeled, those on which
 * all models agree included. They follow from the facts alone, so a replay draws the same ones.
 *
 * @param isFor leaves out images for which this is false.
 */
export function drawImages(round: Round, now: Date, count: number, isFor: (image: number) => boolean): number[] {
  const measuring = measuringOf(round);
  if (!measuring) return [];
  const open = new Set(openQuestions(round, now).map(({ image }) => image));
  const most = Math.min(count, measuring.of - measuring.done - open.size);
  if (most <= 0) return [];
  const isFree = (image: number) => isUnlabeled(round, image) && !open.has(image) && isFor(image);
  return lotOf(round, round.result!.number).filter(isFree).take(most).toArray();
}

/** What the next winner will be measured on, but for images that somebody labels before: known ahead, so that they can be ready. */
export function imagesToDraw(round: Round): number[] {
  const isFree = (image: number) => isUnlabeled(round, image);
  return lotOf(round, round.results.length + 1)
    .filter(isFree)
    .take(round.opened.rules.measure ?? 0)
    .toArray();
}

/** All images in the order in which a result draws them. */
function lotOf({ opened: { predictions, images } }: Round, result: number): Generator<number, undefined> {
  return shuffled(`${predictions}:${result}`, images);
}

/** What was seen of a winner since it was last measured, where that is enough to say something and no more is asked; `isLast`: no more will be. */
export function dueMeasurement(
  round: Round,
  isLast: boolean,
): { readonly result: Result; readonly measuring: Measuring } | undefined {
  const { result, measured } = round;
  const measuring = measuringOf(round);
  if (!result || !measuring || measuring.done < LOOKS_LEAST) return undefined;
  if (!isLast && isMeasuring(round)) return undefined;
  const before = measured.get(result.number)?.looks.map(({ answer }) => answer) ?? [];
  const now = measuring.looks.map(({ key }) => key);
  return before.join(' ') === now.join(' ') ? undefined : { result, measuring };
}

function isUnlabeled({ answersAbout }: Round, image: number): boolean {
  return (answersAbout.get(image)?.length ?? 0) === 0;
}

/** The numbers below `count` in an order that looks random and is the same for the same seed. Cost: of the numbers taken. */
function* shuffled(seed: string, count: number): Generator<number, undefined> {
  const random = randomFrom(seed);
  // Fisher and Yates' shuffle, of which only the places that were touched are kept.
  const moved = new Map<number, number>();
  for (let place = 0; place < count; place++) {
    const other = place + Math.floor(random() * (count - place));
    const drawn = moved.get(other) ?? other;
    moved.set(other, moved.get(place) ?? place);
    yield drawn;
  }
}

/**
 * Numbers from 0 to 1: FNV-1a makes a state of the seed's characters, SplitMix32 the numbers.
 *
 * @see https://github.com/bryc/code/blob/master/jshash/PRNGs.md
 */
function randomFrom(seed: string): () => number {
  let state = 0x811c9dc5;
  for (let at = 0; at < seed.length; at++) state = Math.imul(state ^ seed.charCodeAt(at), 0x01000193);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
