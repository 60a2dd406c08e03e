import { constants, setPriority } from 'node:os';
import { WAYS, type Work } from './ways.ts';

// One way through the pool in a process of its own, so that its time and memory can be told from the rest; at the
// priority the pool itself runs at, so that each has the same share of a busy machine.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
const [way, work] = process.argv.slice(2);
await WAYS[way!]!(JSON.parse(work!) as Work);
