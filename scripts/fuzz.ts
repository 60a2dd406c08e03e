/**
 * Hands the bot what nobody should: payloads no Slack would send, and damaged images and models. Each must be refused
 * with a reason or do no harm, and nothing may end the bot.
 *
 *     npm exec -- node scripts/fuzz.ts [--payloads 10000] [--images 1000] [--models 1000] [--seed 1]
 */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { predictBatch } from '../src/predictions/onnx/predict-batch.ts';
import { readSettings } from '../src/settings/settings.ts';
import { type Chance, chanceFrom } from '../src/simulate/chance.ts';
import { alone } from '../test/alone.ts';
import { putEveryKind } from '../test/predictions/onnx/odd-images.ts';
import { colorModel, type Oddity } from '../test/predictions/onnx/odd-models.ts';
import { put } from '../test/predictions/onnx/picture.ts';
import { MEMBER, openDesk } from '../test/safety/desk.ts';
import { fuzzPayloads, fuzzWithRealIds } from '../test/safety/payload-fuzz.ts';

const { values } = parseArgs({
  options: {
    payloads: { type: 'string', default: '10000' },
    images: { type: 'string', default: '1000' },
    models: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
  },
});
const seed = Number(values.seed);
const demo = fileURLToPath(new URL('../data/demo', import.meta.url));
const { models: goodModels = '', descriptions, classes } = readSettings(join(demo, 'modelpicker.yaml'));
const goodImages = join(demo, 'batches/2026-11-02');
const folder = await mkdtemp(join(tmpdir(), 'modelpicker-fuzz-'));

const kept = [
  await payloads(Number(values.payloads)),
  await images(Number(values.images)),
  await models(Number(values.models)),
  await corpus(),
];
await rm(folder, { recursive: true });
process.exit(kept.every(Boolean) ? 0 : 1);

async function payloads(count: number): Promise<boolean> {
  const desk = await openDesk({ images: 40 });
  await desk.arrive('2026-11-02');
  const { unanswered, facts, faults } = await fuzzPayloads(desk, count, seed);
  const next = await desk.task.answer({ question: desk.asked(), class: 0, annotator: MEMBER });
  const named = await fuzzWithRealIds(desk, count, seed);
  const counted = desk.facts().filter(({ kind }) => kind === 'answer').length - 1;
  await desk.stop();
  console.log(
    `${count} payloads: ${faults.length} unhandled faults, ${facts.length} facts changed, ${unanswered} that are nothing ` +
      `to answer; the next click is ${next.kind}`,
  );
  console.log(
    `${count} payloads about what is there: ${named.faults.length} unhandled faults, ${named.facts.length} facts by whom ` +
      `they must not be; ${counted} labels counted`,
  );
  for (const fault of [...faults, ...named.faults].slice(0, 3)) console.log(fault);
  for (const fact of named.facts.slice(0, 3)) console.log(fact);
  const isClean = [faults, facts, named.faults, named.facts].every(({ length }) => length === 0);
  return isClean && next.kind === 'recorded' && counted > 0;
}

async function images(count: number): Promise<boolean> {
  const chance = chanceFrom(seed, 1);
  const batch = join(folder, 'images');
  const good = (await readdir(goodImages)).filter((name) => name.endsWith('.jpg')).sort();
  await mkdir(batch);
  for (let index = 0; index < count; index++) {
    const bytes = await readFile(join(goodImages, good[index % good.length]!));
    await writeFile(join(batch, `${index}.jpg`), damaged(bytes, chance));
  }
  const pool = join(folder, 'one-model');
  await mkdir(pool);
  await copyFile(join(goodModels, 'fog.onnx'), join(pool, 'fog.onnx'));
  const predicted = await predict(pool, batch);
  const refused = predicted.setAside.filter(({ reason }) => reason !== '').length;
  console.log(
    `${count} damaged images: ${predicted.images.length} readable all the same, ${refused} set aside with a reason`,
  );
  return predicted.images.length + refused === count;
}

