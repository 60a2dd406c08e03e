import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Trend } from '../../../task/days/trend.ts';
import type { Leaderboard } from '../../../task/people.ts';

/** What is drawn in a thread of its own. */
export type DrawingJob =
  | { readonly kind: 'leaderboard'; readonly leaderboard: Leaderboard }
  | { readonly kind: 'trend'; readonly trend: Trend };

/** A PNG; or what an `Error` said. */
export type DrawingDone = { readonly png: Uint8Array } | { readonly problem: string };

/** Without work for so long, the thread ends and gives its memory back. */
const IDLE_MS = 60_000;

let thread: Worker | undefined;
let idle: NodeJS.Timeout | undefined;
let last: Promise<unknown> = Promise.resolve();

/**
 * Draws a picture beside everything else, one after the other: the outlines of its letters take up to 40 ms, in which nobody's
 * click would be answered.
 *
 * @throws where it cannot be drawn; the next picture is drawn all the same.
 */
export function drawAside(job: DrawingJob): Promise<Buffer> {
  const drawn = last.then(() => draw(job));
  last = drawn.catch(() => undefined);
  return drawn;
}

async function draw(job: DrawingJob): Promise<Buffer> {
  clearTimeout(idle);
  const artist = thread ?? start();
  artist.ref();
  try {
    artist.postMessage(job);
    const [done] = (await once(artist, 'message')) as [DrawingDone];
    if ('problem' in done) throw new Error(done.problem);
    return Buffer.from(done.png.buffer);
  } finally {
    artist.unref();
    idle = setTimeout(() => void end(), IDLE_MS).unref();
  }
}

function start(): Worker {
  const artist = new Worker(new URL('./drawing-thread.ts', import.meta.url));
  // One that dies, as of too little memory, rejects what it was drawing; the next picture starts another.
  artist.on('error', () => {
    if (thread === artist) thread = undefined;
  });
  thread = artist;
  return artist;
}

async function end(): Promise<void> {
  const ending = thread;
  thread = undefined;
  await ending?.terminate();
}
