/**
 * The queue alone: simulated workers that take a part, compute nothing, keep 32 images × 10 models of answers and complete it
 * in one transaction, as real ones do; parts a second with 1, 10 and 50 of them. Needs Postgres's own programs.
 *
 * Run: npm exec -- node scripts/workers-queue.ts [--seconds 10]
 */
import { parseArgs } from 'node:util';
import { addAnswers } from '../src/store/postgres/work/answers.ts';
import { addDonePart } from '../src/store/postgres/work/parts.ts';
import { openWorkPool, type WorkPool } from '../src/store/postgres/work/pool.ts';
import { openRun } from '../src/store/postgres/work/runs.ts';
import { openPartQueue } from '../src/workers/queue.ts';
import { startPostgres } from '../test/store/postgres-server.ts';
import { makeTables } from './workers/crew.ts';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '10' } } });
const [IMAGES, MODELS, PARTS] = [32, 10, 4_000];
const hash = (kind: string, nth: number) => Buffer.from(`${kind}${nth}`.padEnd(32, '.')).toString('hex');
const server = await startPostgres();
try {
  for (const count of [1, 10, 50]) await measure(count);
} finally {
  await server.stop();
}
process.exit();

async function measure(count: number): Promise<void> {
  const address = server.withPassword(await server.database());
  await makeTables(address);
  const pool = await openWorkPool(address, 'bot');
  const { id, models } = await openRun(pool, {
    ...{ task: 'bench', key: 'bench', job: {} },
    models: Array.from({ length: MODELS }, (_, nth) => ({ sha256: hash('model', nth), fed: hash('fed', nth) })),
    images: Array.from({ length: IMAGES * PARTS }, (_, nth) => ({ file: `${nth}.jpg`, sha256: hash('image', nth) })),
  });
  const options = { log: () => undefined, supervises: false };
  const bot = await openPartQueue(pool, 'bench', options);
  for (let first = 0; first < PARTS; first++) await bot.send({ run: id, first, blocks: 1 });
  // As each worker has: connections of its own.
  const pools = await Promise.all(Array.from({ length: count }, () => openWorkPool(address, 'worker')));
  const queues = await Promise.all(pools.map((one) => openPartQueue(one, 'bench', options)));
  const startedMs = performance.now();
  const endMs = startedMs + 1_000 * Number(values.seconds);
  const done = await Promise.all(queues.map((queue, nth) => workOn(queue, pools[nth]!, models, endMs)));
  const parts = done.reduce((sum, one) => sum + one, 0);
  const perSecond = parts / ((performance.now() - startedMs) / 1_000);
  console.log(
    `${count} workers: ${perSecond.toFixed(1)} parts a second (${parts} parts of ${IMAGES} images × ${MODELS} models)`,
  );
  for (const queue of [bot, ...queues]) await queue.stop();
  for (const one of [pool, ...pools]) await one.end();
}

async function workOn(
  queue: Awaited<ReturnType<typeof openPartQueue>>,
  pool: WorkPool,
  models: readonly number[],
  endMs: number,
): Promise<number> {
  let parts = 0;
  for (; performance.now() < endMs; parts++) {
    const part = await queue.take();
    if (!part) return parts;
    const { run, first } = part.data;
    const images = Array.from({ length: IMAGES }, (_, nth) => first * IMAGES + nth + 1);
    await pool.inTransaction(async (asking) => {
      for (const model of models) {
        await addAnswers(asking, { model, images, classes: new Int16Array(IMAGES), scores: new Uint16Array(IMAGES) });
      }
      await addDonePart(asking, { run, first, blocks: 1, cells: MODELS, seconds: 1, speeds: {}, worker: 'simulated' });
      await queue.complete(part, asking);
    });
  }
  return parts;
}
