import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forgetRuns } from '../../src/store/postgres/work/forget.ts';
import { openWorkPool } from '../../src/store/postgres/work/pool.ts';
import { noPostgres, type RealPostgres, startPostgres } from '../store/postgres-server.ts';
import { runnerAt, startWorker } from './crew.ts';
import { kept, openGround } from './ground.ts';

const why = noPostgres === undefined ? '' : ` (skipped: ${noPostgres})`;

describe.skipIf(noPostgres !== undefined)(`what is kept of workers, on a real Postgres${why}`, () => {
  let server: RealPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  test('answers go with their batch, unless another task has its images, or its models are at work', async () => {
    const { address, client, folder, predict } = await openGround(server);
    for (const task of ['animals', 'plants']) {
      startWorker(address, { task });
      await predict(`of ${task}`, runnerAt(address, task));
    }
    const count = async (table: string) => (await client.query(`select from modelpicker.${table}`)).rowCount;
    const counts = async () => ({
      answers: await count('answers'),
      images: await count('images'),
      runs: await count('runs'),
    });
    const pool = await openWorkPool(address, 'test');
    const soon = new Date(Date.now() + 60_000);
    const batch = join(folder, 'batch');
    expect(await forgetRuns(pool, 'animals', new Date(0))).toEqual([]);
    expect(await forgetRuns(pool, 'animals', soon)).toEqual([batch]);
    expect(await counts()).toEqual({ answers: 2 * 24, images: 24, runs: 1 });
    await client.query('update modelpicker.runs set ended = null');
    expect(await forgetRuns(pool, 'plants', soon)).toEqual([]);
    expect(await counts()).toEqual({ answers: 2 * 24, images: 24, runs: 1 });
    await client.query('update modelpicker.runs set ended = now()');
    expect(await forgetRuns(pool, 'plants', soon)).toEqual([batch]);
    expect(await counts()).toEqual({ answers: 0, images: 0, runs: 0 });
    expect(await count('models')).toBe(0);
    await pool.end();
    expect(kept(await predict('again', runnerAt(address)))).toEqual(kept(await predict('alone')));
  });
});
