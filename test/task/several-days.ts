import { expect } from 'vitest';
import type { Batch, Predicted } from '../../src/predictions/source.ts';
import { answerTruly, type Bench, predictedBatch } from './bench.ts';

export const [monday, tuesday, wednesday] = ['2026-11-02', '2026-11-03', '2026-11-04'];

/** Days of one pool: model m is wrong on every `wrongEvery[m]`th image. */
export function days(
  wrongEvery: Readonly<Record<string, readonly number[]>>,
  change: (day: Predicted) => Predicted = (day) => day,
) {
  const { models } = predictedBatch();
  const saidOn = (batch: string): Predicted => {
    const day = { ...predictedBatch(wrongEvery[batch]), models };
    return batch === monday ? day : change(day);
  };
  return { predict: async ({ name }: Batch) => saidOn(name), recall: async (name: string) => saidOn(name) };
}

export async function nextBatch(bench: Bench, name: string): Promise<void> {
  bench.arrived.batch = name;
  bench.clock.now = new Date(`${name}T08:00:00Z`);
  await expect.poll(() => bench.task.look().then(() => bench.store.rounds().at(-1))).toBe(name);
}

export async function labelToTheEnd(bench: Bench): Promise<void> {
  while (bench.room.card().now.kind === 'asking') await answerTruly(bench);
}

/** What images drawn at random said of a day's first winner. */
export function measuredOn({ store }: Bench, batch: string) {
  return store.facts(batch).flatMap((fact) => (fact.kind === 'measured' ? [fact.measured] : []))[0]!;
}
