import { expect, test } from 'vitest';
import { groupsOf } from '../../src/workers/blame.ts';
import { nextStretch, partSize } from '../../src/workers/part-sizes.ts';

test('a first part is one block, and the next take as long as what was done before says', () => {
  const pace = { blocksLeft: 1_000, workers: 4, isOwn: true };
  expect(partSize({ ...pace, cost: undefined, isOwn: false })).toBe(1);
  expect(partSize({ ...pace, cost: { start: 0, perBlock: 2 } })).toBe(15);
  // What is known is of other models: half as much is risked.
  expect(partSize({ ...pace, cost: { start: 0, perBlock: 2 }, isOwn: false })).toBe(7);
  // Where it takes long to begin with a part, parts are longer.
  expect(partSize({ ...pace, cost: { start: 10, perBlock: 2 } })).toBe(75);
  // A block that takes a quarter of an hour is a part.
  expect(partSize({ ...pace, cost: { start: 0, perBlock: 900 } })).toBe(1);
});

test('parts get smaller at the end, so that all workers end together, and none is smaller than is worth opening the models', () => {
  const sizes: number[] = [];
  for (let blocksLeft = 200; blocksLeft > 0; blocksLeft -= sizes.at(-1)!) {
    sizes.push(partSize({ blocksLeft, workers: 4, cost: { start: 0, perBlock: 1 }, isOwn: true }));
  }
  expect(sizes.slice(0, 2)).toEqual([25, 22]);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  expect(sizes.slice(0, -1).every((size) => size >= 8)).toBe(true);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(200);
});

test('a part is made of blocks that lie side by side', () => {
  expect(nextStretch(new Set([7, 3, 4, 5, 9]), 10)).toEqual({ first: 3, blocks: 3 });
  expect(nextStretch(new Set([7, 3, 4, 5, 9]), 2)).toEqual({ first: 3, blocks: 2 });
});

test('where no worker died the models run together; who was there at a death runs alone, and is blamed at the third', () => {
  expect(groupsOf([1, 2, 3], new Map())).toEqual({ groups: [[1, 2, 3]], blamed: [] });
  const deaths = new Map([
    [2, 1],
    [3, 2],
    [4, 3],
  ]);
  expect(groupsOf([1, 2, 3, 4], deaths)).toEqual({
    groups: [[1], [2], [3]],
    blamed: [{ model: 4, reason: 'workers died 3 times while it ran' }],
  });
  expect(groupsOf([], deaths)).toEqual({ groups: [], blamed: [] });
});
