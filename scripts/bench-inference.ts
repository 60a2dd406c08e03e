/**
 * Times the pool over a batch against what people would use instead, in one run: ours, pure ONNX Runtime (as many
 * one-thread workers as cores, fed from memory), the same after sharp has decoded each photo once, which others cannot do without,
 * the naive loop (each model decodes each photo) and transformers.js. Models are made here, with made-up weights. Fails when a
 * promise is broken. Takes a quarter of an hour.
 *
 *     npm run bench:inference                            all pools
 *     npm run bench:inference -- '12 large'              some of them
 *     npm run bench:inference -- --limits '12 large'     against the limits alone, in half a minute each
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Measured, measure } from './bench/measure.ts';
import { type BenchPool, POOLS, writePhotos, writePool } from './bench/pools.ts';
import { installTransformers } from './bench/transformers.ts';

/** In turns; of each way the best counts, since others may use the machine. */
const ROUNDS = 2;

const HEAD =
  'pool                photos   pure s | ours: of pure  of pure + decode  CPU of pure  added ms  peak MB | of ours, wall (CPU): naive  transformers.js';

const broken: string[] = [];
const isAgainstLimits = process.argv.includes('--limits');
const wanted = process.argv.slice(2).filter((name) => name !== '--limits');
const pools = POOLS.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const root = await mkdtemp(join(tmpdir(), 'modelpicker-bench-'));
try {
  const isCompared = !isAgainstLimits && pools.some(({ comparedOn }) => comparedOn > 0);
  const transformers = isCompared ? installTransformers(join(root, 'npm')) : undefined;
  console.log(HEAD);
  for (const pool of pools) await bench(pool, transformers);
} finally {
  await rm(root, { recursive: true });
}
for (const what of broken) console.log(`BROKEN ${what}`);
if (broken.length > 0) process.exitCode = 1;

type Way = 'pure' | 'decoded' | 'ours';
type Round = Readonly<Record<Way, Measured>>;

async function bench(pool: BenchPool, transformers: string | undefined): Promise<void> {
  const folder = join(root, pool.name);
  const work = { models: join(folder, 'models'), batch: join(folder, 'batch') };
  await writePool(work.models, pool);
  await writePhotos(work.batch, pool.photos, pool.width);
  const rounds: Round[] = [];
  // A long run needs no second one.
  for (let round = 0; round < (pool.photos > 5_000 ? 1 : ROUNDS); round++) {
    const pure = await measure('pure', { ...work, results: '' });
    const decoded = await measure('decoded', { ...work, results: '' });
    const ours = await measure('ours', { ...work, results: join(folder, `results-${round}`) });
    rounds.push({ pure, decoded, ours });
  }
  const isCompared = pool.comparedOn > 0 && !isAgainstLimits;
  const others = isCompared ? await compare(folder, pool, transformers) : undefined;
  report(pool, rounds, others);
  await rm(folder, { recursive: true });
}

/** How many times as much as ours. */
type Times = { readonly wall: number; readonly cpu: number };
type Others = { readonly naive: Times; readonly transformers: Times | undefined; readonly pure: Times };

/** What the others take, on fewer photos. */
async function compare(folder: string, pool: BenchPool, transformers: string | undefined): Promise<Others> {
  const few = join(folder, 'few');
  await writePhotos(few, pool.comparedOn, pool.width);
  const work = { models: join(folder, 'models'), batch: few };
  const ours = await measure('ours', { ...work, results: join(folder, 'results-few') });
  const naive = await measure('naive', { ...work, results: '' });
  const pure = await measure('pure', { ...work, results: '' });
  const theirs = transformers && (await measure('transformers', { ...work, results: '', transformers }));
  const times = ({ wallMs, cpuMs }: Measured) => ({ wall: wallMs / ours.wallMs, cpu: cpuMs / ours.cpuMs });
  return { naive: times(naive), transformers: theirs ? times(theirs) : undefined, pure: times(pure) };
}

