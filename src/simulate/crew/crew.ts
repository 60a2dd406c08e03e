import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { budgetOf, type Experiment, poolsOf, reportOf, type TriedOut } from '../experiment.ts';
import type { LabeledData } from '../labeled-data.ts';
import type { Played } from '../play.ts';

/** What a worker is given once; then it gets the numbers of pools, one after the other. */
export type Playing = { readonly data: LabeledData; readonly experiment: Experiment };

/** What it sends back for each. */
export type Done = { readonly place: number; readonly played: Played };

/**
 * Plays every pool, as many at once as there are cores. Gives what `tryOut` gives, whatever the number of cores; only the
 * milliseconds of a question are those of a busy machine.
 *
 * @param onPlayed is told how many pools are done, of how many.
 */
export async function tryOutTogether(
  data: LabeledData,
  experiment: Experiment,
  onPlayed: (done: number, pools: number) => void,
): Promise<TriedOut> {
  const pools = poolsOf(data, experiment);
  const budget = budgetOf(pools, experiment);
  const runs: Played[] = [];
  let next = 0;
  let done = 0;
  const hands = Array.from({ length: Math.min(availableParallelism(), pools.length) }, async () => {
    const workerData: Playing = { data, experiment };
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData });
    try {
      while (next < pools.length) {
        const { place, played } = await playIn(worker, next++);
        runs[place] = played;
        done += 1;
        onPlayed(done, pools.length);
      }
    } finally {
      await worker.terminate();
    }
  });
  await Promise.all(hands);
  return { report: reportOf(data, experiment, { runs, budget, poolSize: pools[0]!.matrix.images }), runs, budget };
}

function playIn(worker: Worker, place: number): Promise<Done> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      worker.off('message', onDone);
      worker.off('error', onError);
    };
    const onDone = (done: Done) => {
      settle();
      resolve(done);
    };
    const onError = (error: unknown) => {
      settle();
      reject(error);
    };
    worker.on('message', onDone);
    worker.on('error', onError);
    worker.postMessage(place);
  });
}
