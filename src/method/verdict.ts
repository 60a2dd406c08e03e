import { type Assessment, tolerated } from './assess.ts';
import type { Belief } from './belief.ts';
import { normalBelow } from './normal.ts';
import type { Problem } from './problem.ts';
import type { Rival } from './rivals.ts';
import { secondLooks } from './second-look.ts';

/** No number of clicks of these people puts the leading models in order. */
export type CannotTell = {
  /** The leader and those that cannot be told apart from it; original indices. */
  readonly models: readonly number[];
  /** Share of the batch on which at least one of them differs from the leader's class. */
  readonly apart: number;
};

/** Second looks before anything is said about what people cannot do. */
const LOOKS_BEFORE = 10;

/** How far the labels still to come may widen a lead, in deviations: beyond it the order stays open whatever they say. */
const HOPE = 2;

/**
 * Whether people's own mistakes, and what these may favor, keep the leader from ever being announced: even if everything
 * was labeled, with a lead two deviations wider than now. `undefined` while there is hope.
 *
 * @param target the confidence a winner needs.
 * @param tolerance share of the batch the winner may lack to the best.
 */
export function cannotTell(
  { kept }: Problem,
  belief: Belief,
  assessment: Assessment,
  { target, tolerance }: { target: number; tolerance: number },
): CannotTell | undefined {
  if (secondLooks(belief) < LOOKS_BEFORE) return undefined;
  const lead = tolerated(assessment, tolerance);
  const open = assessment.rivals.map((rival) => ({ rival, chance: lastingChance(rival, lead) }));
  if (open.reduce((sum, { chance }) => sum + chance, 0) <= 1 - target) return undefined;
  const inseparable = open.filter(({ chance }) => chance > (1 - target) / 5).map(({ rival }) => rival);
  return {
    models: [assessment.leader, ...inseparable.map(({ model }) => kept[model]!)],
    apart: Math.max(0, ...inseparable.map(({ apart }) => apart)) / assessment.images,
  };
}

/** The chance that a rival is better though everything is labeled and all went well for the leader. */
function lastingChance({ spread, rank, leads }: Rival, lead: number): number {
  const { weights, gaps, leans } = leads;
  const hoped = HOPE * Math.sqrt(spread);
  let chance = 0;
  for (const [index, weight] of weights.entries()) {
    const place = rank * weights.length + index;
    const [distance, lean] = [gaps[place]! + lead + hoped, leans[place]!];
    chance += weight * (lean > 0 ? normalBelow(-distance / Math.sqrt(lean)) : distance > 0 ? 0 : 1);
  }
  return chance;
}
