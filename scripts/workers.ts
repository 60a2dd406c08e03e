/**
 * Two one-thread workers against the local runner with two threads, on the same batch, in turns: how long each takes, and
 * whether the matrix is the same to the bit. With --bucket once more with batch and models out of a bucket of a test server.
 * With --chaos once more while workers are killed at random, Postgres is ended twice as by a power cut, and a third worker is
 * cut off in a network of its own for a minute (where root and `ip` allow it).
 * Needs Postgres's own programs; models are made here, with made-up weights.
 *
 * Run: npm exec -- node scripts/workers.ts [--pool '12 medium'] [--photos 512] [--rounds 2] [--bucket] [--chaos] [--seed 1]
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { predictBatch } from '../src/predictions/onnx/predict-batch.ts';
import type { Runner } from '../src/predictions/onnx/run/runner.ts';
import { chanceFrom } from '../src/simulate/chance.ts';
import { overQueue } from '../src/workers/over-queue.ts';
import { alone } from '../test/alone.ts';
import { startPostgres } from '../test/store/postgres-server.ts';
import { POOLS, writePhotos, writePool } from './bench/pools.ts';
import { type Cable, layCable, whyNoCable } from './workers/cable.ts';
import { type Crew, cpuSeconds, makeTables, startCrew } from './workers/crew.ts';
import { predictOutOfBucket } from './workers/out-of-bucket.ts';

const { values } = parseArgs({
  options: {
    pool: { type: 'string', default: '12 medium' },
    photos: { type: 'string', default: '512' },
    rounds: { type: 'string', default: '2' },
    chaos: { type: 'boolean', default: false },
    bucket: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
  },
});
const pool = POOLS.find(({ name }) => name === values.pool)!;
const chance = chanceFrom(Number(values.seed));
const folder = await mkdtemp(join(tmpdir(), 'modelpicker-workers-'));
const server = await startPostgres();
let isSame = true;
try {
  await writePool(join(folder, 'models'), pool);
  await writePhotos(join(folder, 'batch'), Number(values.photos), pool.width);
  const seconds = { local: [] as number[], workers: [] as number[] };
  for (let round = 0; round < Number(values.rounds); round++) {
    const cpuBefore = cpuSeconds('self');
    seconds.local.push(await predict(`local-${round}`));
    // The process that ran the models is reckoned once it has been waited for.
    await sleep(1_000);
    const cpuLocal = cpuSeconds('self') - cpuBefore;
    const address = await newDatabase();
    const crew = await startCrew(folder, [{ address }, { address }]);
    // As on a machine where they run all day.
    await sleep(5_000);
    const cpu = () => crew.workers.reduce((sum, { pid }) => sum + cpuSeconds(pid!), 0);
    const cpuIdle = cpu();
    seconds.workers.push(await predict(`workers-${round}`, runner(address)));
    await sleep(1_000);
    const cpuWorkers = cpu() - cpuIdle;
    await crew.stop();
    const took = { local: cpuLocal.toFixed(0), workers: cpuWorkers.toFixed(0) };
    console.log(`seconds of a processor: ${JSON.stringify(took)}`);
    await compare(`workers-${round}`);
    console.log(JSON.stringify(seconds));
  }
  if (seconds.local.length > 0) {
    const ratio = Math.min(...seconds.workers) / Math.min(...seconds.local);
    console.log(`two workers take ${ratio.toFixed(3)} of the time of two threads (best of ${values.rounds} each)`);
  }
  if (values.bucket) await compare(await predictOutOfBucket(folder, await newDatabase()));
  if (values.chaos) await playChaos();
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exit(isSame ? 0 : 1);

async function newDatabase(): Promise<string> {
  const address = server.withPassword(await server.database());
  await makeTables(address);
  return address;
}

function runner(address: string): Runner {
  const log = process.env.WORKERS_LOG ? console.log : () => undefined;
  return overQueue({ address, task: 'bench' }, { log, refuseIfLost: alone });
}

/** Seconds that it took. */
async function predict(results: string, run?: Runner): Promise<number> {
  const startedMs = performance.now();
  await predictBatch({
    ...{ models: join(folder, 'models'), batch: join(folder, 'batch'), results: join(folder, results) },
    ...{ descriptions: [], limits: { workers: 2 }, refuseIfLost: alone },
    ...(run && { run }),
  });
  return (performance.now() - startedMs) / 1000;
}

