import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { newestBatch, type Passed } from '../predictions/batches.ts';
import { type BatchImage, type ImageList, listImages, PREDICTIONS_FILE } from '../predictions/list-images.ts';
import type { PoolModel } from '../predictions/onnx/describe/described-model.ts';
import { unusedPatterns } from '../predictions/onnx/describe/model-description.ts';
import { predictBatch } from '../predictions/onnx/predict-batch.ts';
import { writeSamples } from '../predictions/onnx/run/samples.ts';
import type { Batch, Predicted } from '../predictions/source.ts';
import { batchesName, modelsFolder, storePlace } from '../settings/folders.ts';
import { bringBatches } from '../settings/reach/buckets.ts';
import { refreshPool } from '../settings/reach/registry.ts';
import { readTokens, type Settings } from '../settings/settings.ts';
import { count } from '../slack/say/numbers.ts';
import { lookAtStore } from '../store/open-store.ts';
import { agreements } from './agreement.ts';
import { describeFed } from './fed.ts';

/** Enough to see every model answer, few enough to wait for. */
const SAMPLE_IMAGES = 24;

/** Of images that are set aside, one a line. */
const LISTED_MAX = 20;

const NO_ADMINS =
  'Nobody is named in "slack.admins": nobody can pause, reopen, roll back or approve, and what Slack refuses is told to nobody.';

/** What `modelpicker check` prints: every problem of the pool and the newest batch at once. Nothing is kept. */
export async function checkEverything(
  settings: Settings,
  environment: NodeJS.ProcessEnv = {},
): Promise<{ text: string; isFine: boolean }> {
  const lines = [`Settings: ${settings.file} is fine.`];
  lines.push(...remarks(settings));
  const problems: string[] = [];
  lines.push(...(await storeLines(settings, environment, problems)));
  lines.push(...(await slackLines(settings, environment, problems)));
  const described: PoolModel[] = [];
  let whole: { folder: string; list: ImageList } | undefined;
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-check-'));
  try {
    const batch = await findBatch(settings, environment, problems).catch((error: Error) => error.message);
    const sample = join(folder, typeof batch === 'string' ? 'samples' : basename(batch.folder));
    if (typeof batch !== 'string') {
      const list = await listImages(batch.folder);
      const { images, setAside, passedOver } = list;
      whole = { folder: batch.folder, list };
      for (const { file } of someOf(images)) await cp(join(batch.folder, file), join(sample, file));
      lines.push(`Batch ${batch.name}: ${count(images.length, 'image')}.${others(passedOver)}`);
      problems.push(...imageProblems(setAside));
      if (images.length === 0) throw new Error(`There is no image in ${batch.folder}. Put the day's images there.`);
    } else {
      if (modelsFolder(settings) === undefined)
        throw new Error(`${batch} Put one there: it brings its own predictions.`);
      await writeSamples(sample);
      problems.push(`${batch} The models were run on made-up images.`);
    }
    const refresh = refreshPool(settings, environment);
    const predicted = await predictBatch({
      ...(refresh && { refresh }),
      models: modelsFolder(settings),
      descriptions: settings.descriptions,
      ...(settings.classes && { classes: settings.classes }),
      ...(settings.gate !== undefined && { gate: settings.gate }),
      batch: sample,
      results: join(folder, 'results'),
      refuseIfLost: alone,
      ...(whole && { whole }),
      onPool: (pool) => described.push(...pool.models),
    });
    lines.push(`Models: ${predicted.models.length} answered on ${count(predicted.images.length, 'image')}.`);
    const isReal = typeof batch !== 'string';
    lines.push(...modelLines(predicted, described, isReal));
    if (isReal) problems.push(...habits(predicted));
    problems.push(...predicted.leftOut.map(({ name, reason }) => `Model ${name}: ${reason}`));
    problems.push(...imageProblems(predicted.setAside));
    problems.push(...guidelineProblems(settings, predicted.classes));
    const names = [...predicted.models, ...predicted.leftOut].map(({ name }) => name);
    problems.push(...unusedPatterns(settings.descriptions, names).map(unused));
  } catch (error) {
    problems.push((error as Error).message);
  } finally {
    await rm(folder, { recursive: true });
  }
  const list = problems.map((problem) => `- ${problem.replaceAll('\n', '\n  ')}`);
  const verdict = problems.length === 0 ? ['No problem found.'] : [`${problems.length} to look at:`, ...list];
  return { text: [...lines, ...verdict].join('\n'), isFine: problems.length === 0 };
}

/** What is not a problem and still good to know. */
function remarks({ outdated, slack }: Settings): string[] {
  return [...outdated.map((one) => `Not needed any more: ${one}`), ...(slack?.admins.length === 0 ? [NO_ADMINS] : [])];
}

function unused(pattern: string): string {
  return `Description "${pattern}": no model has such a name. Only "*" stands for other text; "modelpicker models" lists the names.`;
}

function others(passedOver: number): string {
  if (passedOver === 0) return '';
  return ` ${passedOver} other file${passedOver === 1 ? ' is' : 's are'} passed over.`;
}