function report(pool: BenchPool, rounds: readonly Round[], others?: Others): void {
  const best = (way: Way, what: 'wallMs' | 'cpuMs') => Math.min(...rounds.map((round) => round[way][what]));
  const pureMs = best('pure', 'wallMs');
  const wall = best('ours', 'wallMs') / pureMs;
  const ofDecoded = best('ours', 'wallMs') / best('decoded', 'wallMs');
  const cpu = best('ours', 'cpuMs') / best('pure', 'cpuMs');
  const addedMs = (best('ours', 'cpuMs') - best('pure', 'cpuMs') - 500) / pool.photos;
  const perImageMs = best('pure', 'cpuMs') / pool.photos;
  const peakMb = Math.max(...rounds.flatMap(({ ours }) => ours.rssMb));
  const columns = [
    pool.name.padEnd(18),
    String(pool.photos).padStart(7),
    (pureMs / 1000).toFixed(1).padStart(8),
    '|',
    wall.toFixed(2).padStart(13),
    ofDecoded.toFixed(2).padStart(17),
    cpu.toFixed(2).padStart(12),
    addedMs.toFixed(2).padStart(9),
    peakMb.toFixed(0).padStart(8),
    '|',
    ...(others ? [others.naive, others.transformers] : []).map((times) =>
      times ? `${times.wall.toFixed(1)} (${times.cpu.toFixed(1)})`.padStart(13) : 'not installed',
    ),
  ];
  console.log(columns.join(' '));
  promise(pool, { wall, ofDecoded, addedMs, perImageMs, peakMb, last: rounds.at(-1)!.ours, ...(others && { others }) });
}

type Reached = {
  wall: number;
  ofDecoded: number;
  addedMs: number;
  perImageMs: number;
  peakMb: number;
  last: Measured;
  others?: Others;
};

function promise({ name, models, photos, width }: BenchPool, reached: Reached): void {
  const { wall, ofDecoded, addedMs, perImageMs, peakMb, last, others } = reached;
  const check = (isKept: boolean, what: string) => void (isKept || broken.push(`${name}: ${what}`));
  if (perImageMs >= 100) check(wall <= 1.05, `wall at most 1.05 of pure, and it is ${wall.toFixed(3)}`);
  else {
    const allowedMs = width === 32 ? 1.2 : 5.5;
    check(
      addedMs <= allowedMs,
      `at most ${allowedMs} ms of CPU a photo beyond pure and 0.5 s, and it is ${addedMs.toFixed(2)}`,
    );
  }
  if (width !== 32)
    check(ofDecoded <= 1.08, `wall at most 1.08 of pure and one decoding, and it is ${ofDecoded.toFixed(3)}`);
  check(peakMb < 1000, `less than 1 GB, and it is ${peakMb.toFixed(0)} MB`);
  if (others) {
    const [times, loop] = models.length >= 12 ? [3, 2.5] : [5, 5];
    const theirs = others.transformers?.wall ?? times;
    // No way through the pool is faster than its computing, which large models spend nearly all of their time on.
    const ofPure = others.pure.wall;
    const promiseTimes = (least: number, reached: number, what: string) =>
      check(
        reached >= least || ofPure >= 0.9,
        `${least} times as fast as ${what} (it is ${reached.toFixed(2)}) or 0.9 of pure (it is ${ofPure.toFixed(2)})`,
      );
    promiseTimes(loop, others.naive.wall, 'the naive loop');
    promiseTimes(times, theirs, 'transformers.js');
  }
  if (photos < 5_000 && models.length < 100) return;
  const quarter = Math.floor(last.rssMb.length / 4);
  const mean = (part: readonly number[]) => part.reduce((sum, mb) => sum + mb, 0) / part.length;
  const growth = 100 * (mean(last.rssMb.slice(-quarter)) / mean(last.rssMb.slice(quarter, 2 * quarter)) - 1);
  console.log(`${''.padEnd(18)} memory in the last quarter over that in the second: ${growth.toFixed(1)} %`);
  check(growth <= 5, `memory flat within 5 %, and it grows by ${growth.toFixed(1)} %`);
}
