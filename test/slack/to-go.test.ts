import { expect, test } from 'vitest';
import { left, soFar } from '../../src/slack/say/phrases.ts';

test('what is to go is said as roughly as it is known', () => {
  const said = [
    { low: 55.2, high: 220.8 },
    { low: 13.7, high: 54.8 },
    { low: 2.2, high: 8.8 },
    { low: 0.9, high: 1.2 },
    { low: 12, high: 12 },
  ];
  expect(said.map(left)).toEqual([
    'about 60 to 200 to go',
    'about 15 to 50 to go',
    'about 2 to 9 to go',
    'about 1 to go',
    'at most 12 to go',
  ]);
});

test('the budget is named until it is known how many labels are to go', () => {
  const progress = { labels: 12, budget: 60, annotators: [] };
  expect(soFar(progress)).toBe('12 of at most 60 labels');
  expect(soFar({ ...progress, toGo: { low: 10, high: 40 } })).toBe('12 labels, about 10 to 40 to go');
});
