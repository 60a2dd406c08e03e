import type { Belief } from './belief.ts';
import { chancesOfClicks } from './click-chances.ts';
import { classesOf, weighClick } from './clicks.ts';
import { passesOf } from './passes.ts';
import { randomnessOf } from './people.ts';
import type { Problem } from './problem.ts';
import { longestRow } from './vote.ts';

/** What is known of the labels, in each scenario of how people err and over all of them. */
export type Labels = {
  /** z: the probability of every outcome of every item, over all scenarios; in the layout of `rowStart`. */
  readonly probabilities: Float64Array;
  /** The scenarios that still matter, by their number in the problem's list, and the belief in each; sums to 1. */
  readonly scenarios: readonly { readonly scenario: number; readonly weight: number }[];
  /** Items with clicks, ascending, and where each one's row starts in `within`. */
  readonly answered: Int32Array;
  readonly answeredStart: Int32Array;
  /** `within[scenario][answeredStart[place] + slot]`: the probabilities of the answered items in each of `scenarios`. */
  readonly within: readonly Float64Array[];
};

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
  const within = scenarios.map(() => new Float64Array(answeredStart[answered.length]!));
  const labels = { probabilities, scenarios, answered, answeredStart, within };
  const row = () => new Float64Array(longestRow(problem));
  const rooms = { vote: row(), seen: row() };
  const randomness = remembered((annotator: string) => randomnessOf(problem, people, annotator));
  for (const place of answered.keys()) weighAnswers(problem, answers, labels, place, randomness, rooms);
  passesOf(problem).noteChanges(problem, probabilities, answered);
  return labels;
}

/** Room for an item's row of each, so that none is made for every scenario of every answered item. */
type Rooms = { readonly vote: Float64Array; readonly seen: Float64Array };

/** Turns the vote on an answered item into what is known of it after its clicks, in each scenario and over all. */
function weighAnswers(
  problem: Problem,
  answers: Belief['answers'],
  { probabilities, scenarios, answered, answeredStart, within }: Labels,
  place: number,
  randomness: (annotator: string) => number,
  { vote, seen }: Rooms,
): void {
  const item = answered[place]!;
  const start = problem.rowStart[item]!;
  const first = answeredStart[place]!;
  const length = answeredStart[place + 1]! - first;
  const given = answers.get(item)!;
  const chances = chancesOfClicks(problem, item, given);
  for (let k = 0; k < length; k++) {
    vote[k] = probabilities[start + k]!;
    probabilities[start + k] = 0;
  }
  for (let index = 0; index < scenarios.length; index++) {
    const { scenario, weight } = scenarios[index]!;
    for (let k = 0; k < length; k++) seen[k] = vote[k]!;
    for (let click = 0; click < given.length; click++) {
      const { annotator, slot } = given[click]!;
      const random = { chance: randomness(annotator), click: classesOf(problem, item, slot) };
      weighClick(seen, length, chances, (scenario * given.length + click) * length, random);
    }
    const here = within[index]!;
    for (let k = 0; k < length; k++) {
      here[first + k] = seen[k]!;
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
  const likely = Array.from(weights, (weight, scenario) => ({ scenario, weight })).filter(
    ({ weight }) => weight >= BELIEF_MIN,
  );
  const total = likely.reduce((sum, { weight }) => sum + weight, 0);
  return likely.map(({ scenario, weight }) => ({ scenario, weight: weight / total }));
}
