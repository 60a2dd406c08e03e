import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Blocks, type ImageBlock, openBlocks } from './blocks.ts';
import { type Cells, openCells } from './cells.ts';
import { type Line, pickTask } from './pick-task.ts';
import { cellsKey, type Job, NO_IMAGE, type RunReport, SET_ASIDE, type Suspect } from './protocol.ts';
import { startWorker, type Worker } from './worker.ts';

type Tell = (report: RunReport) => void;
type GiveUp = (tasks: readonly Suspect[], reason: string) => void;

/** A model's line of work, with what is kept of it. */
type KeptLine = Line & {
  readonly classMap: readonly number[] | undefined;
  readonly cells: Cells;
  /** Of its fastest block: the first ones are slow. */
  msPerImage: number;
};

const PROGRESS_EVERY_MS = 100;

/**
 * Runs every model over every block that is not done yet. Images are decoded once for the whole pool, in a window that
 * moves on as the last model is done with its first block; each worker stays with a model while that has blocks in
 * the window, and helps with another's when there is no untouched model left, so that all end together.
 */
export async function runJob(job: Job, tell: Tell, giveUp: GiveUp): Promise<void> {
  const blockCount = Math.ceil(job.images.length / job.blockSize);
  const lines = await Promise.all(job.models.map((model, index) => openLine(job, model, index, blockCount)));
  const cellCount = lines.length * blockCount;
  const needed = [...Array(blockCount).keys()].filter((block) => lines.some(({ left }) => left.has(block)));
  const workers = Array.from({ length: job.workers }, () => startWorker(job, giveUp));
  const watch = watchMemory(job, workers, giveUp);
  const bell = createBell();
  const blocks = openBlocks(job, needed, bell.ring, (image, reason) => noteSetAside(job, image, reason));

  let toldMs = Number.NEGATIVE_INFINITY;
  /** Thousands of small cells a second need no message each. */
  function tellProgress(left: number): void {
    if (left > 0 && performance.now() - toldMs < PROGRESS_EVERY_MS) return;
    toldMs = performance.now();
    tell({ kind: 'progress', cells: cellCount - left, of: cellCount });
  }

  async function work(worker: Worker): Promise<void> {
    while (lines.some(({ left }) => left.size > 0)) {
      const others = workers.filter((other) => other !== worker).map(({ sessions }) => sessions);
      const picked = pickTask(lines, [...blocks.ready()], worker.sessions, others, blocks.isStuck());
      if (!picked) {
        await bell.next();
        continue;
      }
      const line = lines.find(({ model }) => model === picked.line.model)!;
      line.open.delete(picked.block);
      const block = blocks.inputs(picked.block, line.model.spec);
      const answering = worker.run(line, picked.block, block, picked.close);
      tell({ kind: 'running', tasks: workers.flatMap(({ task }) => task ?? []) });
      const reply = await answering;
      if (reply.kind === 'bad model') {
        tell({ kind: 'bad model', name: line.model.name, reason: reply.reason });
        line.open.clear();
        line.left.clear();
      } else if (line.left.has(picked.block)) {
        markMissing(block, reply.classes);
        await line.cells.add(picked.block, reply);
        line.left.delete(picked.block);
        line.msPerImage = Math.min(line.msPerImage, reply.msPerImage);
        if (line.left.size === 0) tell({ kind: 'speed', name: line.model.name, msPerImage: line.msPerImage });
      }
      releaseDone(lines, blocks);
      tellProgress(lines.reduce((sum, { left }) => sum + left.size, 0));
      bell.ring();
    }
  }

  try {
    await Promise.all(workers.map(work));
  } finally {
    clearInterval(watch);
    for (const worker of workers) worker.end();
    await Promise.all(lines.map(({ cells }) => cells.close()));
  }
}

async function openLine(job: Job, model: Line['model'], index: number, blockCount: number): Promise<KeptLine> {
  const cells = await openCells(job.results, cellsKey(job, index), job.blockSize);
  const left = [...Array(blockCount).keys()].filter((block) => !cells.done.has(block));
  return {
    model,
    classMap: job.classMaps[index],
    cells,
    open: new Set(left),
    left: new Set(left),
    msPerImage: Infinity,
  };
}

function releaseDone(lines: readonly Line[], blocks: Blocks): void {
  for (const block of [...blocks.ready()]) if (!lines.some(({ left }) => left.has(block))) blocks.release(block);
}

function markMissing({ isMissing }: ImageBlock, classes: Int16Array): void {
  for (const [image, missing] of isMissing.entries()) if (missing) classes[image] = NO_IMAGE;
}

/** The reasons outlive a restart, by which time the images themselves are not decoded again. */
function noteSetAside({ results }: Job, { file, sha256 }: { file: string; sha256: string }, reason: string): void {
  const line = `${JSON.stringify({ file, sha256, reason })}\n`;
  mkdir(results, { recursive: true }).then(() => appendFile(join(results, SET_ASIDE), line));
}

/** Wakes those who wait for something to have changed. */
function createBell(): { ring: () => void; next: () => Promise<void> } {
  let waiting: (() => void)[] = [];
  return {
    ring: () => {
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    next: () => new Promise((resolve) => waiting.push(resolve)),
  };
}

/** Sessions run in threads of their own, so this one is free to look. */
function watchMemory({ memoryMax }: Job, workers: readonly Worker[], giveUp: GiveUp): NodeJS.Timeout {
  return setInterval(() => {
    if (process.memoryUsage.rss() < memoryMax) return;
    const reason = `it needs more memory than the ${Math.round(memoryMax / 1e6)} MB there are for the pool`;
    giveUp(
      workers.flatMap(({ task }) => task ?? []),
      reason,
    );
  }, 100);
}
