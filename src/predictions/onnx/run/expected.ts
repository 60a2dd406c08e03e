import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { textOf } from '../../../text-file.ts';
import type { LabelSet } from '../describe/label-set.ts';
import { runInChild } from './child.ts';
import { collect } from './collect.ts';
import { jobOf, type Limits } from './job.ts';

/** `expected.json` beside a model: files in its folder, and the class it must answer for each. */
const Expected = z.record(z.string(), z.string());

/** How models are run. */
type RunOptions = { readonly limits?: Partial<Limits>; readonly signal?: AbortSignal };

type Wrong = { readonly name: string; readonly reason: string };

/**
 * Tries each model that brings an `expected.json` on its own examples: a wrong normalization raises no error, but it
 * changes answers.
 *
 * @returns the models that did not answer as expected, and what they said.
 */
export async function checkExpected({ classes, models, classMaps }: LabelSet, way: RunOptions): Promise<Wrong[]> {
  const wrong: Wrong[] = [];
  for (const [index, model] of models.entries()) {
    if (!existsSync(join(dirname(model.file), 'expected.json'))) continue;
    const alone = { classes, models: [model], classMaps: [classMaps[index]] };
    const reason = await tryExamples(alone, way).catch((error: Error) => error.message);
    if (reason !== undefined) wrong.push({ name: model.name, reason });
  }
  return wrong;
}

/** What is wrong with the answers, if anything. */
async function tryExamples(
  alone: Pick<LabelSet, 'classes' | 'models' | 'classMaps'>,
  { limits, signal }: RunOptions,
): Promise<string | undefined> {
  const folder = dirname(alone.models[0]!.file);
  const expected = Expected.parse(JSON.parse(textOf(await readFile(join(folder, 'expected.json')))));
  const images = await Promise.all(
    Object.keys(expected).map(async (file) => {
      const bytes = await readFile(join(folder, file));
      return { file, sha256: createHash('sha256').update(bytes).digest('hex') };
    }),
  );
  const results = await mkdtemp(join(tmpdir(), 'modelpicker-expected-'));
  try {
    const job = jobOf(alone, folder, images, results, limits);
    const bad = await runInChild(job, () => {}, signal);
    const said = await collect(job, alone.classes, bad, []);
    const misses = said.images.flatMap(({ file }, image) => {
      const answer = alone.classes[said.predictions.classes[image]!] ?? 'nothing';
      return answer === expected[file] ? [] : [`${answer} for ${file} instead of ${expected[file]}`];
    });
    const unread = said.setAside.map(({ file, reason }) => `nothing for ${file}, as ${reason}`);
    const problems = [...misses, ...unread];
    if (problems.length === 0) return undefined;
    return `it answers ${problems.slice(0, 3).join(', ')}: see its mean, std, channels and classes, or its expected.json`;
  } finally {
    await rm(results, { recursive: true, force: true });
  }
}
