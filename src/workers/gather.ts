import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openCells } from '../predictions/onnx/run/cells.ts';
import { cellsKey, type Job, SET_ASIDE } from '../predictions/onnx/run/protocol.ts';
import type { BadModel } from '../predictions/onnx/run/runner.ts';
import { answersOf, imagesOf } from '../store/postgres/work/answers.ts';
import type { Asking } from '../store/postgres/work/pool.ts';
import { leftOutOf, type OpenRun } from '../store/postgres/work/runs.ts';

/** Writes what workers said into the folder of results, as if it had been computed here; gives the models that are left out. */
export async function gather(asking: Asking, run: OpenRun, job: Job): Promise<BadModel[]> {
  const leftOut = await leftOutOf(asking, run.id);
  await noteUnreadable(asking, run, job);
  const bad: BadModel[] = [];
  for (const [index, { name }] of job.models.entries()) {
    const reason = leftOut.get(run.models[index]!);
    if (reason === undefined) await gatherModel(asking, run, job, index);
    else bad.push({ name, reason });
  }
  return bad;
}

async function gatherModel(asking: Asking, run: OpenRun, job: Job, index: number): Promise<void> {
  const { blockSize, images } = job;
  const { classes, scores } = await answersOf(asking, run.id, run.models[index]!);
  const cells = await openCells(job.results, cellsKey(job, index), blockSize);
  try {
    for (let block = 0; block * blockSize < images.length; block++) {
      if (cells.done.has(block)) continue;
      const [from, to] = [block * blockSize, (block + 1) * blockSize];
      await cells.add(block, { classes: classes.slice(from, to), scores: scores.slice(from, to) });
    }
  } finally {
    await cells.close();
  }
}

async function noteUnreadable(asking: Asking, { id }: OpenRun, { results, images }: Job): Promise<void> {
  const found = await imagesOf(asking, { run: id, first: 0, count: images.length });
  const lines = found
    .filter(({ unreadable }) => unreadable !== undefined)
    .map(({ file, sha256, unreadable }) => `${JSON.stringify({ file, sha256, reason: unreadable })}\n`);
  await mkdir(results, { recursive: true });
  if (lines.length > 0) await appendFile(join(results, SET_ASIDE), lines.join(''));
}