async function compare(results: string): Promise<void> {
  for (const file of ['matrix.i16', 'scores.u16']) {
    const [ours, theirs] = await Promise.all(['local-0', results].map((one) => readFile(join(folder, one, file))));
    const areEqual = ours!.equals(theirs!);
    if (!areEqual) isSame = false;
    console.log(`${results}: ${file} ${areEqual ? 'is the same to the bit' : 'DIFFERS'} (${ours!.length} bytes)`);
    if (!areEqual) console.log(`  ${whatDiffers(ours!, theirs!)}`);
  }
}

/** Both are 16-bit numbers, image by image. */
function whatDiffers(ours: Buffer, theirs: Buffer): string {
  if (ours.length !== theirs.length) return `${ours.length} bytes and ${theirs.length}`;
  const cells = Array.from({ length: ours.length / 2 }, (_, cell) => cell);
  const differing = cells.filter((cell) => ours.readUInt16LE(2 * cell) !== theirs.readUInt16LE(2 * cell));
  const { length: models } = pool.models;
  const [first] = differing;
  const example = `${ours.readUInt16LE(2 * first!)} and ${theirs.readUInt16LE(2 * first!)}`;
  const images = new Set(differing.map((cell) => Math.floor(cell / models)));
  const byModels = [...new Set(differing.map((cell) => cell % models))];
  return `${differing.length} cells of ${images.size} images (${[...images].slice(0, 20)}), models ${byModels}, e.g. ${example}`;
}

async function playChaos(): Promise<void> {
  const address = await newDatabase();
  const why = whyNoCable();
  if (why !== undefined) console.log(`nobody is cut off: ${why}`);
  const cable = why === undefined ? await layCable(address) : undefined;
  const away = cable && { address: cable.address(address), through: cable.through };
  const crew = await startCrew(folder, [{ address }, { address }, ...(away ? [away] : [])]);
  const isDone = new AbortController();
  const troubles = Promise.all([
    killWorkers(crew, isDone.signal),
    restartTwice(isDone.signal),
    cutOff(cable, isDone.signal),
  ]);
  const seconds = await predict('chaos', runner(address));
  isDone.abort();
  const [kills, restarts, cuts] = await troubles;
  await crew.stop();
  await cable?.remove();
  console.log(
    `in trouble it took ${seconds.toFixed(0)} s: ${kills} workers killed, ${restarts} restarts of Postgres, ${cuts} cut off`,
  );
  await compare('chaos');
}

/** One of the first two, every 10 to 30 s. */
async function killWorkers(crew: Crew, signal: AbortSignal): Promise<number> {
  for (let kills = 0; ; kills++) {
    if (!(await wait(10_000 + 20_000 * chance(), signal))) return kills;
    await crew.kill(chance() < 0.5 ? 0 : 1);
  }
}

async function restartTwice(signal: AbortSignal): Promise<number> {
  for (let restarts = 0; restarts < 2; restarts++) {
    if (!(await wait(25_000, signal))) return restarts;
    await server.crash();
    await sleep(5_000);
    await server.start();
  }
  return 2;
}

async function cutOff(cable: Cable | undefined, signal: AbortSignal): Promise<number> {
  if (!cable || !(await wait(30_000, signal))) return 0;
  cable.pull();
  await wait(60_000, signal);
  cable.plug();
  return 1;
}

/** False when all is done before. */
function wait(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal }).catch(() => false);
}
