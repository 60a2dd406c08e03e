import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCells } from '../predictions/onnx/run/cells.ts';
import { jobOf, type Limits } from '../predictions/onnx/run/job.ts';
import { cellsKey, type Job, NO_IMAGE, SET_ASIDE } from '../predictions/onnx/run/protocol.ts';
import type { BadModel, Runner } from '../predictions/onnx/run/runner.ts';
import type { ModelAnswers, RunImage } from '../store/postgres/work/answers.ts';
import type { WorkJob } from './work-job.ts';

/** Some models of a run on some of its images, on this machine. */
export type PartRequest = {
  readonly job: WorkJob;
  /** Numbers of the models in the database, in the order of the job's. */
  readonly ids: readonly number[];
  /** Those that run. */
  readonly wanted: ReadonlySet<number>;
  readonly images: readonly RunImage[];
  readonly limits: Partial<Limits>;
  /** What runs models on this machine. */
  readonly run: Runner;
  readonly signal: AbortSignal;
};

/** What came out: answers, and what could not be run or decoded. */
export type PartOutcome = {
  readonly said: readonly ModelAnswers[];
  readonly bad: readonly { readonly model: number; readonly reason: string }[];
  readonly unreadable: readonly { readonly id: number; readonly reason: string }[];
  readonly speeds: Readonly<Record<string, number>>;
  /** Cells (a model on a block) that were computed. */
  readonly cells: number;
  /** Stopped before all was done: then the answers are those that were there by then. */
  readonly isCutShort: boolean;
};

/** Runs through the same runner as on one machine, so that each image is decoded once, and answers are the same to the bit. */
export async function runPart(request: PartRequest): Promise<PartOutcome> {
  const { images, signal, run } = request;
  const scratch = await mkdtemp(join(tmpdir(), 'modelpicker-part-'));
  const { job, ids } = jobHere(request, scratch);
  const speeds: Record<string, number> = {};
  let bad: readonly BadModel[] = [];
  try {
    bad = await run(
      job,
      () => undefined,
      signal,
      (name, ms) => {
        speeds[name] = ms;
      },
    ).catch((error: Error) => {
      if (!signal.aborted) throw error;
      return [];
    });
    const found = ids.map((model, index) => ({ model, ...saidBy(job, index) }));
    const blocks = Math.ceil(images.length / job.blockSize);
    return {
      said: found.map(({ model, answers }) => ({ model, ...withNumbers(answers, images) })),
      bad: bad.map(({ name, reason }) => ({ model: ids[job.models.findIndex((one) => one.name === name)]!, reason })),
      unreadable: await unreadableOf(job, images, new Set(found.flatMap(({ missing }) => missing))),
      speeds,
      cells: blocks * ids.length,
      isCutShort: signal.aborted,
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The part as a job of this machine; blocks are the run's, so that images are grouped as they are without workers. */
function jobHere(
  { job, ids, wanted, images, limits }: PartRequest,
  scratch: string,
): { job: Job; ids: readonly number[] } {
  const isWanted = (_: unknown, index: number) => wanted.has(ids[index]!);
  const pool = { models: job.models.filter(isWanted), classMaps: job.classMaps.filter(isWanted), classes: [] };
  const { batch, blockSize, classCount, blockTimeoutMs } = job;
  const here = jobOf(pool, batch, images, scratch, { blockTimeoutMs, ...limits });
  return { job: { ...here, blockSize, classCount }, ids: ids.filter(isWanted) };
}

/** By place in the part: what a model said, and which images it could not see. */
function saidBy(job: Job, index: number) {
  const answers = new Map<number, { readonly class: number; readonly score: number }>();
  const missing: number[] = [];
  for (const [block, { classes, scores }] of readCells(job.results, cellsKey(job, index), job.blockSize)) {
    const from = block * job.blockSize;
    for (let at = 0; at < job.blockSize && from + at < job.images.length; at++) {
      if (classes[at] === NO_IMAGE) missing.push(from + at);
      else answers.set(from + at, { class: classes[at]!, score: scores[at]! });
    }
  }
  return { answers, missing };
}

function withNumbers(
  answers: ReturnType<typeof saidBy>['answers'],
  images: readonly RunImage[],
): Omit<ModelAnswers, 'model'> {
  return {
    images: [...answers.keys()].map((place) => images[place]!.id),
    classes: Int16Array.from(answers.values(), (one) => one.class),
    scores: Uint16Array.from(answers.values(), (one) => one.score),
  };
}

async function unreadableOf({ results }: Job, images: readonly RunImage[], missing: ReadonlySet<number>) {
  if (missing.size === 0) return [];
  // The process that noted them may have ended in the middle of a line.
  const lines = (await readFile(join(results, SET_ASIDE), 'utf8').catch(() => '')).split('\n');
  const reasons = new Map(
    lines
      .filter((line) => line.endsWith('}'))
      .map((line) => {
        const { sha256, reason } = JSON.parse(line) as { sha256: string; reason: string };
        return [sha256, reason];
      }),
  );
  return [...missing].map((place) => {
    const { id, sha256 } = images[place]!;
    return { id, reason: reasons.get(sha256) ?? 'it could not be read' };
  });
}
