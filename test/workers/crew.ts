import pg from 'pg';
import { onTestFinished } from 'vitest';
import type { Runner } from '../../src/predictions/onnx/run/runner.ts';
import { bringUpToDate } from '../../src/store/postgres/schema.ts';
import { overQueue } from '../../src/workers/over-queue.ts';
import { type WorkerOptions, work } from '../../src/workers/worker.ts';

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
  return overQueue({ address, task }, { log: quiet, lookSeconds: 1 });
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
