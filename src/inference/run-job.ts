import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openBlocks } from './blocks.ts';
import { type Cells, openCells } from './cells.ts';
import type { PoolModel } from './pool.ts';
import { BLOCK_SIZE, cellsKey, type Job, NO_IMAGE, type Report, type Task, type TaskReply } from './protocol.ts';

type Tell = (report: Report) => void;
type GiveUp = (models: readonly string[], reason: string) => void;

/** Pixels in memory at once: the blocks being computed and those being decoded. */
const PIXEL_BYTES_MAX = 192e6;

/** A model in the pool with the blocks it still has to do. */
type Line = {
  readonly model: PoolModel;
  readonly classMap: readonly number[] | undefined;
  readonly cells: Cells;
  /** Blocks nobody has taken yet, ascending. */
  readonly open: number[];
  isBad: boolean;
};

/**
 * Runs every model over every block that is not done yet. Images are decoded once for the whole pool, a window of blocks
 * at a time while the one before is computed; each worker stays with a model while it has blocks in the window, and helps
 * with the others' when there is no untouched model left, so that all end together.
 */
export async function runJob(job: Job, tell: Tell, giveUp: GiveUp): Promise<void> {
  const blockCount = Math.ceil(job.images.length / BLOCK_SIZE);
  const lines = await Promise.all(job.models.map((model, index) => openLine(job, model, index, blockCount)));
  const blocks = openBlocks(job);
  const staff = Array.from({ length: job.workers }, () => hire(job, giveUp));
  const watch = watchMemory(job, staff, giveUp);
  const total = lines.length * blockCount;
  const cellsLeft = () => lines.reduce((sum, line) => sum + (line.isBad ? 0 : line.open.length), 0);
  try {
    const windows = windowsOf(lines, blocks.bytesPerBlock, blockCount);
    for (const [index, window] of windows.entries()) {
      // The next window decodes while this one is computed.
      blocks.keep([...window, ...(windows[index + 1] ?? [])]);
      await Promise.all(
        staff.map(async (worker) => {
          for (let line = pick(lines, window, staff, worker); line; line = pick(lines, window, staff, worker)) {
            const block = takeBlock(line, window);
            worker.model = line.model.name;
            tell({ kind: 'running', models: staff.flatMap(({ model }) => model ?? []) });
            await compute(line, block, worker, await blocks.pixels(block, line.model.spec.view), tell);
            tell({ kind: 'progress', cells: total - cellsLeft(), of: total });
          }
        }),
      );
    }
  } finally {
    clearInterval(watch);
    await Promise.all(lines.map(({ cells }) => cells.close()));
  }
}

async function openLine(job: Job, model: PoolModel, index: number, blockCount: number): Promise<Line> {
  const classMap = job.classMaps[index];
  const cells = await openCells(join(job.results, 'cells'), cellsKey(job, index), BLOCK_SIZE);
  const open = Array.from({ length: blockCount }, (_, block) => block).filter((block) => !cells.done.has(block));
  return { model, classMap, cells, open, isBad: false };
}

/** Runs of blocks that somebody still has to do, as long as their pixels fit. */
function windowsOf(lines: readonly Line[], bytesPerBlock: number, blockCount: number): number[][] {
  const needed = Array.from({ length: blockCount }, (_, block) => block).filter((block) =>
    lines.some(({ open }) => open.includes(block)),
  );
  const length = Math.max(1, Math.floor(PIXEL_BYTES_MAX / 2 / bytesPerBlock));
  const windows: number[][] = [];
  for (let at = 0; at < needed.length; at += length) windows.push(needed.slice(at, at + length));
  return windows;
}

/** A line with blocks left in this window: the worker's own, else one nobody works on, else the longest. */
function pick(lines: readonly Line[], window: readonly number[], staff: readonly Hand[], worker: Hand) {
  const last = window.at(-1)!;
  const left = (line: Line) => (line.isBad ? 0 : line.open.filter((block) => block <= last).length);
  const waiting = lines.filter((line) => left(line) > 0);
  const own = waiting.find(({ model }) => model.name === worker.model);
  if (own) return own;
  const busy = new Set(staff.map(({ model }) => model));
  const fresh = waiting.find(({ model }) => !busy.has(model.name));
  return fresh ?? waiting.sort((a, b) => left(b) - left(a))[0];
}

function takeBlock(line: Line, window: readonly number[]): number {
  const block = line.open[0]!;
  line.open.shift();
  if (!window.includes(block)) throw new Error(`Block ${block} is not in memory.`);
  return block;
}

type Pixels = { readonly pixels: SharedArrayBuffer; readonly count: number; readonly isMissing: readonly boolean[] };

async function compute(line: Line, block: number, worker: Hand, pixels: Pixels, tell: Tell): Promise<void> {
  const { model, classMap } = line;
  if (line.isBad) return;
  const reply = await worker.run({
    model,
    classMap,
    classCount: worker.classCount,
    pixels: pixels.pixels,
    count: pixels.count,
  });
  if (line.isBad) return;
  if (reply.kind === 'bad model') {
    line.isBad = true;
    tell({ kind: 'bad model', name: model.name, reason: reply.reason });
    return;
  }
  const { classes } = reply;
  pixels.isMissing.forEach((isMissing, image) => {
    if (isMissing) classes[image] = NO_IMAGE;
  });
  await line.cells.add(block, classes);
}

/** A worker thread as the process's main thread sees it. */
type Hand = { model: string | undefined; readonly classCount: number; run(task: Task): Promise<TaskReply> };

function hire({ classCount, blockTimeoutMs }: Job, giveUp: GiveUp): Hand {
  const thread = new Worker(new URL('./session-worker.ts', import.meta.url));
  thread.unref();
  let waiting: PromiseWithResolvers<TaskReply> | undefined;
  thread.on('message', (reply: TaskReply) => waiting?.resolve(reply));
  thread.on('error', (error) => waiting?.reject(error));
  return {
    model: undefined,
    classCount,
    run: async (task) => {
      const { name } = task.model;
      const tooLong = `it took longer than ${blockTimeoutMs / 1000} s for ${task.count} images`;
      const timer = setTimeout(() => giveUp([name], tooLong), blockTimeoutMs);
      waiting = Promise.withResolvers();
      thread.postMessage(task);
      return waiting.promise.finally(() => clearTimeout(timer));
    },
  };
}

/** Sessions run in threads of their own, so this one is free to look. */
function watchMemory({ memoryMax }: Job, staff: readonly Hand[], giveUp: GiveUp): NodeJS.Timeout {
  return setInterval(() => {
    const { rss } = process.memoryUsage();
    if (rss < memoryMax) return;
    const models = staff.flatMap(({ model }) => model ?? []);
    giveUp(models, `it needs more memory than the ${Math.round(memoryMax / 1e6)} MB there are for the pool`);
  }, 200);
}
