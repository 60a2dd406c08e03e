import { clickNoise } from './click-noise.ts';
import { ANYBODY, chancesOfClick, classesOf, type Opinion, SOBER, weighClicks } from './clicks.ts';
import { INHERITANCE } from './constants.ts';
import { dot, emptyGaussian, type Gaussian, priorGaussian } from './gaussian.ts';
import type { Inherited } from './inherited.ts';
import { type Heard, learnOutcome, voteOn } from './laplace.ts';
import { expectedError, type PeopleBelief, randomnessOf, unknownPeople } from './people.ts';
import type { Problem } from './problem.ts';
import { mixLapse } from './vote.ts';

/** What one person said about one image. */
export type Click = {
  readonly image: number;
  /** A class of the label set, whether or not a model predicted it; `null` for "can't tell". */
  readonly class: number | null;
  /** Who; each click without is taken as somebody else's. */
  readonly annotator?: string;
};

/** Everything learned so far. Never changed once made. */
export type Belief = {
  /** What foretold the answers best so far, of `rivals`. */
  readonly weights: Gaussian;
  /** What may be taken over from yesterday, more or less of it, and the log of how well each foretold the answers. */
  readonly rivals: readonly RivalBelief[];
  readonly inherited: Inherited | undefined;
  /** Clicks on each item that has any, in order. */
  readonly answers: ReadonlyMap<number, readonly Opinion[]>;
  /** What the vote said of each of them just before the first answer: q of its slots. */
  readonly foreseen: ReadonlyMap<number, Float64Array>;
  /** Items somebody could not tell: never asked again. */
  readonly skipped: ReadonlySet<number>;
  readonly people: PeopleBelief;
  /** The clicks it comes from, but for those where all models agree. */
  readonly log: readonly Click[];
  /** What was believed while others were thought to click at random, to go on from where that is thought again. */
  readonly left: ReadonlyMap<string, Belief>;
};

/** Beliefs left that are kept, the latest. */
const LEFT_MOST = 2;

/** One of several beliefs about the votes. */
type RivalBelief = { readonly weights: Gaussian; readonly evidence: number };

/** The belief before any click, from nothing or from what was learned on an earlier day. */
export function prior(problem: Problem, inherited?: Inherited): Belief {
  const starts = inherited?.weights ?? [{ weights: priorGaussian(problem), chance: 1 }];
  const rivals = starts.map(({ weights, chance }) => ({ weights, evidence: Math.log(chance) }));
  return {
    weights: likeliest(rivals).weights,
    rivals,
    inherited,
    answers: new Map(),
    foreseen: new Map(),
    skipped: new Set(),
    people: { ...unknownPeople(problem), ...(inherited && { weights: inherited.people, odds: inherited.odds }) },
    log: [],
    left: new Map(),
  };
}

/**
 * The belief after more clicks, the same bits whether they come one by one or together, which copies the belief only once.
 * A click says nothing where all models agree. When it shows that somebody clicks at random, or does not after all,
 * everything is learned anew without, or with, that person.
 *
 * @throws RangeError where the image or the class does not exist.
 */
export function learn(problem: Problem, belief: Belief, ...clicks: readonly Click[]): Belief {
  return extend(problem, belief, clicks);
}

/** The belief after a log of clicks, always the same bits for the same log; without a click it is as if never made. */
export function replay(problem: Problem, clicks: readonly Click[], inherited?: Inherited): Belief {
  return extend(problem, prior(problem, inherited), clicks);
}

function extend(problem: Problem, belief: Belief, clicks: readonly Click[]): Belief {
  const { inherited } = belief;
  let draft = draftOf(belief);
  const log = [...belief.log];
  for (const click of clicks) {
    if (itemOf(problem, click) < 0) continue;
    log.push(click);
    take(problem, draft, click);
    const random = [...draft.odds].filter(([, odds]) => odds > 0).map(([annotator]) => annotator);
    const isSame = random.length === draft.discounted.size && random.every((one) => draft.discounted.has(one));
    if (isSame) continue;
    const known = draft.left.get(keyOf(random)) ?? prior(problem, inherited);
    const left = [...draft.left, [keyOf(draft.discounted), finished(draft, inherited, log.slice())] as const];
    draft = { ...draftOf(known), discounted: new Set(random) };
    for (const missed of log.slice(known.log.length)) take(problem, draft, missed);
    draft.left = new Map(left.filter(([key]) => key !== keyOf(random)).slice(-LEFT_MOST));
  }
  return { ...finished(draft, inherited, log), left: draft.left };
}

/** A set of persons as a key, whatever their order. */
function keyOf(annotators: Iterable<string>): string {
  return JSON.stringify([...annotators].sort());
}

function finished(draft: BeliefDraft, inherited: Inherited | undefined, log: readonly Click[]): Belief {
  const { answers, foreseen, skipped, scenarios, odds, counts, discounted } = draft;
  const people = { weights: scenarios, odds, counts, discounted };
  const rivals = draft.rivals.map(({ weights, evidence }) => ({ weights, evidence }));
  const { weights } = likeliest(rivals);
  return { weights, rivals, inherited, answers, foreseen, skipped, people, log, left: new Map() };
}

type BeliefDraft = ReturnType<typeof draftOf>;

/** Its weights are those of the belief that the draft began with until something is learned; then they are its own. */
type RivalDraft = { weights: Gaussian; evidence: number; isOwn: boolean };

