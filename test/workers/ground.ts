import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import type { KeptPredictions } from '../../src/predictions/kept.ts';
import { predictBatch } from '../../src/predictions/onnx/predict-batch.ts';
import type { Runner } from '../../src/predictions/onnx/run/runner.ts';
import type { PredictProgress } from '../../src/predictions/source.ts';
import { alone } from '../alone.ts';
import { colorModel } from '../predictions/onnx/odd-models.ts';
import { put, putBatch } from '../predictions/onnx/picture.ts';
import type { RealPostgres } from '../store/postgres-server.ts';
import { withTables } from './crew.ts';

/** A batch of 24 pictures, two models, and a database with the bot's tables. */
export type Ground = Awaited<ReturnType<typeof openGround>>;

export async function openGround(server: RealPostgres) {
  const address = await withTables(server.withPassword(await server.database()));
  const client = new pg.Client(address);
  client.on('error', () => undefined);
  await client.connect();
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-workers-'));
  await putBatch(join(folder, 'batch'), 24);
  await put(join(folder, 'models'), 'one.onnx', colorModel());
  await put(join(folder, 'models'), 'two.onnx', colorModel({ layout: 'NHWC' }));
  onTestFinished(async () => {
    await client.end();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    address,
    client,
    folder,
    /** What the bot would do with the batch. */
    predict: (results: string, run?: Runner, onProgress?: (progress: PredictProgress) => void) =>
      predictBatch({
        ...{ models: join(folder, 'models'), batch: join(folder, 'batch'), results: join(folder, results) },
        descriptions: [{ match: '*', mean: [0, 0, 0], std: [1, 1, 1] }],
        classes: ['red', 'green', 'blue'],
        refuseIfLost: alone,
        ...(run && { run }),
        ...(onProgress && { onProgress }),
      }),
    /** Of the parts that were done, in order: their blocks, and the cells (a model on a block) that were computed. */
    parts: async () =>
      (
        await client.query<{ blocks: number; cells: number; worker: string }>(
          'select blocks, cells, worker from modelpicker.parts order by id',
        )
      ).rows,
    /** The number of a model in the database, once a run has begun. */
    numberOf: async (sha256: string) =>
      (
        await client.query<{ id: number }>(`select id from modelpicker.models where sha256 = decode($1, 'hex')`, [
          sha256,
        ])
      ).rows[0]?.id,
    /** As if whoever has a part now had been silent for an hour, and nobody had to wait before it is tried again. */
    letTimePass: async () => {
      await client.query(
        `update modelpicker_queue.job set heartbeat_on = now() - interval '1 hour' where state = 'active'`,
      );
      await client.query(`update modelpicker_queue.job set start_after = now() where state = 'retry'`);
    },
  };
}

/** What the bot would keep; how long a model took is never the same twice. */
export function kept({ models, ...said }: KeptPredictions) {
  return { ...said, models: models.map(({ msPerImage: _, ...model }) => model) };
}
