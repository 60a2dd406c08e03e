import { expect, test } from 'vitest';
import type { Fact } from '../../src/round/facts.ts';
import type { Round } from '../../src/round/round.ts';
import { roundOf, withFacts } from '../../src/round/round-of.ts';
import { type Chance, chanceFrom } from '../../src/simulate/chance.ts';

const at = '2026-11-02T08:00:00.000Z';
const rules = { confidence: 0.95, tolerance: 0, budget: 9, opinions: 2, deadlineHours: 0 };
const opening: Fact = {
  ...{ kind: 'round', key: 'round', at, batch: 'b', classes: ['cat', 'dog'], images: 4, models: [] },
  ...{ predictions: '', leftOut: [], setAside: [], rules },
};

/** Some story of a round with few images, so that they are asked about, answered, undone and asked about again. */
function story(chance: Chance, length: number): Fact[] {
  const facts: Fact[] = [{ kind: 'posting', key: 'posting:failed', at, message: 'b:notice:failed' }, opening];
  const pick = <T>(from: readonly T[]) => from[Math.floor(chance() * from.length)]!;
  const of = <Kind extends Fact['kind']>(kind: Kind) => facts.filter((fact) => fact.kind === kind);
  for (let n = 0; n < length; n++) {
    const key = `${n}`;
    const result = Math.max(1, of('result').length);
    const unanswered = of('question').filter((one) => !facts.some((fact) => fact.key === `answer:${one.key}`));
    const question = unanswered.length > 0 ? pick(unanswered) : undefined;
    const answer = pick([undefined, ...of('answer')])?.key;
    const possible: (Fact | undefined)[] = [
      { kind: 'question', key: `b:${n % 4}:${n}`, at, image: n % 4, askedOf: pick(['U1', 'U2', null]) },
      question?.kind === 'question'
        ? {
            ...{ kind: 'answer', key: `answer:${question.key}`, at, question: question.key, image: question.image },
            ...{ file: '0.jpg', class: pick([0, 1, null]), annotator: pick(['U1', 'U2']) },
          }
        : undefined,
      answer === undefined ? undefined : { kind: 'undo', key: `undo:${answer}`, at, answer, by: 'U1' },
      { kind: pick(['pause', 'resume'] as const), key, at, by: 'U1' },
      { kind: 'posted', key, at, message: pick(['b:card', 'b:result:1']), channel: 'C1', ts: key },
      { kind: 'result', key: `result:${of('result').length + 1}`, at, result: ended(of('result').length + 1) },
      { kind: 'withdrawal', key: `withdrawal:${result}`, at, result, by: 'U1' },
      { kind: 'deployment', key: `deployment:${result}`, at, result },
    ];
    const fact = pick([...possible.slice(0, 3), ...possible.slice(0, 3), ...possible]);
    if (fact && !facts.some((one) => one.key === fact.key)) facts.push(fact);
  }
  return facts;
}

function ended(number: number): Extract<Fact, { kind: 'result' }>['result'] {
  return {
    ...{ number, because: 'confident', isWinner: true, model: 'fog', tiedWith: [], confidence: 0.95, tolerance: 0 },
    ...{ accuracy: 0.9, accuracySd: 0.01, labels: 3, annotators: ['U1'] },
  };
}

test('a round that grows fact by fact is the round of all its facts, and what it was before stays as it was', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const facts = story(chanceFrom(seed), 60);
    let grown: Round = roundOf(facts.slice(0, 2))!;
    for (let count = 2; count < facts.length; count++) {
      const before = grown;
      grown = withFacts(before, facts.slice(count, count + 1));
      expect(before).toEqual(roundOf(facts.slice(0, count)));
      expect(grown).toEqual(roundOf(facts.slice(0, count + 1)));
    }
  }
});

test('what an opinion is follows from the answers before it that stand', () => {
  const question = (n: number): Fact => ({ kind: 'question', key: `b:0:${n}`, at, image: 0, askedOf: `U${n}` });
  const answer = (n: number): Fact => ({
    ...{ kind: 'answer', key: `answer:b:0:${n}`, at, question: `b:0:${n}`, image: 0, file: '0.jpg' },
    ...{ class: 0, annotator: `U${n}` },
  });
  const facts = [opening, question(1), answer(1), question(2)];
  expect(roundOf(facts)!.questions.get('b:0:2')).toMatchObject({ opinion: 2 });
  const undone = roundOf([...facts, { kind: 'undo', key: 'undo', at, answer: 'answer:b:0:1', by: 'U1' }])!;
  expect(undone.questions.get('b:0:2')).toMatchObject({ opinion: 1 });
  expect([undone.answers, undone.given.length, undone.answersAbout.get(0)]).toEqual([[], 1, []]);
});