function draftOf({ rivals, answers, foreseen, skipped, people, left }: Belief) {
  return {
    rivals: rivals.map((rival): RivalDraft => ({ ...rival, isOwn: false })),
    answers: new Map(answers),
    foreseen: new Map(foreseen),
    skipped: new Set(skipped),
    scenarios: people.weights.slice(),
    odds: new Map(people.odds),
    counts: new Map(people.counts),
    discounted: people.discounted,
    left,
  };
}

/** Learns one click, in place. */
function take(problem: Problem, draft: BeliefDraft, click: Click): void {
  const { answers, foreseen, skipped, counts, discounted } = draft;
  const item = itemOf(problem, click);
  const annotator = click.annotator ?? ANYBODY;
  if (click.class === null) {
    skipped.add(item);
    return;
  }
  const nth = counts.get(annotator) ?? 0;
  counts.set(annotator, nth + 1);
  const given = answers.get(item) ?? [];
  const earlier = given.filter((one) => !discounted.has(one.annotator));
  const answer: Opinion = { slot: slotOf(problem, item, click.class), class: click.class, annotator, nth };
  const people = { weights: draft.scenarios, odds: draft.odds, counts, discounted };
  const heard = { earlier, answer, rate: expectedError(problem, people) };
  const vote = learnVote(problem, draft, item, heard);
  learnPeople(problem, draft, item, earlier, answer, vote);
  if (given.length === 0) foreseen.set(item, vote);
  answers.set(item, [...given, answer]);
}

/**
 * Every belief about the votes learns an answer; those that foretold the answers far worse are given up.
 *
 * @returns what the likeliest of them foretold.
 */
function learnVote(problem: Problem, draft: BeliefDraft, item: number, heard: Heard): Float64Array {
  const { rivals, discounted } = draft;
  const leading = rivals.indexOf(likeliest(rivals));
  const { answer, earlier } = heard;
  const isDiscounted = discounted.has(answer.annotator);
  const votes = rivals.map((rival) => {
    const vote = isDiscounted ? voteOn(problem, item, rival.weights.mean) : moveRival(problem, item, heard, rival);
    mixLapse(vote, problem.outcomes[item]!, problem.assumptions.lapse);
    // One wrong click is no proof that yesterday is over.
    const { learningNoise } = problem.assumptions;
    const foretold = (1 - learningNoise) * vote[answer.slot]! + learningNoise / problem.outcomes[item]!;
    if (!isDiscounted && earlier.length === 0) rival.evidence += Math.log(foretold);
    return vote;
  });
  const highest = Math.max(...rivals.map(({ evidence }) => evidence));
  draft.rivals = rivals.filter(({ evidence }) => evidence >= highest - INHERITANCE.forget);
  return votes[leading]!;
}

/** @returns the vote before it. */
function moveRival(problem: Problem, item: number, heard: Heard, rival: RivalDraft): Float64Array {
  const own = rival.isOwn ? rival.weights : emptyGaussian(rival.weights);
  const vote = learnOutcome(problem, item, heard, rival.weights, own);
  rival.weights = own;
  rival.isOwn = true;
  return vote;
}

function likeliest<R extends RivalBelief>(rivals: readonly R[]): R {
  return rivals.reduce((best, one) => (one.evidence > best.evidence ? one : best));
}

/** How likely each scenario held the click, and a person clicking at random. */
function learnPeople(
  problem: Problem,
  draft: BeliefDraft,
  item: number,
  earlier: readonly Opinion[],
  answer: Opinion,
  vote: Float64Array,
): void {
  const { scenarios, odds } = draft;
  const { annotator, slot } = answer;
  const length = problem.outcomes[item]!;
  const randomness = (one: string) => randomnessOf(problem, draft, one);
  // The same room for all scenarios.
  const [row, floors, chances] = [new Float64Array(length), new Float64Array(length), new Float64Array(length)];
  const foretold = problem.assumptions.scenarios.map(({ rate }) => {
    for (let k = 0; k < length; k++) row[k] = vote[k]!;
    const noise = clickNoise(problem, item, rate, floors);
    weighClicks(problem, item, earlier, noise, randomness, row);
    chancesOfClick(problem, earlier, answer, noise, SOBER, chances);
    return dot(row, chances);
  });
  const random = randomness(annotator);
  const sober = foretold.reduce((sum, chance, place) => sum + scenarios[place]! * chance, 0);
  const anyClass = classesOf(problem, item, slot);
  const isDiscounted = draft.discounted.has(annotator);
  const weight = isDiscounted ? 0 : earlier.length === 0 ? problem.assumptions.firstLook : 1;
  let total = 0;
  for (const [place, chance] of foretold.entries()) {
    scenarios[place]! *= ((1 - random) * chance + random * anyClass) ** weight;
    total += scenarios[place]!;
  }
  for (const place of foretold.keys()) scenarios[place]! /= total;
  if (random > 0 && annotator !== ANYBODY)
    odds.set(annotator, Math.log(random / (1 - random)) + Math.log(anyClass / sober));
}

function itemOf({ itemOfImage, images, classCount }: Problem, click: Click): number {
  const item = itemOfImage[click.image];
  if (item === undefined) throw new RangeError(`Image ${click.image} is not one of the ${images} images.`);
  if (click.class !== null && !(click.class >= 0 && click.class < classCount)) {
    throw new RangeError(`Class ${click.class} is not one of the ${classCount}: prepare with a larger classCount.`);
  }
  return item;
}

/** The slot of a class: its candidate's, or that of "a class nobody predicted", which exists when it is needed. */
function slotOf({ slotClasses, rowStart, candidates }: Problem, item: number, classIndex: number): number {
  for (let slot = 0; slot < candidates[item]!; slot++) {
    if (slotClasses[rowStart[item]! + slot] === classIndex) return slot;
  }
  return candidates[item]!;
}
