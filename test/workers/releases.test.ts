import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noPostgres, type RealPostgres, startPostgres } from '../store/postgres-server.ts';
import { runnerAt, startWorker } from './crew.ts';
import { kept, openGround } from './ground.ts';

const why = noPostgres === undefined ? '' : ` (skipped: ${noPostgres})`;

describe.skipIf(noPostgres !== undefined)(`workers and bots of several releases, on a real Postgres${why}`, () => {
  let server: RealPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  test('a worker of another release than the bot takes nothing, says which is where, and goes on when they are the same', async () => {
    const ground = await openGround(server);
    const predicted = ground.predict('together', runnerAt(ground.address));
    const runs = async () => (await ground.client.query('select from modelpicker.runs')).rowCount;
    await expect.poll(runs).toBe(1);
    const bots = async (release: string) =>
      ground.client.query(
        `update modelpicker.runs set job = jsonb_set(job::jsonb, '{release}', to_jsonb($1::text))::json`,
        [release],
      );
    const { rows } = await ground.client.query<{ release: string }>(
      `select job->>'release' as release from modelpicker.runs`,
    );
    const { release } = rows[0]!;
    expect(release).toMatch(/^modelpicker [\d.]+\S*, onnxruntime-node [\d.]+, sharp [\d.]+$/);
    await bots('modelpicker 0.0.1');
    const said: unknown[] = [];
    startWorker(ground.address, { log: (event, fields) => said.push([event, fields]) });
    const trouble = `the bot is modelpicker 0.0.1, and this worker ${release}: install the same here`;
    await expect.poll(() => said).toContainEqual(['waiting for what the bot sees to be here, too', { trouble }]);
    expect(await ground.parts()).toEqual([]);
    await bots(release);
    expect(kept(await predicted)).toEqual(kept(await ground.predict('alone')));
  });

  test.each([
    [99, /Its tables are of version 99, made by a newer release; this one knows \d+/],
    [
      1,
      /its tables are of version 1, made by an older release; this one knows \d+: start the bot of this release first/,
    ],
  ])('a worker refuses tables of version %i, with the cure', async (version, reason) => {
    const { address, client } = await openGround(server);
    await client.query('update modelpicker.schema set version = $1', [version]);
    await expect(startWorker(address).done).rejects.toThrow(reason);
  });

  test('a worker that is there before any bot was says so', async () => {
    const address = server.withPassword(await server.database());
    await expect(startWorker(address).done).rejects.toThrow(
      'no bot has made its tables yet: start the bot of this release first',
    );
  });
});