/** A hundred at a time beside one that is whole. */
async function models(count: number): Promise<boolean> {
  const chance = chanceFrom(seed, 2);
  const bytes = await readFile(join(goodModels, 'fog.onnx'));
  const batch = join(folder, 'few-images');
  await mkdir(batch);
  for (const name of (await readdir(goodImages)).filter((name) => name.endsWith('.jpg')).slice(0, 3)) {
    await copyFile(join(goodImages, name), join(batch, name));
  }
  let ran = 0;
  let refused = 0;
  for (let start = 0; start < count; start += 100) {
    const pool = join(folder, `models-${start}`);
    await mkdir(pool);
    await writeFile(join(pool, 'whole.onnx'), bytes);
    for (let index = start; index < Math.min(start + 100, count); index++) {
      await writeFile(join(pool, `bad-${index}.onnx`), damaged(bytes, chance));
    }
    const predicted = await predict(pool, batch);
    ran += predicted.models.filter(({ name }) => name !== 'whole').length;
    refused += predicted.leftOut.filter(({ reason }) => reason !== '').length;
    await rm(pool, { recursive: true });
  }
  console.log(`${count} damaged models: ${ran} run all the same, ${refused} left out with a reason`);
  return ran + refused === count;
}

/** Images of every kind and models with every trouble in one batch, with 200 damaged ones of each. */
async function corpus(): Promise<boolean> {
  const chance = chanceFrom(seed, 3);
  const [batch, pool] = [join(folder, 'every-kind'), join(folder, 'every-trouble')];
  const good = (await readdir(goodImages)).filter((name) => name.endsWith('.jpg')).sort();
  await putEveryKind(batch);
  for (let index = 0; index < 200; index++) {
    const bytes = await readFile(join(goodImages, good[index % good.length]!));
    await put(batch, `damaged/${index}.jpg`, damaged(bytes, chance));
    await put(pool, `damaged-${index}.onnx`, damaged(colorModel(), chance));
  }
  const troubles: Record<string, Oddity> = {
    sound: {},
    ...{ NaN: { trouble: 'NaN' }, endless: { trouble: 'endless' } },
    ...{ crash: { trouble: 'crash' }, greedy: { trouble: 'greedy' } },
  };
  for (const [name, oddity] of Object.entries(troubles)) await put(pool, `${name}.onnx`, colorModel(oddity));
  const { models, leftOut, images, setAside } = await predictBatch({
    models: pool,
    descriptions: [{ match: '*', mean: [0, 0, 0], std: [1, 1, 1] }],
    classes: ['red', 'green', 'blue'],
    batch,
    results: join(folder, 'results-corpus'),
    limits: { blockTimeoutMs: 8_000, memoryMax: 1e9 },
    refuseIfLost: alone,
  });
  const troubled = leftOut.filter(({ name }) => name in troubles).map(({ name, reason }) => `${name}: ${reason}`);
  const kinds = setAside.filter(({ file }) => !file.startsWith('damaged/'));
  console.log(
    `every kind and trouble: ${images.length} images run, ${setAside.length} set aside; ${models.length} models run, ` +
      `${leftOut.length} left out`,
  );
  for (const line of [...troubled, ...kinds.map(({ file, reason }) => `${file}: ${reason}`)]) console.log(`  ${line}`);
  const isSound = models.some(({ name }) => name === 'sound') && troubled.length === 4 && kinds.length === 6;
  return isSound && images.length + setAside.length === 217 && models.length + leftOut.length === 205;
}

function predict(pool: string, batch: string) {
  const results = join(folder, `results-${Math.random()}`);
  return predictBatch({ models: pool, descriptions, ...(classes && { classes }), batch, results, refuseIfLost: alone });
}

/** Some bytes changed, the end cut off, or a piece put in twice. */
function damaged(bytes: Buffer, chance: Chance): Buffer {
  const place = () => Math.floor(chance() * bytes.length);
  const kind = chance();
  if (kind < 0.2) return bytes.subarray(0, place());
  if (kind < 0.3) return Buffer.concat([bytes.subarray(0, place()), bytes.subarray(place())]);
  const copy = Buffer.from(bytes);
  // Half of the time near the beginning, where the structure is.
  const limit = chance() < 0.5 ? Math.min(400, copy.length) : copy.length;
  for (let changes = 1 + Math.floor(chance() * 20); changes > 0; changes--) {
    copy[Math.floor(chance() * limit)] = Math.floor(chance() * 256);
  }
  return copy;
}
