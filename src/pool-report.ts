import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { newestBatch } from './batches.ts';
import type { Settings } from './config.ts';
import { passedGate } from './inference/gate.ts';
import { listImages } from './inference/images.ts';
import { type PoolModel, readPool } from './inference/pool.ts';
import { predictBatch } from './inference/predict-batch.ts';

/** Enough to see every model answer, few enough to wait for. */
const SAMPLE_IMAGES = 16;

/** What `modelpicker models` prints: each model's input, classes, size and identity, and who is left out and why. */
export async function describePool(settings: Settings): Promise<string> {
  const { models, leftOut } = await passedGate(await readPool(settings.models, settings.descriptions), settings.gate);
  const width = Math.max(...models.map(({ name }) => name.length), 'model'.length);
  return [
    `${models.length} models in ${settings.models}`,
    ...models.map((model) => `  ${model.name.padEnd(width)}  ${lineOf(model, settings.classes)}`),
    ...leftOut.map(({ name, reason }) => `Left out: ${name}: ${reason}`),
  ].join('\n');
}

/** What `modelpicker check` prints: every problem of the pool and the newest batch at once. Nothing is kept. */
export async function checkEverything(settings: Settings): Promise<{ text: string; isFine: boolean }> {
  const lines = [`Settings: ${settings.file} is fine.`];
  const problems: string[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-check-'));
  try {
    const batch = await newestBatch(settings.batches, settings.schedule.settledMinutes * 60_000, new Date());
    if (!batch) {
      problems.push(`There is no complete batch in ${settings.batches}, so the models were not run.`);
      lines.push(await describePool(settings));
    } else {
      const { images, setAside } = await listImages(batch.folder);
      const sample = join(folder, basename(batch.folder));
      for (const { file } of images.slice(0, SAMPLE_IMAGES)) await cp(join(batch.folder, file), join(sample, file));
      const predicted = await predictBatch({
        models: settings.models,
        descriptions: settings.descriptions,
        ...(settings.classes && { classes: settings.classes }),
        ...(settings.gate !== undefined && { gate: settings.gate }),
        batch: sample,
        results: join(folder, 'results'),
      });
      lines.push(`Batch ${batch.name}: ${images.length} images.`);
      lines.push(`Models: ${predicted.models.length} answered on ${predicted.images.length} of them.`);
      problems.push(...predicted.leftOut.map(({ name, reason }) => `Model ${name}: ${reason}`));
      problems.push(...[...setAside, ...predicted.setAside].map(({ file, reason }) => `Image ${file}: ${reason}`));
      problems.push(...guidelineProblems(settings, predicted.classes));
    }
  } catch (error) {
    problems.push((error as Error).message);
  } finally {
    await rm(folder, { recursive: true });
  }
  const list = problems.map((problem) => `- ${problem}`);
  const verdict = problems.length === 0 ? ['No problem found.'] : [`${problems.length} to look at:`, ...list];
  return { text: [...lines, ...verdict].join('\n'), isFine: problems.length === 0 };
}

/** Guidelines nobody would see: for a class that does not exist, or with an example that is not there. */
function guidelineProblems({ slack }: Settings, classes: readonly string[]): string[] {
  return Object.entries(slack?.guidelines ?? {}).flatMap(([name, { image }]) => {
    if (!classes.includes(name)) return [`Guideline "${name}": there is no such class. Write it as the models do.`];
    const isThere = image === undefined || image.startsWith('https://') || existsSync(image);
    return isThere ? [] : [`Guideline "${name}": there is no file ${image}. Put it there, or correct "image".`];
  });
}

function lineOf({ spec, bytes, sha256 }: PoolModel, classes: readonly string[] | undefined): string {
  const { view, layout, elementType, batch } = spec;
  const names = spec.classes ?? classes;
  const input = `${view.width} x ${view.height} ${layout} ${elementType}, ${batch === 0 ? 'any batch' : `batch ${batch}`}`;
  const size = bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  return `${input}, ${names ? `${names.length} classes` : 'classes not named'}, ${size}, SHA-256 ${sha256.slice(0, 12)}…`;
}
