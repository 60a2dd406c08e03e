import { WAYS, type Work } from './ways.ts';

// One way through the pool in a process of its own, so that its time and memory can be told from the rest.
const [way, work] = process.argv.slice(2);
await WAYS[way!]!(JSON.parse(work!) as Work);
