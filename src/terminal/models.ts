import { PREDICTIONS_FILE } from '../predictions/list-images.ts';
import type { DescribedModel } from '../predictions/onnx/describe/described-model.ts';
import { passedGate } from '../predictions/onnx/describe/gate.ts';
import { labelSetOf } from '../predictions/onnx/describe/label-set.ts';
import { readPool } from '../predictions/onnx/describe/pool.ts';
import { timeModels } from '../predictions/onnx/run/samples.ts';
import { modelsFolder } from '../settings/folders.ts';
import { refreshPool } from '../settings/reach/registry.ts';
import type { Settings } from '../settings/settings.ts';

/** What `modelpicker models` prints: each model's input, classes, size, speed and identity; who is left out and why. */
export async function describePool(settings: Settings): Promise<string> {
  const folder = modelsFolder(settings);
  if (folder === undefined) return `No "models" in the settings: each batch brings its own ${PREDICTIONS_FILE}.`;
  const absent = (await refreshPool(settings, process.env)?.()) ?? [];
  const { models, leftOut } = await passedGate(await readPool(folder, settings.descriptions), settings.gate);
  const { tried, msPerImage, bad } = await tryModels(models, settings.classes);
  const width = Math.max(...models.map(({ name }) => name.length), 'model'.length);
  const passed = settings.gate === undefined ? '' : ', passed the gate';
  const lines = models.map((model) => {
    const ms = msPerImage.get(model.name);
    const speed = ms === undefined ? '' : `, ${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms an image`;
    return `  ${model.name.padEnd(width)}  ${lineOf(model, settings.classes)}${speed}${passed}`;
  });
  return [
    `${models.length} ${models.length === 1 ? 'model' : 'models'} in ${folder}`,
    ...lines.filter((_, index) => !bad.some(({ name }) => name === models[index]!.name)),
    ...[...absent, ...leftOut, ...bad].map(({ name, reason }) => `Left out: ${name}: ${reason}`),
    ...(tried === true ? [] : [`Not run: ${tried}`]),
  ].join('\n');
}

/** Without class names no model can run, but the pool can be listed all the same. */
async function tryModels(models: readonly DescribedModel[], classes: readonly string[] | undefined) {
  try {
    const pool = labelSetOf(models, classes);
    const { msPerImage, bad } = await timeModels(pool);
    return { tried: true as const, msPerImage, bad: [...pool.leftOut, ...bad] };
  } catch (error) {
    return { tried: (error as Error).message, msPerImage: new Map<string, number>(), bad: [] };
  }
}

function lineOf(model: DescribedModel, classes: readonly string[] | undefined): string {
  const { spec, bytes, sha256 } = model;
  const { framing, layout, elementType, batch, providers } = spec;
  const names = model.classes ?? classes;
  const device = providers ? `, on ${providers.join(', ')}` : '';
  const input = `${framing.width} x ${framing.height} ${layout} ${elementType}, ${batch === 0 ? 'any batch' : `batch ${batch}`}${device}`;
  const size = bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  return `${input}, ${names ? `${names.length} classes` : 'classes not named'}, ${size}, SHA-256 ${sha256.slice(0, 12)}…`;
}
