import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { noteAtWork } from '../../src/store/postgres/work/deaths.ts';
import { openWorkPool } from '../../src/store/postgres/work/pool.ts';
import { overQueue } from '../../src/workers/over-queue.ts';
import { openPartQueue } from '../../src/workers/queue.ts';
import { alone } from '../alone.ts';
import { colorModel } from '../predictions/onnx/odd-models.ts';
import { put } from '../predictions/onnx/picture.ts';
import { openTestLine } from '../store/line-to-postgres.ts';
import { noPostgres, type RealPostgres, startPostgres } from '../store/postgres-server.ts';
import { runnerAt, startWorker } from './crew.ts';
import { type Ground, kept, openGround } from './ground.ts';

const why = noPostgres === undefined ? '' : ` (skipped: ${noPostgres})`;

describe.skipIf(noPostgres !== undefined)(`workers in trouble, on a real Postgres${why}`, () => {
  let server: RealPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  /** `modelpicker worker`, as people start it. */
  async function spawnWorker({ address, folder }: Ground, environment = {}): Promise<ChildProcess> {
    const file = join(folder, 'modelpicker.yaml');
    await writeFile(file, 'name: animals\nbatches: .\nmodels: models\nstore: DATABASE_URL\nworkers: true\n');
    const args = ['src/cli.ts', 'worker', '--config', file, '--threads', '1'];
    const env = { ...process.env, DATABASE_URL: address, ...environment };
    const worker = spawn(process.execPath, args, { env, stdio: 'ignore' });
    onTestFinished(() => void worker.kill('SIGKILL'));
    return worker;
  }

  /** Resolves when a worker has models at work. */
  async function atWork({ client }: Ground): Promise<void> {
    const models = async () => (await client.query('select from modelpicker.deaths where count > 0')).rowCount;
    await expect.poll(models).toBeGreaterThan(0);
  }

  test('a worker that is killed costs no more than its part: another does it', async () => {
    const ground = await openGround(server);
    const alone = await ground.predict('alone');
    const predicted = ground.predict('together', runnerAt(ground.address));
    const worker = await spawnWorker(ground);
    await atWork(ground);
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    const { rows } = await ground.client.query('select state from modelpicker_queue.job');
    expect(rows).toEqual([{ state: 'active' }]);
    startWorker(ground.address);
    const passing = setInterval(ground.letTimePass, 500);
    const together = await predicted.finally(() => clearInterval(passing));
    expect(kept(together)).toEqual(kept(alone));
  });

  test('a bot from which another has taken over leaves the run open that both wait for', async () => {
    const ground = await openGround(server);
    const place = { address: ground.address, task: 'animals' };
    const ours = { is: true };
    const refuseIfLost = async () => {
      if (!ours.is) throw new Error('Another bot has taken over.');
    };
    const openRuns = async () =>
      (await ground.client.query('select from modelpicker.runs where ended is null')).rowCount;
    function start(results: string, refuseIfLost: () => Promise<void>) {
      const [stop, heard] = [new AbortController(), Promise.withResolvers<void>()];
      const run = overQueue(place, { log: () => undefined, refuseIfLost });
      const predicted = ground.predict(
        results,
        (job, onProgress) => run(job, onProgress, stop.signal),
        () => heard.resolve(),
      );
      const end = async () => {
        stop.abort();
        await expect(predicted).rejects.toThrow('Stopped before all models had run.');
      };
      return { heard: heard.promise, end };
    }
    const first = start('first', refuseIfLost);
    await first.heard;
    ours.is = false;
    const second = start('second', alone);
    await second.heard;
    await first.end();
    expect(await openRuns()).toBe(1);
    await expect(ground.predict('late', overQueue(place, { log: () => undefined, refuseIfLost }))).rejects.toThrow(
      'Another bot has taken over.',
    );
    await second.end();
    expect(await openRuns()).toBe(0);
  });

  test('a model that was at work at three deaths is left out for all, and the others answer', async () => {
    const ground = await openGround(server);
    const alone = await ground.predict('alone');
    const [one, two] = alone.models;
    const predicted = ground.predict('together', runnerAt(ground.address));
    await expect.poll(() => ground.numberOf(two!.sha256)).toBeGreaterThan(0);
    const [innocent, guilty] = [await ground.numberOf(one!.sha256), await ground.numberOf(two!.sha256)];
    const pool = await openWorkPool(ground.address, 'test');
    // What three workers leave behind that die with it: at first with the whole pool at work, then with it alone.
    for (const models of [[innocent!, guilty!], [guilty!], [guilty!]]) {
      await noteAtWork(pool, { run: 1, first: 0 }, models);
    }
    await pool.end();
    startWorker(ground.address);
    const { models, leftOut, images } = await predicted;
    expect(models.map(({ name }) => name)).toEqual(['one']);
    expect(leftOut).toEqual([{ name: 'two', reason: 'workers died 3 times while it ran' }]);
    expect(images).toEqual(alone.images);
  });

  test('a worker that is stopped gives its part back, is held to be no death, and ends with code 0', async () => {
    const ground = await openGround(server);
    await put(join(ground.folder, 'models'), 'slow.onnx', colorModel({ trouble: 'endless' }));
    const stop = new AbortController();
    const predicted = ground.predict('never', (job, onProgress) =>
      runnerAt(ground.address)(job, onProgress, stop.signal),
    );
    predicted.catch(() => undefined);
    const worker = await spawnWorker(ground);
    await atWork(ground);
    worker.kill('SIGTERM');
    expect(await once(worker, 'exit')).toEqual([0, null]);
    const { rows } = await ground.client.query('select state from modelpicker_queue.job');
    expect(rows).toEqual([{ state: 'retry' }]);
    expect((await ground.client.query('select from modelpicker.deaths where count > 0')).rowCount).toBe(0);
    expect((await ground.client.query('select from modelpicker.workers')).rowCount).toBe(0);
    stop.abort();
    await expect(predicted).rejects.toThrow('Stopped before all models had run.');
  });

  test('a worker that cannot reach the database for long ends, and says so', async () => {
    const { address } = await openGround(server);
    const line = await openTestLine(address);
    const { promise: begun, resolve: begin } = Promise.withResolvers<unknown>();
    const { done } = startWorker(line.address, { patienceMs: 1_000, log: begin });
    const ended = expect(done).rejects.toThrow(/^The database could not be reached for \d+ s/);
    await begun;
    line.close();
    await ended;
  });

  test('a part that fails for good is told with what was said last, and may be run again', async () => {
    const ground = await openGround(server);
    const pool = await openWorkPool(ground.address, 'test');
    await (await openPartQueue(pool, 'animals', { log: () => undefined, supervises: false })).stop();
    await pool.end();
    await ground.client.query('update modelpicker_queue.queue set retry_limit = 0');
    const worker = await spawnWorker(ground, { TMPDIR: '/there is no such folder' });
    const predict = () => ground.predict('together', runnerAt(ground.address));
    await expect(predict()).rejects.toThrow(
      /^Workers could not do \d parts? of the batch, however often they were tried.* The last one said: .*no such file or directory/,
    );
    worker.kill('SIGKILL');
    startWorker(ground.address);
    expect(kept(await predict())).toEqual(kept(await ground.predict('alone')));
  });

  test('a worker that does not see what the bot sees takes nothing, and says what is missing until it is there', async () => {
    const ground = await openGround(server);
    const said: unknown[] = [];
    const elsewhere = join(ground.folder, 'elsewhere');
    const predicted = await ground.predict('together', async (job, ...others) => {
      await rename(job.batch, elsewhere);
      const running = runnerAt(ground.address)(job, ...others);
      startWorker(ground.address, { log: (event, fields) => said.push([event, fields]) });
      const trouble = `there is no folder ${job.batch}: mount it here at the same path`;
      await expect.poll(() => said).toContainEqual(['waiting for what the bot sees to be here, too', { trouble }]);
      await rename(elsewhere, job.batch);
      return running;
    });
    expect(predicted.setAside).toEqual([]);
  });
});
