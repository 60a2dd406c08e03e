import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DescribedModel } from './described-model.ts';
import { inputShape } from './input-shape.ts';
import { describedBy, type ModelDescription } from './model-description.ts';
import { inputSpecOf } from './model-spec.ts';
import { type OnnxHeader, readOnnxHeader } from './onnx-file.ts';
import { outputsOf } from './output-choice.ts';
import { scaleOf } from './pixel-values.ts';
import { isFiller } from './published/class-names.ts';
import { publishedDescriptions } from './published/published-description.ts';
import { merge, type Said } from './said.ts';

/**
 * What a model's file, the files beside it and the settings say about it. `onBytes` is told whenever some of it was read.
 *
 * @throws with what is missing or not understood, where, and what to do.
 */
export async function readModel(
  name: string,
  file: string,
  descriptions: readonly ModelDescription[],
  onBytes: () => void,
): Promise<DescribedModel> {
  const header = readOnnxHeader(file);
  const places = placesOf(name, file, header, descriptions);
  const merged = merge(places.map(withScale));
  const { spec, sources } = inputSpecOf(header, merged);
  const { classes, output } = merged.description;
  const hash = createHash('sha256');
  let bytes = 0;
  for (const part of [file, ...header.externalFiles.map((path) => externalFile(file, path))]) {
    bytes += (await stat(part)).size;
    for await (const chunk of createReadStream(part)) {
      hash.update(chunk as Buffer);
      onBytes();
    }
  }
  return {
    ...{ name, file, sha256: hash.digest('hex'), bytes, spec, classes, outputs: outputsOf(header), output },
    saidBy: { ...sources, classes: merged.saidBy.classes },
  };
}

/** Best first: the model's own word, then the settings'. Only classes named for this very model overrule its files. */
function placesOf(name: string, file: string, header: OnnxHeader, descriptions: readonly ModelDescription[]): Said[] {
  const { width, height } = fixedSize(header);
  const published = publishedDescriptions(file, header, { ...(width && { width }), ...(height && { height }) });
  const described = describedBy(name, descriptions);
  if (!described) return published;
  const { match, ...says } = described;
  const isDeliberate = ![match].flat().every((pattern) => /^\**$/.test(pattern));
  const from = `the settings’ description of "${[match].flat().join(', ')}"`;
  const settings: Said = { from, says, troubles: [], isDeliberate };
  const named = isDeliberate && says.classes && !isFiller(says.classes) ? { classes: says.classes } : {};
  const own = published.filter(({ isDeliberate: isOwn }) => isOwn);
  return [...own, { from, says: named, troubles: [] }, ...published.filter((place) => !own.includes(place)), settings];
}

function fixedSize({ inputs }: OnnxHeader): { width?: number | undefined; height?: number | undefined } {
  const shape = inputs.length === 1 ? inputs[0]!.shape : undefined;
  return shape?.length === 4 ? inputShape(shape, 'NCHW') : {};
}

/** Who says mean and std means the scale that goes with them, and not another's. */
function withScale(place: Said): Said {
  const { says } = place;
  const isOpen = says.scale === undefined && (says.mean !== undefined || says.std !== undefined);
  return isOpen ? { ...place, says: { ...says, scale: scaleOf(says) } } : place;
}

/** Weights stored beside the model; a path that leads elsewhere is not part of it. */
function externalFile(model: string, path: string): string {
  if (path.startsWith('/') || path.split(/[\\/]/).includes('..')) {
    throw new Error(`its weights are said to be in ${path}, outside its folder`);
  }
  return join(dirname(model), path);
}
