import { expect, test } from 'vitest';
import { chanceFrom } from '../../src/simulate/chance.ts';
import { type Bench, openBench, predictedBatch, rules, truth } from './bench.ts';

/** Two good models that often disagree, and a bad one. */
function openCloseRace(): Promise<Bench> {
  const predicted = predictedBatch([9, 8, 4], 240);
  return openBench({
    source: { predict: async () => predicted, recall: async () => predicted },
    rules: { ...rules, opinions: 3, tolerance: 0.005, budget: 400 },
  });
}

/** Three people label in turn, each of their own lane, until the round is over. `slips`: the share of clicks on a wrong class. */
async function labelAll(bench: Bench, slips: number): Promise<void> {
  const chance = chanceFrom(7);
  for (let n = 0; n < 400 && bench.room.card().now.kind !== 'finished'; n++) {
    const annotator = ['Ada', 'Ben', 'Cy'][n % 3]!;
    const lease = await bench.task.lease(annotator);
    if (lease.kind === 'question') {
      const right = truth(Number.parseInt(lease.question.image.file.split('/').at(-1)!, 10));
      const said = chance() < slips ? (right + 1 + Math.floor(2 * chance())) % 3 : right;
      await bench.task.answer({ question: lease.question.id, class: said, annotator });
    }
    await bench.task.advance();
  }
}

test('people who slip on three images of ten hear that their labels cannot tell the best models apart, and nothing is deployed', async () => {
  const bench = await openCloseRace();
  await labelAll(bench, 0.3);
  const { now } = bench.room.card();
  if (now.kind !== 'finished') throw new Error(`The card says "${now.kind}".`);
  const { result } = now;
  expect(result).toMatchObject({ because: 'people cannot tell', isWinner: false });
  // Long before the budget: more of the same labels would not help.
  expect(result.labels).toBeLessThan(120);
  expect(result.inseparable!.models.toSorted()).toEqual(['wrong-8', 'wrong-9']);
  // It rests on what second looks showed, not on a guess.
  const { of, cases } = result.inseparable!.looks;
  expect(cases).toBeGreaterThanOrEqual(10);
  expect(cases - of).toBeGreaterThan(0.25 * cases);
  expect(bench.room.messages.get('2026-11-02:result:1')).toMatchObject({
    kind: 'result',
    announcement: { result: { because: 'people cannot tell' } },
  });
  expect(bench.deployed).toEqual([]);
  // After a restart it is the same round, over.
  await bench.restart();
  expect(await bench.task.status()).toMatchObject({ phase: 'finished', result: { because: 'people cannot tell' } });
});

test('the same models and images have a winner where people see what is there', async () => {
  const bench = await openCloseRace();
  await labelAll(bench, 0);
  expect(bench.room.card().now).toMatchObject({ kind: 'finished', result: { isWinner: true, model: 'wrong-9' } });
  expect(bench.deployed).toEqual(['wrong-9']);
});
