import { expect, test } from 'vitest';
import { chanceFrom } from '../../src/simulate/chance.ts';
import { type BatchLabels, labelsCsv, manifestOf } from '../../src/task/labels/settled.ts';
import { openBench, predictedBatch, rules, truth } from './bench.ts';

test('three people label, one clicks at random: the best model wins, and people shows who it was', async () => {
  const predicted = predictedBatch([13, 7, 5, 3], 240);
  const bench = await openBench({
    source: { predict: async () => predicted, recall: async () => predicted },
    rules: { ...rules, opinions: 3, tolerance: 0.005 },
  });
  const chance = chanceFrom(5);
  const answerAs = async (annotator: string) => {
    const lease = await bench.task.lease(annotator);
    if (lease.kind !== 'question') return lease.because;
    const image = Number.parseInt(lease.question.image.file.split('/').at(-1)!, 10);
    const said = annotator === 'Cy' ? Math.floor(3 * chance()) : truth(image);
    await bench.task.answer({ question: lease.question.id, class: said, annotator });
    // People click more slowly than the method thinks.
    await bench.task.advance();
    return 'answered';
  };
  for (let round = 0; round < 100; round++) {
    const became = [await answerAs('Ada'), await answerAs('Bo'), await answerAs('Cy')];
    if (became.includes('over')) break;
  }
  expect(bench.room.card().now).toMatchObject({ kind: 'finished', result: { isWinner: true, model: 'wrong-13' } });
  const { people } = (await bench.task.people())!;
  expect(people.filter(({ random }) => random >= 0.5).map(({ annotator }) => annotator)).toEqual(['Cy']);
  const [{ batch, settled }] = (await bench.task.settledLabels()) as [BatchLabels];
  const isTrue = ({ file, class: name }: (typeof settled)[number]) =>
    name === ['cat', 'dog', 'owl'][truth(Number.parseInt(file, 10))];
  expect(settled.filter(isTrue).length).toBeGreaterThan(0.9 * settled.length);
  const [first] = settled;
  expect(labelsCsv([{ batch, settled }]).split('\r\n').slice(0, 2)).toEqual([
    'batch,image,class,probability,answers',
    `${batch},${first!.file},${first!.class},${first!.probability.toFixed(4)},${first!.opinions}`,
  ]);
  const lines = manifestOf({ batch, settled }).trim().split('\n');
  expect(lines.length).toBe(settled.length);
  expect(JSON.parse(lines[0]!)).toMatchObject({ file_name: `${batch}/${first!.file}`, label: first!.class });
});
