import { expect, test } from 'vitest';
import type { PoolModel } from '../../../src/predictions/onnx/describe/described-model.ts';
import { type Line, pickTask, type Sessions } from '../../../src/predictions/onnx/run/pick-task.ts';

function lineOf(name: string, blocks: readonly number[]): Line {
  const framing = { width: 32, height: 32 };
  const model = { name, bytes: 1000, spec: { framing } } as unknown as PoolModel;
  return { model, open: new Set(blocks), left: new Set(blocks) };
}

const sessionsOf = (...lines: readonly Line[]): Sessions => new Map(lines.map(({ model }) => [model.name, model]));

test('the session of a model that is done is closed, and no other while there is room', () => {
  const [done, busy, fresh] = [lineOf('done', []), lineOf('busy', []), lineOf('fresh', [0, 1])];
  busy.left.add(2);
  const picked = pickTask([done, busy, fresh], [0, 1], sessionsOf(done, busy), [], false);
  expect(picked).toMatchObject({ block: 0, close: ['done'] });
  expect(picked!.line.model.name).toBe('fresh');
});

test('a worker stays with its model, and leaves those of others alone until they have two blocks to share', () => {
  const [mine, theirs] = [lineOf('mine', [1]), lineOf('theirs', [0, 1])];
  const others = [sessionsOf(theirs)];
  expect(pickTask([mine, theirs], [0, 1], sessionsOf(mine), others, true)!.line).toBe(mine);
  mine.open.clear();
  expect(pickTask([mine, theirs], [0, 1], sessionsOf(mine), others, true)!.line).toBe(theirs);
  expect(pickTask([mine, theirs], [0], sessionsOf(mine), others, true)).toBeUndefined();
});
