import { expect, test } from 'vitest';
import { renderCard } from '../../src/slack/say/card.ts';
import { laneView } from '../../src/slack/say/lane.ts';
import { left, soFar } from '../../src/slack/say/phrases.ts';
import type { Card } from '../../src/task/people.ts';
import { asRead } from './as-read.ts';

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

const toGo = { low: 45, high: 150 };

test('the card says who labeled, what is to go, and until when it is open', () => {
  const card: Card = {
    batch: '2026-11-02',
    classes: ['cat', 'dog'],
    openedAt: '2026-11-02T08:00:00Z',
    progress: { labels: 4, budget: 200, annotators: ['UBEN'], toGo },
    warnings: [],
    now: { kind: 'all taken' },
  };
  const footer = (progress: Card['progress']) =>
    asRead(renderCard({ ...card, progress }, { file: 'F1', revision: '1', hasGuidelines: false }).blocks)
      .split('\n')
      .at(-1);
  expect(footer(card.progress)).toMatchInlineSnapshot(
    `"(Batch 2026-11-02, since <!date^1793606400^{date_short_pretty}|2026-11-02> · 4 labels by <@UBEN>, about 45 to 150 to go · open until the next batch)"`,
  );
  expect(footer({ ...card.progress, until: '2026-11-03T14:00:00Z' })).toMatchInlineSnapshot(
    `"(Batch 2026-11-02, since <!date^1793606400^{date_short_pretty}|2026-11-02> · 4 labels by <@UBEN>, about 45 to 150 to go · until <!date^1793714400^{date_short_pretty} {time}|2026-11-03 14:00 UTC>)"`,
  );
});

test('the lane says how many images somebody labeled, and what is to go in all', () => {
  const image = { key: 'a.jpg', file: '/batches/a.jpg' };
  const classes = ['cat', 'dog'];
  const question = { id: 'q1', batch: '2026-11-02', image, classes, candidates: [0, 1], others: [], opinion: 1 };
  const lane = (mine: number, left?: typeof toGo) =>
    asRead(laneView({ kind: 'question', question, mine, ...(left && { toGo: left }) }, { file: 'F1' }).blocks).split(
      '\n',
    )[0];
  expect(lane(1)).toMatchInlineSnapshot(`"(1 image by you)"`);
  expect(lane(12, toGo)).toMatchInlineSnapshot(`"(12 images by you · about 45 to 150 to go in all)"`);
});
