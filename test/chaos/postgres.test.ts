import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noPostgres, type RealPostgres, startPostgres } from '../store/postgres-server.ts';
import { play } from './play.ts';
import { postgresGround } from './postgres-ground.ts';

const why = noPostgres === undefined ? '' : ` (skipped: ${noPostgres})`;

describe.skipIf(noPostgres !== undefined)(`with the facts in a real Postgres${why}`, () => {
  let server: RealPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  test('through killed processes, broken lines and a crash of the server, labels and posts are as they must be', async () => {
    const address = server.withPassword(await server.database());
    for (let seed = 1; seed <= 3; seed++) {
      const { broken, trace } = await play(seed, 1, (chance) => postgresGround(server, address, `${seed}`, chance));
      expect(broken, `npm run chaos -- --postgres --from ${seed} --seeds 1\n${trace.slice(-20).join('\n')}`).toEqual(
        [],
      );
    }
  });
});
