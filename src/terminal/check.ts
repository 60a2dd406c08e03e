import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { newestBatch, type Passed } from '../predictions/batches.ts';
import { type BatchImage, type ImageList, listImages } from '../predictions/list-images.ts';
import { passedGate } from '../predictions/onnx/describe/gate.ts';
import { labelSetOf } from '../predictions/onnx/describe/label-set.ts';
import { type PoolModel, readPool } from '../predictions/onnx/describe/pool.ts';
import { predictBatch } from '../predictions/onnx/predict-batch.ts';
import { timeModels, writeSamples } from '../predictions/onnx/run/samples.ts';
import type { Batch } from '../predictions/source.ts';
import type { Settings } from '../settings/settings.ts';

/** Enough to see every model answer, few enough to wait for. */
const SAMPLE_IMAGES = 16;

/** Of images that are set aside, one a line. */
const LISTED_MAX = 20;

/** What `modelpicker models` prints: each model's input, classes, size, speed and identity; who is left out and why. */
export async function describePool(settings: Settings): Promise<string> {
  const { models, leftOut } = await passedGate(await readPool(settings.models, settings.descriptions), settings.gate);
  const { tried, msPerImage, bad } = await tryModels(models, settings.classes);
  const width = Math.max(...models.map(({ name }) => name.length), 'model'.length);
  const passed = settings.gate === undefined ? '' : ', passed the gate';
  const lines = models.map((model) => {
    const ms = msPerImage.get(model.name);
    const speed = ms === undefined ? '' : `, ${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms an image`;
    return `  ${model.name.padEnd(width)}  ${lineOf(model, settings.classes)}${speed}${passed}`;
  });
  return [
    `${models.length} models in ${settings.models}`,
    ...lines.filter((_, index) => !bad.some(({ name }) => name === models[index]!.name)),
    ...[...leftOut, ...bad].map(({ name, reason }) => `Left out: ${name}: ${reason}`),
    ...(tried === true ? [] : [`Not run: ${tried}`]),
  ].join('\n');
}

/** Without class names no model can run, but the pool can be listed all the same. */
async function tryModels(models: readonly PoolModel[], classes: readonly string[] | undefined) {
  try {
    const pool = labelSetOf(models, classes);
    const { msPerImage, bad } = await timeModels(pool);
    return { tried: true as const, msPerImage, bad: [...pool.leftOut, ...bad] };
  } catch (error) {
    return { tried: (error as Error).message, msPerImage: new Map<string, number>(), bad: [] };
  }
}

/** What `modelpicker check` prints: every problem of the pool and the newest batch at once. Nothing is kept. */
export async function checkEverything(settings: Settings): Promise<{ text: string; isFine: boolean }> {
  const lines = [`Settings: ${settings.file} is fine.`];
  const problems: string[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-check-'));
  try {
    const batch = await findBatch(settings, problems).catch((error: Error) => error.message);
    const sample = join(folder, typeof batch === 'string' ? 'samples' : basename(batch.folder));
    if (typeof batch !== 'string') {
      const { images, setAside, passedOver } = await listImages(batch.folder);
      for (const { file } of someOf(images)) await cp(join(batch.folder, file), join(sample, file));
      const others = passedOver > 0 ? ` ${passedOver} other files are passed over.` : '';
      lines.push(`Batch ${batch.name}: ${images.length} images.${others}`);
      problems.push(...imageProblems(setAside));
    } else {
      await writeSamples(sample);
      problems.push(`${batch} The models were run on made-up images.`);
    }
    const predicted = await predictBatch({
      models: settings.models,
      descriptions: settings.descriptions,
      ...(settings.classes && { classes: settings.classes }),
      ...(settings.gate !== undefined && { gate: settings.gate }),
      batch: sample,
      results: join(folder, 'results'),
    });
    lines.push(`Models: ${predicted.models.length} answered on ${predicted.images.length} images.`);
    problems.push(...predicted.leftOut.map(({ name, reason }) => `Model ${name}: ${reason}`));
    problems.push(...imageProblems(predicted.setAside));
    problems.push(...guidelineProblems(settings, predicted.classes));
  } catch (error) {
    problems.push((error as Error).message);
  } finally {
    await rm(folder, { recursive: true });
  }
  const list = problems.map((problem) => `- ${problem}`);
  const verdict = problems.length === 0 ? ['No problem found.'] : [`${problems.length} to look at:`, ...list];
  return { text: [...lines, ...verdict].join('\n'), isFine: problems.length === 0 };
}

/** The first of them: a batch may hold a hundred thousand. */
function imageProblems(setAside: ImageList['setAside']): string[] {
  const told = setAside.slice(0, LISTED_MAX).map(({ file, reason }) => `Image ${file}: ${reason}`);
  const more = setAside.length - told.length;
  return more > 0 ? [...told, `${more} more images are set aside.`] : told;
}

/** Guidelines nobody would see: for a class that does not exist, or with an example that is not there. */
function guidelineProblems({ slack }: Settings, classes: readonly string[]): string[] {
  return Object.entries(slack?.guidelines ?? {}).flatMap(([name, { image }]) => {
    if (!classes.includes(name)) return [`Guideline "${name}": there is no such class. Write it as the models do.`];
    const isThere = image === undefined || image.startsWith('https://') || existsSync(image);
    return isThere ? [] : [`Guideline "${name}": there is no file ${image}. Put it there, or correct "image".`];
  });
}

async function findBatch({ batches, schedule }: Settings, problems: string[]): Promise<Batch> {
  const pass = ({ name, reason }: Passed) => void problems.push(`"${name}" is not taken for a batch: ${reason}.`);
  const batch = await newestBatch(batches, schedule.settledMinutes * 60_000, new Date(), { pass });
  if (!batch) throw new Error(`There is no complete batch in ${batches}.`);
  return batch;
}

/** The first of each ending, and then the first of all. */
function someOf(images: readonly BatchImage[]): BatchImage[] {
  const ofEachKind = [...Map.groupBy(images, ({ file }) => extname(file).toLowerCase()).values()].map(
    ([first]) => first!,
  );
  return [...new Set([...ofEachKind, ...images])].slice(0, Math.max(SAMPLE_IMAGES, ofEachKind.length));
}

function lineOf({ spec, bytes, sha256 }: PoolModel, classes: readonly string[] | undefined): string {
  const { framing, layout, elementType, batch } = spec;
  const names = spec.classes ?? classes;
  const input = `${framing.width} x ${framing.height} ${layout} ${elementType}, ${batch === 0 ? 'any batch' : `batch ${batch}`}`;
  const size = bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  return `${input}, ${names ? `${names.length} classes` : 'classes not named'}, ${size}, SHA-256 ${sha256.slice(0, 12)}…`;
}
