import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PredictProgress } from '../../src/predictions/source.ts';
import { openWorkPool } from '../../src/store/postgres/work/pool.ts';
import { openPartQueue } from '../../src/workers/queue.ts';
import { colorModel } from '../predictions/onnx/odd-models.ts';
import { put } from '../predictions/onnx/picture.ts';
import { noPostgres, type RealPostgres, startPostgres } from '../store/postgres-server.ts';
import { runnerAt, startWorker } from './crew.ts';
import { kept, openGround } from './ground.ts';

const why = noPostgres === undefined ? '' : ` (skipped: ${noPostgres})`;

describe.skipIf(noPostgres !== undefined)(`workers on a real Postgres${why}`, () => {
  let server: RealPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  test('two workers say the same as one machine, to the bit, and each has done some of it', async () => {
    const { address, folder, predict, parts } = await openGround(server);
    // One of them is none.
    await put(join(folder, 'batch'), 'photo-007.png', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
    await put(join(folder, 'models'), 'odd.onnx', colorModel({ trouble: 'crash' }));
    const alone = await predict('alone');
    startWorker(address);
    startWorker(address);
    const told: PredictProgress[] = [];
    const together = await predict('together', runnerAt(address), (progress) => told.push(progress));
    expect(kept(together)).toEqual(kept(alone));
    for (const file of ['matrix.i16', 'scores.u16']) {
      expect(await readFile(join(folder, 'together', file))).toEqual(await readFile(join(folder, 'alone', file)));
    }
    expect(told.some(({ workers }) => workers === 2)).toBe(true);
    expect(new Set((await parts()).map(({ worker }) => worker)).size).toBe(2);
  });

  test('a model that is added to yesterday’s batch runs alone', async () => {
    const { address, folder, predict, parts } = await openGround(server);
    startWorker(address);
    await predict('yesterday', runnerAt(address));
    const before = (await parts()).length;
    await put(join(folder, 'models'), 'three.onnx', colorModel({ type: 'float16' }));
    const today = await predict('today', runnerAt(address));
    expect(today.models.map(({ name }) => name)).toEqual(['one', 'three', 'two']);
    expect(kept(today)).toEqual(kept(await predict('alone')));
    const since = (await parts()).slice(before);
    expect(since.length).toBeGreaterThan(0);
    for (const { cells, blocks } of since) expect(cells).toBe(blocks);
  });

  test('a part that is delivered again changes nothing, and nothing of it is computed', async () => {
    const { address, predict, parts, client } = await openGround(server);
    startWorker(address);
    await predict('once', runnerAt(address));
    const answers = () => client.query('select * from modelpicker.answers order by model, image');
    const said = (await answers()).rows;
    expect(said).toHaveLength(2 * 24);
    const before = (await parts()).length;
    const { rows } = await client.query<{ run: number; first: number; blocks: number }>(
      'select run, first, blocks from modelpicker.parts limit 1',
    );
    const pool = await openWorkPool(address, 'test');
    const queue = await openPartQueue(pool, 'animals', { log: () => undefined, supervises: false });
    await client.query('update modelpicker.runs set ended = null');
    await queue.send(rows[0]!);
    await expect.poll(async () => (await parts()).slice(before)).toMatchObject([{ cells: 0 }]);
    expect((await answers()).rows).toEqual(said);
    expect(await queue.underWay(rows[0]!.run)).toEqual([]);
    await queue.stop();
    await pool.end();
  });
});
