import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KeptPredictions } from '../../src/predictions/kept.ts';
import { decode } from '../../src/predictions/onnx/pixels/images.ts';
import { predictBatch } from '../../src/predictions/onnx/predict-batch.ts';
import { alone } from '../alone.ts';
import { colorModel } from './onnx/odd-models.ts';
import { picture, put, putBatch } from './onnx/picture.ts';

const PLAIN = { match: '*', mean: [0, 0, 0], std: [1, 1, 1] };
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'modelpicker-kept-'));
  await putBatch(join(root, 'batch'), 70);
  await put(join(root, 'models'), 'net.onnx', colorModel({ isProbability: true }));
});
afterEach(() => rm(root, { recursive: true }));

const predict = (more: object = {}) =>
  predictBatch({
    models: join(root, 'models'),
    descriptions: [PLAIN],
    classes: ['red', 'green', 'blue'],
    batch: join(root, 'batch'),
    results: join(root, 'results'),
    refuseIfLost: alone,
    ...more,
  });

/** As a kill leaves it right before the end: every block is kept, and nothing is finished. */
async function predictUnfinished(): Promise<KeptPredictions> {
  const predicted = await predict();
  await rm(join(root, 'results/predicted.json'));
  return predicted;
}

const said = ({ classes, predictions }: KeptPredictions) => [...predictions.classes].map((answer) => classes[answer]);

test('a kept block that is damaged is computed again', async () => {
  const whole = await predictUnfinished();
  const [name] = await readdir(join(root, 'results/cells'));
  const path = join(root, 'results/cells', name!);
  const bytes = await readFile(path);
  // The class of the first image of the second block.
  bytes[bytes.length / 3 + 36]! ^= 1;
  await writeFile(path, bytes);
  expect(said(await predict())).toEqual(said(whole));
});

test('what is kept of another description, model or batch is not used', async () => {
  const whole = await predictUnfinished();
  expect(said(whole).slice(0, 3)).toEqual(['red', 'green', 'blue']);
  const turned = await predict({ descriptions: [{ ...PLAIN, channels: 'BGR' }] });
  expect(said(turned).slice(0, 3)).toEqual(['blue', 'green', 'red']);
  await rm(join(root, 'results/predicted.json'));
  await put(join(root, 'models'), 'net.onnx', colorModel({ isProbability: true, order: 'bgr' }));
  expect(said(await predict()).slice(0, 3)).toEqual(['blue', 'green', 'red']);
  await rm(join(root, 'results/predicted.json'));
  await put(join(root, 'batch'), 'photo-000.png', await picture('green', 99).png().toBuffer());
  expect(said(await predict())[0]).toBe('green');
});

test('each image has its own score, whichever block it is in', async () => {
  const { scores, images } = await predict();
  for (const index of [1, 33, 69]) {
    const { file } = images[index]!;
    await put(join(root, `alone-${index}`), file, await readFile(join(root, 'batch', file)));
    const alone = await predict({ batch: join(root, `alone-${index}`), results: join(root, `results-${index}`) });
    expect(alone.scores[0]).toBe(scores[index]);
  }
  expect(new Set(scores).size).toBeGreaterThan(10);
});

test('why an image was set aside outlives a restart', async () => {
  await put(join(root, 'batch'), 'half.png', (await picture('red', 5).png().toBuffer()).subarray(0, 60));
  const { setAside } = await predictUnfinished();
  expect(setAside).toHaveLength(1);
  expect((await predict()).setAside).toEqual(setAside);
});

test('an image that changes after it was listed is not taken for the one that was', async () => {
  const path = join(root, 'batch/photo-000.png');
  const decoding = decode(path, '0'.repeat(64), { upright: false, lying: true }, () => expect.unreachable());
  await expect(decoding).rejects.toThrow('it changed after');
});

test('a process that somebody kills costs no model, and knows none of the bot’s secrets', async () => {
  process.env.SLACK_BOT_TOKEN = 'xoxb-for-this-test';
  let child: Promise<number> | undefined;
  // Once, when the first block is done and the model is at work on the next.
  const onProgress = () => {
    child ??= childOfThis().then((pid) => process.kill(pid, 'SIGKILL') && pid);
  };
  const predicting = predict({ limits: { workers: 1 }, onProgress });
  const environment = readFileSync(`/proc/${await childOfThis()}/environ`, 'utf8');
  const { models, leftOut } = await predicting;
  expect(environment).not.toContain('xoxb-for-this-test');
  expect(child).toBeDefined();
  delete process.env.SLACK_BOT_TOKEN;
  expect(models).toHaveLength(1);
  expect(leftOut).toEqual([]);
});

test('a process that stands still is ended and started again, and no model is blamed', {
  timeout: 60_000,
}, async () => {
  let stopped: Promise<number> | undefined;
  const onProgress = () => {
    stopped ??= childOfThis().then((pid) => process.kill(pid, 'SIGSTOP') && pid);
  };
  const { models, leftOut } = await predict({ limits: { workers: 1, silenceMaxMs: 5_000 }, onProgress });
  expect(stopped).toBeDefined();
  expect([models.length, leftOut]).toEqual([1, []]);
});

/** The process that runs the models, once it is that. */
async function childOfThis(): Promise<number> {
  for (;;) {
    for (const thread of await readdir('/proc/self/task')) {
      const children = ofProcess(`self/task/${thread}/children`).trim().split(' ');
      const found = children.find((pid) => pid !== '' && ofProcess(`${pid}/cmdline`).includes('inference-process'));
      if (found !== undefined) return Number(found);
    }
    await sleep(2);
  }
}

/** What the system says of a process or a thread; nothing once it has ended. */
function ofProcess(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return '';
  }
}

test('weights that are said to be outside a model’s folder are not read', async () => {
  await put(root, 'secret.data', 'x'.repeat(36));
  for (const [name, external] of Object.entries({ up: '../secret.data', far: join(root, 'secret.data') })) {
    await put(join(root, 'models'), `${name}.onnx`, colorModel({ external }));
  }
  const { leftOut } = await predict();
  expect(leftOut.map(({ name, reason }) => [name, reason.slice(-19)])).toEqual([
    ['far', 'outside its folder'.padStart(19)],
    ['up', 'outside its folder'.padStart(19)],
  ]);
});
