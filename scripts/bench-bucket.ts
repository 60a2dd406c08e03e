/**
 * Brings a batch of many images out of a bucket of s3rver, a test server that speaks S3, whose listings are slow, which is busy
 * (503) now and then, and in which an image is replaced midway. Then as a bot sees it that has it already.
 *
 * Run: npm exec -- node scripts/bench-bucket.ts [--images 20000] [--page-ms 1000]
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { bringNewest } from '../src/predictions/bucket/batches.ts';
import { bucketAccess, bucketPlace, openBucket } from '../src/remote/bucket.ts';
import { alone } from '../test/alone.ts';
import { startS3 } from '../test/remote/s3-server.ts';

const { values } = parseArgs({
  options: { images: { type: 'string', default: '20000' }, 'page-ms': { type: 'string', default: '1000' } },
});
const [images, pageMs] = [Number(values.images), Number(values['page-ms'])];
const batch = '2026-11-02';
/** A thousand to a folder, as cameras write them. */
const names = Array.from({ length: images }, (_, nth) => `cam${100 + Math.floor(nth / 1_000)}/${nth}.jpg`);
const replaced = names.at(-1)!;

const s3 = await startS3();
const folder = await mkdtemp(join(tmpdir(), 'modelpicker-bench-bucket-'));
try {
  await timed(`${images} images put`, fill);
  await play();
} finally {
  await s3.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exit(0);

async function play(): Promise<void> {
  let [pages, busy] = [0, 0];
  s3.delayMs = (asked) => (asked.includes('list-type=2') ? pageMs : 0);
  s3.refuse = (asked) => {
    const isPage = asked.includes('list-type=2');
    if (isPage) pages += 1;
    const isBusy = isPage ? pages % 7 === 5 : s3.asked.length % 997 === 0;
    if (isBusy) busy += 1;
    return isBusy ? 503 : undefined;
  };
  const first = timed('the first look', look).catch((error: Error) => console.log(error.message));
  // As soon as images are fetched, one that was listed is another.
  while (!s3.asked.some((asked) => /^GET .*\.jpg$/.test(asked))) await sleep(20);
  await s3.put(`daily/${batch}/${replaced}`, 'another image');
  await first;
  if (!(await readdir(folder)).includes(batch)) await timed('the next look', look);
  const found = await listFiles();
  const isNew = (await readFile(join(folder, batch, replaced), 'utf8')) === 'another image';
  console.log({ files: found, replacedIsNew: isNew, pages, busy, requests: s3.asked.length });
  s3.asked.length = 0;
  await timed('a look with nothing new', look);
  console.log({ requests: s3.asked.length });
  if (found !== images || !isNew) process.exit(1);
}

/** Each image a little different from the others. */
async function fill(): Promise<void> {
  const next = names.values();
  const some = Array.from({ length: 16 }, async () => {
    for (const name of next) await s3.put(`daily/${batch}/${name}`, `image ${name}`);
  });
  await Promise.all(some);
  await s3.put(`daily/${batch}/_COMPLETE`, '');
}

function look(): Promise<void> {
  const { signal } = new AbortController();
  const bucket = openBucket(bucketPlace('s3://pictures/daily')!, bucketAccess(s3.environment), signal);
  return bringNewest({ bucket, folder, settledMs: 0, keptBytes: 1e9, signal, refuseIfLost: alone }, new Date());
}

async function listFiles(): Promise<number> {
  const entries = await readdir(join(folder, batch), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith('.jpg')).length;
}

/** With the longest time for which nothing else could have been done. */
async function timed(what: string, work: () => Promise<void>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const startMs = performance.now();
  try {
    await work();
  } finally {
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    const [p99, longest] = [delay.percentile(99), delay.max].map((ns) => Math.round(ns / 1e6));
    console.log(`${what}: ${seconds} s; the process was busy for ${longest} ms at most, p99 ${p99} ms`);
    console.log(`  resident ${Math.round(process.memoryUsage.rss() / 1e6)} MB, the server's share with it`);
  }
}
