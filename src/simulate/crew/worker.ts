import { parentPort, workerData } from 'node:worker_threads';
import { budgetOf, playPool, poolsOf } from '../experiment.ts';
import type { Done, Playing } from './crew.ts';

const { data, experiment } = workerData as Playing;
const pools = poolsOf(data, experiment);
const budget = budgetOf(pools, experiment);

parentPort!.on('message', (seed: number) => {
  const done: Done = { seed, played: playPool(pools[seed]!, { ...experiment, budget }, seed) };
  parentPort!.postMessage(done);
});
