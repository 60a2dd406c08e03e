import { parentPort, workerData } from 'node:worker_threads';
import { budgetOf, playPool, poolsOf } from '../experiment.ts';
import type { Done, Playing } from './crew.ts';

const { data, experiment } = workerData as Playing;
const pools = poolsOf(data, experiment);
const budget = budgetOf(pools, experiment);

parentPort!.on('message', (place: number) => {
  const done: Done = { place, played: playPool(pools[place]!, { ...experiment, budget }) };
  parentPort!.postMessage(done);
});
