import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Happening } from '../../src/deploy/listener.ts';
import { openTargets, type Targets } from '../../src/deploy/open-targets.ts';
import type { HandOver } from '../../src/deploy/target.ts';
import { TargetSetting } from '../../src/deploy/target-setting.ts';
import type { Predicted } from '../../src/predictions/source.ts';
import { noMlflow } from '../deploy/mlflow-server.ts';
import { sha256Of } from '../deploy/stand-in-registry.ts';
import { answerTruly, type Bench, openBench, predictedBatch } from '../task/bench.ts';
import {
  commandPlace,
  fileOf,
  folderPlace,
  MODELS,
  mlflowStandInPlace,
  type Place,
  realMlflowPlace,
  tritonPlace,
  unityCatalogPlace,
  webhookPlace,
} from './places.ts';

const [monday, tuesday] = ['2026-11-02', '2026-11-03'];

type Open = (folder: string) => Promise<Place>;

const places: { called: string; open: Open; missing?: string | undefined; isTold?: boolean }[] = [
  { called: 'a folder', open: folderPlace },
  { called: 'a stand-in for MLflow', open: mlflowStandInPlace },
  { called: 'a real MLflow server', open: realMlflowPlace, missing: noMlflow },
  { called: 'a stand-in for Unity Catalog', open: unityCatalogPlace },
  { called: 'a stand-in for Triton', open: tritonPlace },
  { called: 'a webhook', open: webhookPlace, isTold: true },
  { called: 'a command', open: commandPlace, isTold: true },
];

type OpenedPlace = {
  readonly place: Place;
  readonly targets: Targets;
  /** So many times the task is still ours when the bot asks; then another bot has taken it over. */
  readonly ours: { times: number };
};

/** The place, and what the settings and the environment make of it. */
async function openPlace(open: Open): Promise<OpenedPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-contract-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const place = await open(folder);
  const stopping = new AbortController();
  onTestFinished(() => stopping.abort());
  const ours = { times: Number.POSITIVE_INFINITY };
  const targets = openTargets([TargetSetting.parse(place.setting)], {
    ...{ data: folder, folder, now: () => new Date(), log: () => {}, signal: stopping.signal },
    ...{ environment: { ...process.env, ...place.environment }, versionOf: async () => undefined },
    refuseIfLost: async () => {
      if (ours.times <= 0) throw new Error('Another bot has taken over.');
      ours.times -= 1;
    },
  });
  return { place, targets, ours };
}

/** What the pool says of a day: on the first fog is best, on every other one rain. */
async function predictedOn(batch: string): Promise<Predicted> {
  const predicted = predictedBatch();
  const order = batch === monday ? [0, 1, 2] : [1, 0, 2];
  const models = await Promise.all(
    order.map(async (nth) => ({
      ...{
        name: MODELS[nth]!,
        file: join(process.cwd(), fileOf(MODELS[nth]!)),
        sha256: await sha256Of(fileOf(MODELS[nth]!)),
      },
    })),
  );
  return { ...predicted, models: [...models, predicted.models[3]!] };
}

/** A team whose winners go to the place; its clock stands still but when somebody waits. */
async function openTeam(open: Open): Promise<{ place: Place; bench: Bench }> {
  const { place, targets } = await openPlace(open);
  const { folder, others, listeners } = targets;
  const bench = await openBench({
    ...{ targets: others, listeners, ...(folder && { target: folder }) },
    source: { predict: ({ name }) => predictedOn(name), recall: predictedOn },
  });
  return { place, bench };
}

async function settle(bench: Bench): Promise<void> {
  await bench.task.idle();
  await bench.task.handedOver();
  await bench.task.idle();
}

async function label(bench: Bench, batch: string): Promise<void> {
  bench.arrived.batch = batch;
  await expect.poll(() => bench.task.look().then(() => bench.room.card().batch)).toBe(batch);
  while (bench.room.card().now.kind === 'asking') await answerTruly(bench);
  await settle(bench);
}

async function waitAnHour(bench: Bench): Promise<void> {
  bench.clock.now = new Date(bench.clock.now.getTime() + 3_600_000);
  await bench.task.advance();
  await settle(bench);
}

