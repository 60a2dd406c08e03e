import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { predictBatch } from '../../../src/predictions/onnx/predict-batch.ts';
import { alone } from '../../alone.ts';
import { colorModel } from './odd-models.ts';
import { put, putBatch } from './picture.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'modelpicker-resume-'));
  await putBatch(join(root, 'batch'), 400);
  for (const size of [8, 32, 64]) await put(join(root, 'models'), `size ${size}.onnx`, colorModel({ size, batch: 1 }));
});
afterEach(() => rm(root, { recursive: true }));

const requestOf = (results: string) => ({
  models: join(root, 'models'),
  descriptions: [{ match: '*', mean: [0, 0, 0], std: [1, 1, 1] }],
  classes: ['red', 'green', 'blue'],
  batch: join(root, 'batch'),
  results: join(root, results),
  refuseIfLost: alone,
});

test('killed with its child again and again, a batch goes on where it was and ends the same', async () => {
  await predictBatch(requestOf('whole'));
  // Each time a little further, and each time the other one: the parent, or the process that runs the models.
  for (const victim of ['models', 'parent', 'models'] as const) {
    const before = await keptBytes('parts');
    const bot = fork(new URL('./predict-once.ts', import.meta.url), [JSON.stringify(requestOf('parts'))], {
      execArgv: [],
    });
    while ((await keptBytes('parts')) <= before) {
      if (bot.exitCode !== null) throw new Error(`The bot ended by itself with code ${bot.exitCode}.`);
      await sleep(5);
    }
    process.kill(victim === 'models' ? (childOf(bot.pid!) ?? bot.pid!) : bot.pid!, 'SIGKILL');
    bot.kill('SIGKILL');
    await ended(bot);
    expect(existsSync(join(root, 'parts', 'predicted.json'))).toBe(false);
  }
  await predictBatch(requestOf('parts'));
  for (const file of await readdir(join(root, 'whole'))) {
    if (file === 'cells') continue;
    expect(await keptIn('parts', file), file).toEqual(await keptIn('whole', file));
  }
});

/** What a file of results holds, but for how long the models took and the checksum over that. */
async function keptIn(results: string, file: string): Promise<unknown> {
  const bytes = await readFile(join(root, results, file));
  if (file !== 'predicted.json') return bytes;
  return JSON.parse(bytes.toString(), (key, value) => (key === 'msPerImage' ? undefined : value)).about;
}

test('the process that runs the models dies with the one that asked for it', async () => {
  const bot = fork(new URL('./predict-once.ts', import.meta.url), [JSON.stringify(requestOf('orphan'))], {
    execArgv: [],
  });
  let child: number | undefined;
  while (child === undefined) {
    await sleep(20);
    child = childOf(bot.pid!);
  }
  bot.kill('SIGKILL');
  await expect
    .poll(() => existsSync(`/proc/${child}/cmdline`) && readFileSync(`/proc/${child}/cmdline`).length > 0)
    .toBe(false);
});

test('what a stop leaves behind is not begun again after it', async () => {
  const stop = new AbortController();
  const onProgress = () => stop.abort();
  await expect(predictBatch({ ...requestOf('stopped'), onProgress, signal: stop.signal })).rejects.toThrow('Stopped');
  expect(existsSync(join(root, 'stopped', 'predicted.json'))).toBe(false);
  expect((await predictBatch(requestOf('stopped'))).images).toHaveLength(400);
});

/** How much of the models' answers is kept so far. */
async function keptBytes(results: string): Promise<number> {
  const folder = join(root, results, 'cells');
  if (!existsSync(folder)) return 0;
  const sizes = (await readdir(folder)).map(async (file) => (await stat(join(folder, file))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function ended(child: ChildProcess): Promise<unknown> {
  return child.exitCode === null && child.signalCode === null
    ? new Promise((resolve) => child.once('exit', resolve))
    : Promise.resolve();
}

function childOf(pid: number): number | undefined {
  try {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    return child ? Number(child) : undefined;
  } catch {
    return undefined;
  }
}
