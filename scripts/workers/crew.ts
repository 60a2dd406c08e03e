import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { bringUpToDate } from '../../src/store/postgres/schema.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Real workers, each a process as `modelpicker worker` starts it. */
export type Crew = {
  readonly workers: readonly ChildProcess[];
  /** Ends one without a word. */
  kill(nth: number): Promise<void>;
  stop(): Promise<void>;
};

/** How a worker is started: `through` comes before its command, `address` is the database as it reaches it. */
export type Berth = { readonly address: string; readonly through?: readonly string[] };

const SETTINGS = 'name: bench\nbatches: .\nmodels: models\nstore: DATABASE_URL\nworkers: true\n';

/** Starts a one-thread worker at each berth, for the settings that it writes into the folder; one that ends is started anew. */
export async function startCrew(folder: string, berths: readonly Berth[], settings = SETTINGS): Promise<Crew> {
  const file = join(folder, 'modelpicker.yaml');
  await writeFile(file, settings);
  let isOver = false;
  const workers: ChildProcess[] = [];
  const start = (nth: number) => {
    const worker = startOne(file, berths[nth]!);
    workers[nth] = worker;
    worker.once('exit', () => setTimeout(() => !isOver && start(nth), 1_000));
  };
  for (const nth of berths.keys()) start(nth);
  return {
    workers,
    kill: (nth) => end(workers[nth]!, 'SIGKILL'),
    stop: async () => {
      isOver = true;
      await Promise.all(workers.map((worker) => end(worker, 'SIGTERM')));
    },
  };
}

function startOne(file: string, { address, through = [] }: Berth): ChildProcess {
  const [program, ...args] = [...through, process.execPath, 'src/cli.ts', 'worker', '--config', file, '--threads', '1'];
  return spawn(program!, args, {
    cwd: root,
    env: { ...process.env, DATABASE_URL: address },
    stdio: ['ignore', process.env.WORKERS_LOG ? 'inherit' : 'ignore', 'inherit'],
  });
}

async function end(worker: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  worker.kill(signal);
  await once(worker, 'exit');
}

/** Seconds of a processor that a process and those it started and saw end have used (Linux). */
export function cpuSeconds(pid: number | 'self'): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

/** The tables that a bot would have made. */
export async function makeTables(address: string): Promise<void> {
  const client = new pg.Client(address);
  await client.connect();
  await bringUpToDate(client);
  await client.end();
}
