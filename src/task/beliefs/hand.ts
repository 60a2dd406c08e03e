import { workerData } from 'node:worker_threads';
import { help } from '../../method/kernel-jobs.ts';
import type { Helping } from './crew.ts';

const { desk, thread } = workerData as Helping;
help(desk, thread);
