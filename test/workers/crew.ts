import pg from 'pg';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import type { Runner } from '../../src/predictions/onnx/run/runner.ts';
import { bringUpToDate } from '../../src/store/postgres/schema.ts';
import { overQueue } from '../../src/workers/over-queue.ts';
import { type WorkerOptions, work } from '../../src/workers/worker.ts';
import { alone } from '../alone.ts';
import { noPostgres, type RealPostgres, startPostgres } from '../store/postgres-server.ts';

/** A database with the bot's tables, as the start of a bot leaves it. */
export async function withTables(address: string): Promise<string> {
  const client = new pg.Client(address);
  await client.connect();
  await bringUpToDate(client);
  await client.end();
  return address;
}

const quiet = () => undefined;

/** The bot's side. */
export function runnerAt(address: string, task = 'animals'): Runner {
  return overQueue({ address, task }, { log: quiet, lookSeconds: 1, refuseIfLost: alone });
}

/** A worker in this process, until the test ends or it is stopped. */
export function startWorker(
  address: string,
  { task = 'animals', ...options }: Partial<WorkerOptions> & { task?: string } = {},
) {
  const stop = new AbortController();
  const done = work({ address, task }, { log: quiet, stop: stop.signal, limits: { workers: 1 }, ...options });
  const end = async () => {
    stop.abort();
    await done;
  };
  onTestFinished(() => end().catch(() => undefined));
  return { done, stop: end };
}

/** Tests with a real Postgres whose models run on workers: `runnerFor` starts one for a task, and gives the bot's side. */
export function onWorkers(tests: (runnerFor: (task: string) => Runner) => void): void {
  describe.skipIf(noPostgres !== undefined)(
    `with a real Postgres (skipped where ${noPostgres ?? 'there is none'})`,
    () => {
      let server: RealPostgres;
      let address: string;
      beforeAll(async () => {
        server = await startPostgres();
        address = await withTables(server.withPassword(await server.database()));
      });
      afterAll(() => server.stop());
      tests((task) => {
        startWorker(address, { task });
        return runnerAt(address, task);
      });
    },
  );
}
