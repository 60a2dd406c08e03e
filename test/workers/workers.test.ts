import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { KeptPredictions } from '../../src/predictions/kept.ts';
import { predictBatch } from '../../src/predictions/onnx/predict-batch.ts';
import type { Runner } from '../../src/predictions/onnx/run/runner.ts';
import type { PredictProgress } from '../../src/predictions/source.ts';
import { colorModel } from '../predictions/onnx/odd-models.ts';
import { put, putBatch } from '../predictions/onnx/picture.ts';
import { noPostgres, type RealPostgres, startPostgres } from '../store/postgres-server.ts';
import { runnerAt, startWorker, withTables } from './crew.ts';

const why = noPostgres === undefined ? '' : ` (skipped: ${noPostgres})`;

/** What the bot would keep; how long a model took is never the same twice. */
function kept({ models, ...said }: KeptPredictions) {
  return { ...said, models: models.map(({ msPerImage: _, ...model }) => model) };
}

describe.skipIf(noPostgres !== undefined)(`workers on a real Postgres${why}`, () => {
  let server: RealPostgres;
  let address: string;
  let client: pg.Client;
  let folder: string;

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    address = await withTables(server.withPassword(await server.database()));
    client = new pg.Client(address);
    client.on('error', () => undefined);
    await client.connect();
    folder = await mkdtemp(join(tmpdir(), 'modelpicker-workers-'));
    await putBatch(join(folder, 'batch'), 24);
    await put(join(folder, 'models'), 'one.onnx', colorModel());
    await put(join(folder, 'models'), 'two.onnx', colorModel({ layout: 'NHWC' }));
    onTestFinished(async () => {
      await client.end();
      await rm(folder, { recursive: true, force: true });
    });
  });

  function predict(results: string, run?: Runner, onProgress?: (progress: PredictProgress) => void) {
    return predictBatch({
      ...{ models: join(folder, 'models'), batch: join(folder, 'batch'), results: join(folder, results) },
      descriptions: [{ match: '*', mean: [0, 0, 0], std: [1, 1, 1] }],
      classes: ['red', 'green', 'blue'],
      ...(run && { run }),
      ...(onProgress && { onProgress }),
    });
  }

  /** By model, how many cells (a model on a block) were computed in each part, in order. */
  async function cellsOfParts(): Promise<number[]> {
    const { rows } = await client.query<{ cells: number }>('select cells from modelpicker.parts order by id');
    return rows.map(({ cells }) => cells);
  }

  test('two workers say the same as one machine, to the bit, and each has done some of it', async () => {
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
    const { rows } = await client.query('select distinct worker from modelpicker.parts');
    expect(rows).toHaveLength(2);
  });

  test('a model that is added to yesterday’s batch runs alone', async () => {
    startWorker(address);
    await predict('yesterday', runnerAt(address));
    const before = (await cellsOfParts()).length;
    await put(join(folder, 'models'), 'three.onnx', colorModel({ type: 'float16' }));
    const today = await predict('today', runnerAt(address));
    expect(today.models.map(({ name }) => name)).toEqual(['one', 'three', 'two']);
    expect(kept(today)).toEqual(kept(await predict('alone')));
    const cells = (await cellsOfParts()).slice(before);
    const { rows } = await client.query<{ blocks: number }>('select blocks from modelpicker.parts order by id');
    expect(cells).toEqual(rows.slice(before).map(({ blocks }) => blocks));
  });
});
