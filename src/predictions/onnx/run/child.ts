import { type ChildProcess, fork } from 'node:child_process';
import { compiledEnvironment } from '../compiled.ts';
import { isFromOutside, KILLS_MAX } from '../death.ts';
import { deviceEnvironment } from '../devices/devices.ts';
import type { Job, RunReport, Suspect } from './protocol.ts';
import type { BadModel, Runner } from './runner.ts';

type OnProgress = Parameters<Runner>[1];
type OnSpeed = Parameters<Runner>[3];

/**
 * Runs a job in a child process that can be killed, and starts another when it dies. A model that was alone at work when
 * its process crashed, hung or took too much memory is left out; where several were, each of them then runs alone. A
 * process that somebody killed starts again without blame, unless the same block dies time after time.
 */
function runIn(lender: Lender): Runner {
  return async (job, onProgress, signal, onSpeed) => {
    const bad = new Map<string, string>();
    const alone: string[] = [];
    const kills = new Map<string, number>();
    const listeners: Listeners = { onProgress, onSpeed };

    /** Decides what a death means for the models that were at work. */
    function blame({ tasks, reason, isKilled }: Death, only: string | undefined): void {
      const suspects = [...new Set(tasks.map(({ model }) => model))];
      const place = JSON.stringify(tasks);
      kills.set(place, (kills.get(place) ?? 0) + 1);
      const isOften = kills.get(place)! >= KILLS_MAX;
      if (suspects.length === 0 && isOften)
        throw new Error(`The models' process dies before any model runs: ${reason}`);
      if (isKilled && !isOften) {
        if (only !== undefined) alone.unshift(only);
      } else if (suspects.length === 1) bad.set(suspects[0]!, reason);
      else alone.push(...suspects);
    }

    for (;;) {
      const only = alone.shift();
      const left = withModels(job, (name) => !bad.has(name) && (only === undefined || name === only));
      if (left.models.length > 0) {
        const end = await runOnce(lender, only === undefined ? left : { ...left, workers: 1 }, listeners, signal);
        for (const { name, reason } of end.bad) bad.set(name, reason);
        if (end.kind === 'died') {
          blame(end, only);
          continue;
        }
      }
      if (only === undefined) return [...bad].map(([name, reason]) => ({ name, reason }));
    }
  };
}

function withModels(job: Job, isWanted: (name: string) => boolean): Job {
  const wanted = job.models.map(({ name }) => isWanted(name));
  return {
    ...job,
    models: job.models.filter((_, index) => wanted[index]),
    classMaps: job.classMaps.filter((_, index) => wanted[index]),
  };
}

type End = { readonly kind: 'done'; readonly bad: readonly BadModel[] } | Death;

type Death = {
  readonly kind: 'died';
  readonly bad: readonly BadModel[];
  readonly tasks: readonly Suspect[];
  readonly reason: string;
  /** By somebody else, without a word: not the model's own crash. */
  readonly isKilled: boolean;
};

type Listeners = { readonly onProgress: OnProgress; readonly onSpeed: OnSpeed };

function runOnce(
  { take, giveBack }: Lender,
  job: Job,
  { onProgress, onSpeed }: Listeners,
  signal: AbortSignal | undefined,
): Promise<End> {
  const child = take(job);
  const bad: BadModel[] = [];
  let tasks: readonly Suspect[] = [];
  let givenUp: string | undefined;
  return new Promise<End>((resolve, reject) => {
    const abort = () => child.kill('SIGKILL');
    signal?.addEventListener('abort', abort);
    const stopWatch = endIfSilent(child, job.silenceMaxMs);
    child.on('message', (report: RunReport) => {
      switch (report.kind) {
        case 'alive':
          return;
        case 'progress':
          return onProgress(report.cells, report.of);
        case 'speed':
          return onSpeed?.(report.name, report.msPerImage);
        case 'running':
          tasks = report.tasks;
          return;
        case 'bad model':
          bad.push({ name: report.name, reason: report.reason });
          return;
        case 'giving up':
          [tasks, givenUp] = [report.tasks, report.reason];
          return;
        case 'failed':
          reject(new Error(report.reason));
          break;
        case 'done':
          resolve({ kind: 'done', bad });
          stopWatch();
          signal?.removeEventListener('abort', abort);
          return giveBack(child, job);
      }
      child.kill('SIGKILL');
    });
    child.once('error', reject);
    child.once('exit', (code, killedBy) => {
      signal?.removeEventListener('abort', abort);
      if (signal?.aborted) reject(new Error('Stopped before all models had run.'));
      const reason = givenUp ?? `it ended the process that ran it (${killedBy ?? `code ${code}`})`;
      resolve({ kind: 'died', bad, tasks, reason, isKilled: givenUp === undefined && isFromOutside(killedBy) });
    });
    if (signal?.aborted) abort();
    // Where it was killed before it could listen, its exit says so.
    child.send(job, () => undefined);
  });
}

/** Where the process of a job comes from, and what becomes of it when the job is done. */
type Lender = {
  take(job: Job): ChildProcess;
  giveBack(child: ChildProcess, job: Job): void;
};

/** A process for each job. */
export const runInChild: Runner = runIn({ take: startChild, giveBack: (child) => void child.kill('SIGKILL') });

/**
 * The same, with one process for job after job: starting it costs as much as some seconds of small models. One that has grown
 * large is not kept, and neither is one that a model has ended.
 */
export function openChildRunner(): { readonly run: Runner; close(): void } {
  let idle: { readonly child: ChildProcess; readonly fitting: string } | undefined;
  const fittingOf = (job: Job) => JSON.stringify(environmentFor(job));
  const close = () => {
    idle?.child.kill('SIGKILL');
    idle = undefined;
  };
  return {
    close,
    run: runIn({
      take(job) {
        const found = idle;
        if (!found?.child.connected || found.fitting !== fittingOf(job)) {
          close();
          return startChild(job);
        }
        idle = undefined;
        found.child.removeAllListeners();
        found.child.ref();
        return found.child;
      },
      giveBack(child, job) {
        close();
        child.removeAllListeners();
        // It may end while nobody asks anything of it.
        child.on('error', () => undefined);
        child.unref();
        child.channel?.unref();
        idle = { child, fitting: fittingOf(job) };
      },
    }),
  };
}

function startChild(job: Job): ChildProcess {
  return fork(new URL('./inference-process.ts', import.meta.url), {
    serialization: 'advanced',
    execArgv: [],
    env: environmentFor(job),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** None of the bot's secrets; whoever computes on a device alone needs what its drivers read. */
function environmentFor({ models, workers }: Job): NodeJS.ProcessEnv {
  const devices = models.some(({ spec }) => spec.providers) ? deviceEnvironment() : {};
  // Without a limit each thread's allocator keeps what it freed; with 2 they waited.
  return {
    ...devices,
    ...compiledEnvironment(),
    UV_THREADPOOL_SIZE: String(workers),
    MALLOC_ARENA_MAX: String(workers + 2),
  };
}

/** A process that was stopped, not killed, says nothing and would be waited for forever; nobody's fault, so it starts again. */
function endIfSilent(child: ChildProcess, maxMs: number): () => void {
  let heardMs = performance.now();
  child.on('message', () => {
    heardMs = performance.now();
  });
  const watch = setInterval(() => {
    if (performance.now() - heardMs > maxMs) child.kill('SIGKILL');
  }, maxMs / 10);
  child.once('exit', () => clearInterval(watch));
  return () => clearInterval(watch);
}
