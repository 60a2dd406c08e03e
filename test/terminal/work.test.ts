import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSettings } from '../../src/settings/settings.ts';
import { describeWork } from '../../src/terminal/work.ts';
import { noPostgres, type RealPostgres, startPostgres } from '../store/postgres-server.ts';
import { runnerAt, startWorker } from '../workers/crew.ts';
import { openGround } from '../workers/ground.ts';

const why = noPostgres === undefined ? '' : ` (skipped: ${noPostgres})`;

describe.skipIf(noPostgres !== undefined)(`the terminal’s line on workers, on a real Postgres${why}`, () => {
  let server: RealPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  test('says that nobody is there, that they wait, and how far they are, how fast, and when they will be done', async () => {
    const { address, client, folder, predict } = await openGround(server);
    const file = join(folder, 'modelpicker.yaml');
    const lines = ['name: animals', 'batches: .', 'models: models', 'store: DATABASE_URL'];
    await writeFile(file, [...lines, 'workers: true'].join('\n'));
    const work = () => describeWork(readSettings(file), { DATABASE_URL: address });
    expect(await work()).toEqual(['No worker is there: start `modelpicker worker`.']);
    const { stop } = startWorker(address);
    await expect.poll(work).toEqual(['1 worker, waiting for a batch.']);
    await predict('together', runnerAt(address));
    // As it was in the middle of it: a quarter is left, and began a minute ago.
    await client.query(`update modelpicker.runs set ended = null, since = now() - interval '1 minute'`);
    await client.query(
      'delete from modelpicker.answers where image in (select id from modelpicker.images order by id limit 6)',
    );
    const [line] = await work();
    expect(line).toMatch(
      /^The models are looking at batch batch: 18 of 24 images done by 1 worker, 0\.[34]\d* a second\. About \d+ seconds left\.$/,
    );
    await stop();
    expect((await work())[0]).toContain(
      '18 of 24 images done, and no worker is there to go on: start `modelpicker worker`.',
    );
    await writeFile(file, lines.join('\n'));
    expect(await work()).toEqual([]);
  });
});