describe.each(places)('$called', ({ open, missing, isTold = false }) => {
  describe.skipIf(missing !== undefined)(missing === undefined ? '' : `(skipped: ${missing})`, () => {
    test('has the newest winner, and what an admin puts in its place: pinned, gone back to, and unpinned', async () => {
      const { place, bench } = await openTeam(open);
      expect(await place.serving()).toBeUndefined();
      await label(bench, monday);
      expect(await place.serving()).toEqual({ model: 'fog', isWithdrawn: false });
      await label(bench, tuesday);
      expect(await place.serving()).toEqual({ model: 'rain', isWithdrawn: false });
      await bench.task.pin({ kind: 'model', model: 'snow', by: 'U9', why: 'night' });
      await settle(bench);
      expect(await place.serving()).toEqual({ model: 'snow', isWithdrawn: false });
      await bench.task.pin({ kind: 'winner', named: { batch: monday, result: 1 }, by: 'U9' });
      await settle(bench);
      expect(await place.serving()).toEqual({ model: 'fog', isWithdrawn: false });
      await bench.task.unpin('U9');
      await settle(bench);
      expect(await place.serving()).toEqual({ model: 'rain', isWithdrawn: false });
    });

    test('is left as it is by a restart, and says it where a result was withdrawn', async () => {
      const { place, bench } = await openTeam(open);
      await label(bench, monday);
      const before = await place.state();
      await bench.restart();
      await settle(bench);
      expect(await place.state()).toBe(before);
      await bench.task.reopen('U9');
      await settle(bench);
      expect(await place.serving()).toEqual({ model: 'fog', isWithdrawn: true });
    });

    test('keeps nobody waiting while it lets nobody in; admins hear of it once, and then it has the newest', async () => {
      const { place, bench } = await openTeam(open);
      await label(bench, monday);
      await place.shut(true);
      await label(bench, tuesday);
      await waitAnHour(bench);
      await waitAnHour(bench);
      expect(bench.room.posts).toContain(`${tuesday}:result:1`);
      // The cure is part of what they are told.
      expect(bench.room.told).toMatchObject([
        { problem: expect.stringMatching(/Is it running|Move it away|Look into|in the log/) },
      ]);
      await place.shut(false);
      await waitAnHour(bench);
      expect(await place.serving()).toEqual({ model: 'rain', isWithdrawn: false });
      const before = await place.state();
      await waitAnHour(bench);
      expect(await place.state()).toBe(before);
    });

    test('is changed by no bot from which another has taken over, however far it had come', async () => {
      const { place, targets, ours } = await openPlace(open);
      await handTo(targets, monday, 'fog');
      const before = await place.state();
      ours.times = 0;
      await expect(handTo(targets, tuesday, 'rain')).rejects.toThrow('Another bot has taken over.');
      expect(await place.state()).toBe(before);
      for (let [times, isHanded] = [1, false]; !isHanded; times++) {
        ours.times = times;
        isHanded = await handTo(targets, tuesday, 'rain').then(
          () => true,
          () => false,
        );
        expect(await place.serving()).toEqual({ model: isHanded ? 'rain' : 'fog', isWithdrawn: false });
      }
    });

    test.skipIf(isTold)('refuses a file that is not the one that was judged, and goes on serving', async () => {
      const { place, targets } = await openPlace(open);
      const target = targets.folder ?? targets.others[0]!;
      await target.handOver(await winnerOf(monday, 'fog'));
      const rain = await winnerOf(tuesday, 'rain');
      await expect(target.handOver({ ...rain, sha256: '0'.repeat(64) })).rejects.toThrow(
        /Put back|tag the one that does/,
      );
      expect(await place.serving()).toEqual({ model: 'fog', isWithdrawn: false });
      expect(await target.serving()).toMatchObject({ batch: monday, result: 1, model: 'fog' });
    });
  });
});

describe.each(places.filter(({ isTold }) => isTold))('$called', ({ open }) => {
  test('is told once of a batch and of hand-overs that failed, in order, and not of its own failures', async () => {
    const { place, targets } = await openPlace(open);
    const isDown = async () => Promise.reject(new Error('It is down. Start it.'));
    const broken = (name: string) => ({ name, handOver: isDown, serving: isDown });
    const hears = async (event: Happening) => {
      if (event.type === 'round.opened') throw new Error('Nobody listens.');
      return 'taken' as const;
    };
    let isBroken = false;
    const bench = await openBench({
      target: broken('folder /deployed'),
      targets: [broken('a registry')],
      listeners: [...targets.listeners, { name: 'a deaf one', wants: () => true, tell: hears }],
      source: {
        predict: ({ name }) => (isBroken ? Promise.reject(new Error('There is no image.')) : predictedOn(name)),
        recall: predictedOn,
      },
    });
    const failures = async () => (await place.told!()).filter(({ type }) => type.endsWith('.failed'));
    await settle(bench);
    await place.shut(true);
    while (bench.room.card().now.kind === 'asking') await answerTruly(bench);
    await waitAnHour(bench);
    expect(bench.room.told).toContainEqual(
      expect.objectContaining({ kind: 'event', target: targets.listeners[0]!.name }),
    );
    isBroken = true;
    bench.arrived.batch = tuesday;
    await expect.poll(() => bench.task.look().then(() => bench.store.rounds())).toContain(tuesday);
    await settle(bench);
    await place.shut(false);
    await bench.restart();
    await waitAnHour(bench);
    const problem = 'It is down. Start it.';
    const told = await failures();
    expect(told.map(({ type, data }) => ({ type, ...data }))).toEqual([
      { type: 'handover.failed', target: 'a deaf one', problem: 'Nobody listens.' },
      { type: 'handover.failed', batch: monday, model: 'fog', target: 'folder', problem },
      { type: 'handover.failed', batch: monday, model: 'fog', target: 'a registry', problem },
      { type: 'batch.failed', batch: tuesday, reason: 'There is no image.' },
    ]);
    await bench.restart();
    await waitAnHour(bench);
    expect(await failures()).toEqual(told);
  });
});

/** To the one place there is, in the way in which it hears of it. */
async function handTo({ folder, others, listeners }: Targets, batch: string, model: string): Promise<void> {
  const winner = await winnerOf(batch, model);
  await (folder ?? others[0])?.handOver(winner);
  const data = { batch, result: 1, model };
  await listeners[0]?.tell({ id: `msg_${batch}`, at: `${batch}T12:00:00.000Z`, type: 'winner.deployed', data });
}

async function winnerOf(batch: string, name: string): Promise<HandOver> {
  const figures = { confidence: 0.96, tolerance: 0.005, accuracy: 0.9, accuracySd: 0.01, labels: 40 };
  const result = { number: 1, because: 'confident' as const, isWinner: true, model: name, tiedWith: [], ...figures };
  const model = join(process.cwd(), fileOf(name));
  return {
    ...{ batch, result: { ...result, annotators: ['U1'] }, model, classes: ['cat', 'dog'] },
    sha256: await sha256Of(model),
  };
}
