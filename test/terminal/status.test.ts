import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { folderTarget } from '../../src/deploy/folder.ts';
import type { Serving, Target } from '../../src/deploy/target.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { describeStore } from '../../src/terminal/status.ts';
import { alone } from '../alone.ts';
import { sha256Of } from '../deploy/stand-in-registry.ts';
import { answerTruly, type Bench, openBench, predictedBatch } from '../task/bench.ts';

const REGISTRY = 'the registry';

/** A registry that is down when it is told to be. */
function openShelf() {
  const shelf = { isDown: false, serves: undefined as Serving | undefined };
  const ask = () => {
    if (shelf.isDown) throw new Error('It is down. Start it.');
  };
  const target: Target = {
    name: REGISTRY,
    handOver: async ({ batch, result: { number, model }, sha256, pinned }) => {
      ask();
      shelf.serves = { batch, result: number, model, sha256, isWithdrawn: false, ...(pinned && { pinned: pinned.id }) };
    },
    serving: async () => {
      ask();
      return shelf.serves;
    },
  };
  return { shelf, target };
}

/** A team with a folder and a registry; `status` is what `modelpicker status` prints. */
async function openTeam() {
  const data = await mkdtemp(join(tmpdir(), 'modelpicker-status-'));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const { shelf, target } = openShelf();
  const predicted = predictedBatch();
  const files = ['fog', 'rain', 'snow'].map((name) => join(process.cwd(), `data/demo/models/${name}.onnx`));
  const models = await Promise.all(
    predicted.models.map(async (model, nth) =>
      files[nth] === undefined ? model : { ...model, file: files[nth], sha256: await sha256Of(files[nth]) },
    ),
  );
  const whole = { ...predicted, models };
  const bench = await openBench({
    target: folderTarget(data, () => new Date('2026-11-02T09:00:00Z'), { refuseIfLost: alone }),
    targets: [target],
    source: { predict: async () => whole, recall: async () => whole },
  });
  await symlink(bench.folder, join(data, 'rounds'));
  const file = join(data, 'modelpicker.yaml');
  const targets = [{ to: 'folder' }, { to: 'triton', name: REGISTRY, url: 'http://a', repository: '.', model: 'a' }];
  const slack = { channel: 'C0MODELS', admins: ['U9'] };
  await writeFile(file, JSON.stringify({ models: '.', batches: '.', data: '.', targets, slack }));
  const status = () => describeStore(readSettings(file), {});
  return { data, bench, shelf, status };
}

async function settle(bench: Bench): Promise<void> {
  await bench.task.advance();
  await bench.task.handedOver();
  await bench.task.idle();
}

test('status says what is really there: replaced, not yet in place, and there', async () => {
  const { data, bench, status } = await openTeam();
  while (bench.room.card().now.kind === 'asking') await answerTruly(bench);
  await settle(bench);
  expect(await status()).toContain(`Deployed in ${data}/deployed since `);
  await rename(join(data, 'deployed/model.onnx'), join(data, 'elsewhere'));
  await writeFile(join(data, 'deployed/model.onnx'), 'another one');
  expect(await status()).toMatch(/wrong-13 should serve, for batch 2026-11-02, and does not: /);
  await bench.restart();
  await settle(bench);
  expect(await status()).toContain(`Deployed in ${data}/deployed since `);

  await bench.task.pin({ kind: 'model', model: 'wrong-7', by: 'U9', why: 'night' });
  await settle(bench);
  expect(await status()).toMatch(/Deployed in .* \(pinned by U9: night\)/);
  // Somebody's own folder is not replaced: the next pin has to wait, and no other one stands for it.
  await rename(join(data, 'deployed'), join(data, 'aside'));
  await mkdir(join(data, 'deployed'));
  await bench.task.pin({ kind: 'model', model: 'wrong-5', by: 'U9' });
  await settle(bench);
  expect(await status()).toMatch(/wrong-7 should serve, .*Move it away/);
  expect(await status()).toMatch(/wrong-5, for batch 2026-11-02, is not in place, failing since .*Move it away/);
});

test('a target that was down at a start is not said to lack what it has, once it is up', async () => {
  const { bench, shelf, status } = await openTeam();
  while (bench.room.card().now.kind === 'asking') await answerTruly(bench);
  await settle(bench);
  expect(await status()).toContain(`${REGISTRY}: has 2026-11-02-1`);
  shelf.isDown = true;
  await bench.restart();
  await settle(bench);
  expect(await status()).toContain(`${REGISTRY}: failing since 2026-11-02T08:00:00.000Z: It is down. Start it.`);
  shelf.isDown = false;
  bench.clock.now = new Date('2026-11-02T08:01:00Z');
  await settle(bench);
  expect(await status()).toContain(`${REGISTRY}: has 2026-11-02-1`);
});

test('status says of a batch that came since that its models failed, until they run again', async () => {
  const { bench, status } = await openTeam();
  const [batch, at] = ['2026-11-03', '2026-11-03T08:00:00.000Z'];
  await bench.store.add(batch, { kind: 'failure', key: 'failure:1', at, reason: 'Workers could not do 1 part.' });
  const said = `The models could not look at batch ${batch}: Workers could not do 1 part.`;
  expect((await status()).split('\n')).toContain(said);
  await bench.store.add(batch, { kind: 'rerun', key: 'rerun:1', at, failure: 1, by: 'U9' });
  expect(await status()).not.toContain(said);
});
