import { fork } from 'node:child_process';
import type { Job, Report } from './protocol.ts';

export type BadModel = { readonly name: string; readonly reason: string };

/**
 * Runs a job in a child process that can be killed, and starts another when it dies. A model that was alone at work when
 * it died, hung or took too much memory is left out; after a death with several at work the next child runs one at a
 * time, so that the guilty one is found.
 *
 * @returns the models that were left out.
 * @throws when the job itself fails, or the signal aborts.
 */
export async function runInChild(
  job: Job,
  onProgress: (cells: number, of: number) => void,
  signal: AbortSignal | undefined,
): Promise<BadModel[]> {
  const bad = new Map<string, string>();
  let workers = job.workers;
  for (;;) {
    const isLeft = job.models.map(({ name }) => !bad.has(name));
    const left: Job = {
      ...job,
      workers,
      models: job.models.filter((_, index) => isLeft[index]),
      classMaps: job.classMaps.filter((_, index) => isLeft[index]),
    };
    if (left.models.length === 0) return listOf(bad);
    const end = await runOnce(left, onProgress, signal);
    for (const { name, reason } of end.bad) bad.set(name, reason);
    if (end.kind === 'done') return listOf(bad);
    const [suspect, ...others] = end.suspects;
    if (suspect === undefined) throw new Error(`The models' process died before any model ran: ${end.reason}`);
    if (others.length > 0) workers = 1;
    else bad.set(suspect, end.reason);
  }
}

type End =
  | { readonly kind: 'done'; readonly bad: readonly BadModel[] }
  | {
      readonly kind: 'died';
      readonly bad: readonly BadModel[];
      readonly suspects: readonly string[];
      readonly reason: string;
    };

function runOnce(
  job: Job,
  onProgress: (cells: number, of: number) => void,
  signal: AbortSignal | undefined,
): Promise<End> {
  const child = fork(new URL('./inference-process.ts', import.meta.url), { serialization: 'advanced' });
  const bad: BadModel[] = [];
  let suspects: readonly string[] = [];
  let reason = 'it ended the process that ran it';
  return new Promise<End>((resolve, reject) => {
    const abort = () => child.kill('SIGKILL');
    signal?.addEventListener('abort', abort);
    child.on('message', (report: Report) => {
      if (report.kind === 'progress') onProgress(report.cells, report.of);
      else if (report.kind === 'running') suspects = report.models;
      else if (report.kind === 'bad model') bad.push({ name: report.name, reason: report.reason });
      else if (report.kind === 'giving up') ({ models: suspects, reason } = report);
      else if (report.kind === 'failed') reject(new Error(report.reason));
      else resolve({ kind: 'done', bad });
      if (report.kind === 'done' || report.kind === 'failed') child.kill('SIGKILL');
    });
    child.once('error', reject);
    child.once('exit', () => {
      signal?.removeEventListener('abort', abort);
      if (signal?.aborted) reject(new Error('Stopped before all models had run.'));
      resolve({ kind: 'died', bad, suspects: [...new Set(suspects)], reason });
    });
    if (signal?.aborted) abort();
    child.send(job);
  });
}

function listOf(bad: ReadonlyMap<string, string>): BadModel[] {
  return [...bad].map(([name, reason]) => ({ name, reason }));
}
