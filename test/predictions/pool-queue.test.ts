import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openPoolQueue } from '../../src/predictions/pool-queue.ts';

test('one pool runs at a time, first for those whose people have waited longest; one that fails stops nobody', async () => {
  const queue = openPoolQueue();
  const ran: string[] = [];
  let running = 0;
  const work = (name: string) => async () => {
    running += 1;
    expect(running).toBe(1);
    ran.push(name);
    await turn();
    running -= 1;
    if (name === 'crashes') throw new Error('out of memory');
    return name;
  };
  const labeling = queue.run(() => Number.POSITIVE_INFINITY, work('still labeling'));
  const since = [
    queue.run(() => 2_000, work('waits since 2 s')),
    queue.run(() => 1_000, work('crashes')),
    queue.run(() => 0, work('never had a batch')),
  ];
  const outcomes = await Promise.allSettled([labeling, ...since]);
  expect(ran).toEqual(['never had a batch', 'crashes', 'waits since 2 s', 'still labeling']);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
});