/** A Postgres that the settings name is asked for the task's facts. */
async function storeLines(settings: Settings, environment: NodeJS.ProcessEnv, problems: string[]): Promise<string[]> {
  if (settings.store === undefined) return [];
  try {
    const { rounds } = await lookAtStore(storePlace(settings, environment));
    return [`Facts: ${count(rounds().length, 'round')} of task ${settings.name} in Postgres.`];
  } catch (error) {
    problems.push((error as Error).message);
    return [];
  }
}

/** Where tokens are set, Slack is tried with them. */
async function slackLines({ slack }: Settings, environment: NodeJS.ProcessEnv, problems: string[]): Promise<string[]> {
  const isSet = environment.SLACK_BOT_TOKEN !== undefined || environment.SLACK_APP_TOKEN !== undefined;
  if (!slack) return ['Slack: not tried, because the settings have no "slack" part.'];
  if (!isSet) return ['Slack: not tried, because SLACK_BOT_TOKEN and SLACK_APP_TOKEN are not set.'];
  try {
    const tokens = readTokens(environment);
    const { tryOutSlack } = await import('../slack/try-out.ts');
    const found = await tryOutSlack({ ...tokens, channel: slack.channel, results: slack.results });
    problems.push(...found.map((one) => `Slack: ${one}`));
    return found.length === 0 ? [`Slack: the bot can connect, and write in ${slack.channel}.`] : [];
  } catch (error) {
    problems.push((error as Error).message);
    return [];
  }
}

/** What each model that answered is fed, and how far it is of one opinion with the pool. */
function modelLines(predicted: Predicted, described: readonly PoolModel[], isReal: boolean): string[] {
  return agreements(predicted).flatMap(({ name, agreed, decided }) => {
    const model = described.find((other) => other.name === name);
    const isTold = isReal && predicted.models.length > 1 && decided > 0;
    const agreement = isTold ? `: agrees with the majority on ${agreed} of ${count(decided, 'image')}` : '';
    return [
      `${name}${agreement}`,
      ...(model ? describeFed(model) : [`  is not run: its answers are in ${PREDICTIONS_FILE}`]),
    ];
  });
}

/** Models that answer the same for nearly everything: mostly their images are prepared wrongly. */
function habits(predicted: Predicted): string[] {
  return agreements(predicted).flatMap(({ name, stuckOn }) =>
    stuckOn === undefined
      ? []
      : [
          `Model ${name}: it answers "${stuckOn}" for nearly every image. Compare what it is fed, above, with what it was trained on; correct it in a modelpicker.json beside it.`,
        ],
  );
}

/** The first of them: a batch may hold a hundred thousand. */
function imageProblems(setAside: ImageList['setAside']): string[] {
  const told = setAside.slice(0, LISTED_MAX).map(({ file, reason }) => `Image ${file}: ${reason}`);
  const more = setAside.length - told.length;
  return more > 0 ? [...told, `${more} more ${more === 1 ? 'image is' : 'images are'} set aside.`] : told;
}

/** Guidelines nobody would see: for a class that does not exist, or with an example that is not there. */
function guidelineProblems({ slack }: Settings, classes: readonly string[]): string[] {
  return Object.entries(slack?.guidelines ?? {}).flatMap(([name, { image }]) => {
    if (!classes.includes(name)) return [`Guideline "${name}": there is no such class. Write it as the models do.`];
    const isThere = image === undefined || image.startsWith('https://') || existsSync(image);
    return isThere ? [] : [`Guideline "${name}": there is no file ${image}. Put it there, or correct "image".`];
  });
}

/** A check takes nobody's turn, and so nobody can take its own. */
const alone = async () => undefined;

async function findBatch(settings: Settings, environment: NodeJS.ProcessEnv, problems: string[]): Promise<Batch> {
  const { batches, schedule } = settings;
  await bringBatches(settings, environment, new AbortController().signal, alone)?.(new Date());
  const pass = ({ name, reason }: Passed) => void problems.push(`"${name}" is not taken for a batch: ${reason}.`);
  const batch = await newestBatch(batches, schedule.settledMinutes * 60_000, new Date(), { pass });
  if (!batch) throw new Error(`There is no complete batch in ${batchesName(settings)}.`);
  return batch;
}

/** The first of each ending, and then from all over the batch: neighbors often show the same. */
function someOf(images: readonly BatchImage[]): BatchImage[] {
  const ofEachKind = [...Map.groupBy(images, ({ file }) => extname(file).toLowerCase()).values()].map(
    ([first]) => first!,
  );
  const step = Math.max(1, images.length / SAMPLE_IMAGES);
  const spread = Array.from(
    { length: Math.min(SAMPLE_IMAGES, images.length) },
    (_, nth) => images[Math.floor(nth * step)]!,
  );
  return [...new Set([...ofEachKind, ...spread])].slice(0, Math.max(SAMPLE_IMAGES, ofEachKind.length));
}
