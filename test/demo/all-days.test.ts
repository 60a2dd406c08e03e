import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDays, sayAllDays } from '../../src/demo/demo.ts';
import { startWorkspace } from '../../src/workspace/workspace.ts';

test('whoever comes back after both days of the demo reads on the page how to start again', async () => {
  const batches = await mkdtemp(join(tmpdir(), 'modelpicker-days-'));
  onTestFinished(() => rm(batches, { recursive: true }));
  const people = [{ id: 'U0ADA', name: 'Ada' }];
  const workspace = await startWorkspace({ people, channels: [{ id: 'C0MODELS', name: 'model-of-the-day' }] });
  onTestFinished(() => workspace.close());
  const days = await readdir('data/demo/batches');
  for (const day of days) {
    expect(await openDays({ batches }, 0)).toMatchObject({ isLast: false });
    await mkdir(join(batches, day));
  }
  expect(await openDays({ batches }, 0)).toMatchObject({ isFirst: false, isLast: true });

  await sayAllDays(workspace);
  const { messages } = await workspace.person('U0ADA').see();
  expect(messages.map(({ text }) => text)).toEqual([
    'All days of the demo have arrived: there is nothing left to wait for. To start again, stop the demo and run `npm run demo -- --fresh`.',
  ]);
});
