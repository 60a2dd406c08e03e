import type { Belief } from './belief.ts';
import { knownChances } from './click-chances.ts';
import { classesOf, type Opinion, type RandomClick, weighClick } from './clicks.ts';
import type { Labels } from './label-chances.ts';
import { passesOf } from './passes.ts';
import { randomnessOf } from './people.ts';
import type { Problem } from './problem.ts';
import { longestRow } from './vote.ts';

/** Scenarios believed in less than this are left out of what a step computes. */
const BELIEF_MIN = 0.002;

/**
 * The probability of every outcome of every item, from the vote and the clicks. Cost: items x models, and scenarios x
 * answers.
 *
 * @param isBrief whether the probabilities need not outlast the next call.
 */
export function labelsOf(problem: Problem, belief: Belief, isBrief = false): Labels {
  const { outcomes } = problem;
  const { answers, people } = belief;
  const probabilities = passesOf(problem).votesOf(problem, belief.weights.mean, isBrief);
  const scenarios = likelyScenarios(people.weights);
  const answered = Int32Array.from(answers.keys()).sort();
  const answeredStart = new Int32Array(answered.length + 1);
  for (const [place, item] of answered.entries()) answeredStart[place + 1] = answeredStart[place]! + outcomes[item]!;
  const within = new Float64Array(answeredStart[answered.length]! * scenarios.length);
  const labels = { probabilities, scenarios, answered, answeredStart, within };
  const row = () => new Float64Array(longestRow(problem));
  const rooms = { vote: row(), seen: row() };
  const chancesOf = knownChances(problem);
  const randomness = remembered((annotator: string) => randomnessOf(problem, people, annotator));
  for (const [place, item] of answered.entries()) {
    const given = answers.get(item)!;
    const heard = { given, chances: chancesOf(item, given), random: randomOf(problem, item, given, randomness) };
    weighAnswers(problem, labels, place, heard, rooms);
  }
  passesOf(problem).noteChanges(problem, probabilities, answered);
  return labels;
}

/** The clicks on an item, what each says of the truth where it is not made at random, and where it is. */
type ItemClicks = {
  readonly given: readonly Opinion[];
  readonly chances: Float64Array;
  readonly random: readonly RandomClick[];
};

function randomOf(
  problem: Problem,
  item: number,
  given: readonly Opinion[],
  randomness: (annotator: string) => number,
): RandomClick[] {
  return given.map(({ annotator, slot }) => ({ chance: randomness(annotator), click: classesOf(problem, item, slot) }));
}

/** Room for an item's row of each, so that none is made for every scenario of every answered item. */
type Rooms = { readonly vote: Float64Array; readonly seen: Float64Array };

/** Turns the vote on an answered item into what is known of it after its clicks, in each scenario and over all. */
function weighAnswers(
  problem: Problem,
  { probabilities, scenarios, answeredStart, answered, within }: Labels,
  place: number,
  { given, chances, random }: ItemClicks,
  { vote, seen }: Rooms,
): void {
  const start = problem.rowStart[answered[place]!]!;
  const first = answeredStart[place]!;
  const length = answeredStart[place + 1]! - first;
  for (let k = 0; k < length; k++) {
    vote[k] = probabilities[start + k]!;
    probabilities[start + k] = 0;
  }
  for (let index = 0; index < scenarios.length; index++) {
    const { scenario, weight } = scenarios[index]!;
    for (let k = 0; k < length; k++) seen[k] = vote[k]!;
    for (let click = 0; click < given.length; click++) {
      weighClick(seen, length, chances, (scenario * given.length + click) * length, random[click]!);
    }
    for (let k = 0; k < length; k++) {
      within[(first + k) * scenarios.length + index] = seen[k]!;
      probabilities[start + k]! += weight * seen[k]!;
    }
  }
}

/** The same function, that works each value out once. */
function remembered(of: (key: string) => number): (key: string) => number {
  const values = new Map<string, number>();
  return (key) => {
    const value = values.get(key) ?? of(key);
    values.set(key, value);
    return value;
  };
}

function likelyScenarios(weights: Float64Array): { scenario: number; weight: number }[] {
  let total = 0;
  for (const weight of weights) if (weight >= BELIEF_MIN) total += weight;
  const likely: { scenario: number; weight: number }[] = [];
  for (let scenario = 0; scenario < weights.length; scenario++) {
    if (weights[scenario]! >= BELIEF_MIN) likely.push({ scenario, weight: weights[scenario]! / total });
  }
  return likely;
}
