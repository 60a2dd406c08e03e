import { expect, test } from 'vitest';
import type { Fact, Rules } from '../../src/round/facts.ts';
import { nextStep } from '../../src/round/next-step.ts';
import { openQuestions } from '../../src/round/round.ts';
import { roundOf } from '../../src/round/round-of.ts';
import type { View } from '../../src/round/view.ts';

const opened = '2026-11-02T08:00:00.000Z';
const later = (hours: number) => new Date(Date.parse(opened) + hours * 3_600_000);

const view: View = {
  ...{ leader: 0, tiedWithLeader: [], runnerUp: 1, confidenceBest: 0.97, confidenceWithin: 0.99, sure: 'best' },
  ...{ accuracy: [0.9, 0.7], accuracySd: [0.01, 0.01], chanceBest: [0.97, 0.03] },
  ...{
    hits: { labels: 9, right: 8, commonest: 3 },
    next: [3, 4],
    secondLooks: [],
    agreement: { of: 0, cases: 0 },
    toGo: { low: 10, high: 40 },
  },
};

function factsOf(rules: Partial<Rules>, ...more: readonly Fact[]): Fact[] {
  const models = ['ash', 'oak'].map((name) => ({ name, sha256: name }));
  const about = { batch: 'day-1', classes: ['cat', 'dog'], images: 9, models, predictions: '' };
  const all = { confidence: 0.95, tolerance: 0, budget: 50, opinions: 1, deadlineHours: 0, ...rules };
  return [
    { kind: 'round', key: 'round', at: opened, ...about, leftOut: [], setAside: [], rules: all },
    ...more.map((fact) => structuredClone(fact)),
  ];
}

const question = (image: number, more: Partial<Extract<Fact, { kind: 'question' }>> = {}): Fact => ({
  ...{ kind: 'question', key: `day-1:${image}:1`, at: opened, image, askedOf: null },
  ...more,
});
const answer = (image: number): Fact => ({
  ...{ kind: 'answer', key: `answer:${image}`, at: opened, question: `day-1:${image}:1`, image, file: `${image}.png` },
  ...{ class: 0, annotator: 'U1' },
});
const withdrawn: Fact[] = [
  {
    ...{ kind: 'result', key: 'result:1', at: opened },
    result: {
      ...{ number: 1, because: 'confident', isWinner: true, model: 'ash', tiedWith: [], confidence: 0.97 },
      ...{ tolerance: 0, accuracy: 0.9, accuracySd: 0.01, labels: 1, annotators: ['U1'] },
    },
  },
  { kind: 'withdrawal', key: 'withdrawal:1', at: opened, result: 1, by: 'U1' },
];

function stepAt(facts: readonly Fact[], now: Date, seen: Partial<View> = {}) {
  return nextStep(roundOf(facts)!, { ...view, ...seen }, now, { newerBatch: false, isPrepared: () => true });
}

test('who comes next has the next most images right, as in the chart, whoever is likelier to overtake', () => {
  const [round, ...others] = factsOf({}, question(0), answer(0));
  const models = ['ash', 'oak', 'elm'].map((name) => ({ name, sha256: name }));
  const facts = [{ ...round!, models } as Fact, ...others];
  const seen = { accuracy: [0.9, 0.7, 0.8], accuracySd: [0.01, 0.01, 0.01], chanceBest: [0.97, 0.02, 0.01] };
  expect(stepAt(facts, later(1), seen)).toMatchObject({ result: { runnerUp: { model: 'elm', accuracy: 0.8 } } });
  const tied = { ...seen, tiedWithLeader: [2] };
  expect(stepAt(facts, later(1), tied)).toMatchObject({ result: { tiedWith: ['elm'], runnerUp: { model: 'oak' } } });
});

test('a round that was reopened asks for news before it ends in the same words again', () => {
  const facts = factsOf({}, question(0), answer(0), ...withdrawn);
  expect(stepAt(facts, later(1))).toMatchObject({ kind: 'ask' });
  expect(stepAt([...facts, question(1), answer(1)], later(1))).toMatchObject({
    kind: 'finish',
    result: { number: 2, because: 'confident' },
  });
});

test('reopening grants the time anew', () => {
  const unsure = { sure: undefined };
  const facts = factsOf({ deadlineHours: 8 }, question(0), answer(0));
  expect(stepAt(facts, later(9), unsure)).toMatchObject({ kind: 'finish', result: { because: 'deadline' } });
  expect(stepAt([...facts, ...withdrawn], later(9), unsure)).toMatchObject({ kind: 'ask' });
  expect(stepAt([...facts, ...withdrawn], later(17), unsure)).toMatchObject({ result: { because: 'deadline' } });
});

test('a lease that was given before the clock was set back does not hold its image until then', () => {
  const ahead = { at: later(2).toISOString(), until: later(2.1).toISOString(), askedOf: 'U1' };
  const round = roundOf(factsOf({}, question(0, ahead)))!;
  expect(openQuestions(round, later(1))).toEqual([]);
  expect(openQuestions(round, later(2.05))).toHaveLength(1);
});

test('an image that has its opinions is not asked about any more, though one who was asked has not answered', () => {
  const twice = [question(0), question(0, { key: 'day-1:0:2', askedOf: 'U2' }), answer(0)];
  const open = (opinions: number) => openQuestions(roundOf(factsOf({ opinions }, ...twice))!, later(1));
  expect(open(1)).toEqual([]);
  expect(open(2).map(({ key }) => key)).toEqual(['day-1:0:2']);
});
