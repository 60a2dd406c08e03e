import { expect, test } from 'vitest';
import { forgetOldest, keepNewest } from '../../src/slack/out/forget-oldest.ts';

test('the newest stay, whatever was set again counts as new', () => {
  const kept = new Map<string, number>();
  for (const [index, key] of ['a', 'b', 'a', 'c', 'd'].entries()) keepNewest(kept, key, index, 3);
  expect([...kept]).toEqual([
    ['a', 2],
    ['c', 3],
    ['d', 4],
  ]);
});

test('of what is few nothing is forgotten', () => {
  const kept = new Set(['a', 'b', 'c']);
  forgetOldest(kept, 3);
  expect([...kept]).toEqual(['a', 'b', 'c']);
  forgetOldest(kept, 1);
  expect([...kept]).toEqual(['c']);
});
