import { expect, test } from 'vitest';
import { answerTruly, asked, type Bench, openBench, truth } from './bench.ts';

const batch = '2026-11-02';

const shownNow = ({ room }: Bench) => room.card().now;

async function labelUntilWinner(bench: Bench, annotator = 'U1'): Promise<void> {
  while (shownNow(bench).kind === 'asking') await answerTruly(bench, annotator);
}

async function mistakesOf(bench: Bench, model?: string) {
  const found = await bench.task.mistakes({ model });
  if (found.kind !== 'mistakes') throw new Error(found.kind);
  return found;
}

/** Gives a wrong answer to the first image on which the best model is right, and true ones until there is a winner. */
async function labelWithOneSlip(bench: Bench): Promise<string> {
  const slip = asked(bench);
  const image = Number.parseInt(slip.image.file.split('/').at(-1)!, 10);
  await bench.task.answer({ question: slip.id, class: (truth(image) + 1) % 3, annotator: 'Ada' });
  await bench.task.advance();
  await labelUntilWinner(bench, 'Ada');
  return `${image}.jpg`;
}

test('the winner’s mistakes are the labeled images on which people said something else', async () => {
  const bench = await openBench();
  await labelUntilWinner(bench);
  const { model, labeled, mistakes } = await mistakesOf(bench, 'wrong-3');
  expect(model).toBe('wrong-3');
  expect(labeled).toBe(bench.task.history().length);
  // That model errs on every third image.
  expect(mistakes.length).toBeGreaterThan(0);
  for (const { number, said, people } of mistakes) {
    expect(number % 3).toBe(2);
    expect(people).toEqual([{ annotator: 'U1', class: ['cat', 'dog', 'owl'][truth(number)] }]);
    expect(said).not.toBe(people[0]!.class);
  }
});

test('mistakes that other models make too come first, as there the label may be wrong', async () => {
  const bench = await openBench();
  await labelUntilWinner(bench);
  const { mistakes } = await mistakesOf(bench, 'wrong-3');
  // On every 21st image wrong-7 says the same as wrong-3.
  const isShared = ({ number }: { number: number }) => number % 21 === 20;
  const shared = mistakes.filter(isShared);
  expect(shared.length).toBeGreaterThan(0);
  expect(Math.min(...mistakes.map(({ number }) => number))).toBeLessThan(shared[0]!.number);
  expect(mistakes.slice(0, shared.length)).toEqual(shared);
});

test('while labels are asked for, nobody is led by what others said; and a model nobody knows is named so', async () => {
  const bench = await openBench();
  await answerTruly(bench);
  expect(await bench.task.mistakes({ model: 'wrong-3' })).toEqual({ kind: 'still open' });
  expect(await bench.task.mistakes({ model: 'wrong-9' })).toMatchObject({ kind: 'no such model' });
});

test('an image can be asked again: somebody else looks, the result stands, and its thread hears of another answer', async () => {
  const bench = await openBench();
  const slip = await labelWithOneSlip(bench);
  const { mistakes, model } = await mistakesOf(bench);
  const doubted = mistakes.find(({ file }) => file === slip)!;
  const named = { batch, result: 1 };
  expect(await bench.task.recheck({ by: 'Ada', named, image: doubted.number })).toEqual({ kind: 'asked' });
  expect(await bench.task.recheck({ by: 'Bo', named, image: doubted.number })).toEqual({ kind: 'asked already' });
  await bench.task.advance();
  const { id, image } = asked(bench);
  expect(image.file).toBe(`/batches/${slip}`);
  const right = truth(doubted.number);
  await bench.task.answer({ question: id, class: right, annotator: 'Bo' });
  await bench.task.advance();
  expect(shownNow(bench)).toMatchObject({ kind: 'finished', result: { model } });
  const thread = [...bench.room.messages.values()].filter((message) => message.kind === 'notice');
  expect(thread).toMatchObject([
    {
      under: `${batch}:result:1`,
      notice: {
        kind: 'looked again',
        file: slip,
        said: { annotator: 'Bo', class: ['cat', 'dog', 'owl'][right] },
        before: [{ annotator: 'Ada' }],
      },
    },
  ]);
  // Taken back, it is asked again, and the result stands still.
  const { answer } = bench.task.history()[0]!;
  expect(await bench.task.undo({ answer, by: 'Bo', isAdmin: false })).toMatchObject({ withdrew: false });
  await bench.task.advance();
  expect(asked(bench).image.file).toBe(`/batches/${slip}`);
});

test('somebody who says the same again is news to nobody', async () => {
  const bench = await openBench();
  await labelWithOneSlip(bench);
  const [first] = (await mistakesOf(bench, 'wrong-3')).mistakes;
  await bench.task.recheck({ by: 'Ada', named: { batch, result: 1 }, image: first!.number });
  await bench.task.advance();
  const said = ['cat', 'dog', 'owl'].indexOf(first!.people[0]!.class);
  await bench.task.answer({ question: asked(bench).id, class: said, annotator: 'Bo' });
  await bench.task.advance();
  expect([...bench.room.messages.values()].filter(({ kind }) => kind === 'notice')).toEqual([]);
});

test('a result that is reopened counts what was said when it was asked again', async () => {
  const bench = await openBench();
  const slip = await labelWithOneSlip(bench);
  const doubted = (await mistakesOf(bench)).mistakes.find(({ file }) => file === slip)!;
  await bench.task.recheck({ by: 'Ada', named: { batch, result: 1 }, image: doubted.number });
  await bench.task.advance();
  await bench.task.answer({ question: asked(bench).id, class: truth(doubted.number), annotator: 'Bo' });
  const before = bench.room.card().progress.labels;
  await bench.task.reopen('Ada', { batch, result: 1 });
  await bench.task.advance();
  expect(bench.room.card().progress.labels).toBe(before + 1);
});
