import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDays, passDays, sayAllDays } from '../../src/demo/demo.ts';
import { startWorkspace } from '../../src/workspace/workspace.ts';

const last = '2026-11-03';

/** The status of a task whose rounds are over one after the other. */
function taskAt(...batches: string[]) {
  let asked = 0;
  const status = async () => ({
    kind: 'round',
    phase: 'finished',
    batch: batches[Math.min(asked++, batches.length - 1)],
  });
  return { status } as unknown as Parameters<typeof passDays>[1];
}

test('once the last day of the demo is over, also for whoever comes back then, it says so and how to start again', async () => {
  const batches = await mkdtemp(join(tmpdir(), 'modelpicker-days-'));
  onTestFinished(() => rm(batches, { recursive: true }));
  const people = [{ id: 'U0ADA', name: 'Ada' }];
  const workspace = await startWorkspace({ people, channels: [{ id: 'C0MODELS', name: 'model-of-the-day' }] });
  onTestFinished(() => workspace.close());
  for (const day of await readdir('data/demo/batches')) await mkdir(join(batches, day));
  const days = await openDays({ batches }, 0);
  expect(days).toMatchObject({ isFirst: false, last });
  const logged: string[] = [];
  await passDays(days, taskAt(last), 'day', (event) => logged.push(event));
  // No night without a morning.
  expect(logged).toEqual([]);

  await sayAllDays(workspace, 'C0MODELS');
  const { messages } = await workspace.person('U0ADA').see();
  expect(messages.map(({ text }) => text)).toEqual([
    'That was the last day of the demo: no further batch arrives here. To start anew, stop the demo and run it again with `--fresh`.',
  ]);
});
