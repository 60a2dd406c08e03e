import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { readTextFile } from '../../../../text-file.ts';
import { OwnDescription } from '../model-description.ts';
import type { OnnxHeader } from '../onnx-file.ts';
import { type Said, sayingOf } from '../said.ts';
import { classNamesOf, isFiller } from './class-names.ts';
import { fromProcessor } from './hugging-face.ts';
import { fromImageMetadata, fromOwnMetadata } from './image-metadata.ts';
import { parseJsonOrPython } from './python-literal.ts';
import { fromTimm } from './timm.ts';
import { fromUltralytics } from './ultralytics.ts';

type Fields = Readonly<Record<string, unknown>>;
type FixedSize = { readonly width?: number; readonly height?: number };

/**
 * What stands beside a model and inside it, best place first: our own `modelpicker.json`, Hugging Face's processor, timm's
 * and Hugging Face's `config.json`, Ultralytics', ONNX's and our own words in the file's metadata, `labels.txt`.
 * `fixed` is the size the file was exported with, where it has one.
 */
export function publishedDescriptions(modelFile: string, { metadata }: OnnxHeader, fixed: FixedSize): Said[] {
  const config = readJson(modelFile, 'config.json', ['classes', 'mean', 'std']);
  const places = [
    ownLines(modelFile),
    ...processors(modelFile, config.fields, fixed),
    config.trouble,
    ...timm(config.fields, fixed),
    classesOfConfig(config.fields),
    fromUltralytics(metadata),
    classesOfMetadata(metadata),
    fromImageMetadata(metadata),
    fromOwnMetadata(metadata),
    labelList(modelFile),
  ];
  return places.filter((place) => place !== undefined);
}

function ownLines(modelFile: string): Said | undefined {
  const name = 'modelpicker.json';
  const { fields, trouble } = readJson(modelFile, name, []);
  if (trouble) throw new Error(trouble.troubles[0]!.reason);
  if (fields === undefined) return undefined;
  const found = OwnDescription.safeParse(fields);
  if (!found.success) throw new Error(`${name} does not fit:\n${z.prettifyError(found.error)}`);
  return { from: name, says: found.data, troubles: [], isDeliberate: true };
}

/** A file of its own, or since transformers 5 a part of one for all kinds of inputs. */
function processors(modelFile: string, config: Fields | undefined, fixed: FixedSize): Said[] {
  const about = ['mean', 'std', 'width', 'height'] as const;
  const modelType = typeof config?.model_type === 'string' ? config.model_type : undefined;
  for (const name of ['preprocessor_config.json', 'processor_config.json']) {
    const { fields, trouble } = readJson(modelFile, name, about);
    if (trouble) return [trouble];
    const processor = name === 'preprocessor_config.json' ? fields : partOf(fields, 'image_processor');
    if (processor === undefined) continue;
    const timmsOwn = partOf(processor, 'pretrained_cfg');
    return [timmsOwn ? fromTimm(name, timmsOwn, fixed) : fromProcessor(name, processor, modelType)];
  }
  return [];
}

/** Of its newer files, and of the first ones, which had it all at the top. */
function timm(config: Fields | undefined, fixed: FixedSize): Said[] {
  const isOld = config !== undefined && 'architecture' in config && ('input_size' in config || 'mean' in config);
  const pretrained = config?.pretrained_cfg ?? (isOld ? config : undefined);
  return pretrained == null ? [] : [fromTimm('config.json', pretrained, fixed)];
}

/** Where a network's classes stand in `config.json`: Hugging Face's way, its reverse, and timm's. */
const CLASS_FIELDS = ['id2label', 'label_names', 'label2id'] as const;

function classesOfConfig(config: Fields | undefined): Said | undefined {
  const pretrained = partOf(config, 'pretrained_cfg');
  const holder = [config, pretrained].find((part) => CLASS_FIELDS.some((field) => isSaid(part?.[field])));
  const field = CLASS_FIELDS.find((name) => isSaid(holder?.[name]));
  return field && sayingOf('config.json', [['classes'], () => namesOf(holder![field], field)]);
}

/** Ultralytics' word for the classes, and those that people use. */
const METADATA_CLASS_FIELDS = ['names', 'id2label', 'class_names', 'labels'] as const;

function classesOfMetadata(metadata: ReadonlyMap<string, string>): Said | undefined {
  const field = METADATA_CLASS_FIELDS.find((name) => metadata.has(name));
  if (!field) return undefined;
  const read = () => namesOf(parseJsonOrPython(metadata.get(field)!), field);
  return sayingOf('the file’s metadata', [['classes'], read]);
}

/** One name a line, as Custom Vision exports it; Teachable Machine puts the number before. */
function labelList(modelFile: string): Said | undefined {
  const path = pathBeside(modelFile, 'labels.txt');
  if (path === undefined) return undefined;
  return sayingOf('labels.txt', [
    ['classes'],
    () => {
      const lines = readTextFile(path)
        .split(/\r?\n/)
        .filter((line) => line.trim() !== '');
      const isNumbered = lines.every((line, index) => line.startsWith(`${index} `));
      return namesOf(isNumbered ? lines.map((line) => line.slice(line.indexOf(' '))) : lines, 'labels.txt');
    },
  ]);
}

/** Names, unless they only say that nobody named the classes. */
function namesOf(value: unknown, field: string): OwnDescription {
  const classes = classNamesOf(value, field);
  if (classes.length < 2) throw new Error(`"${field}" names ${classes.length} class, where two is the least`);
  return isFiller(classes) ? {} : { classes };
}

function isSaid(value: unknown): boolean {
  return value != null && Object.keys(value).length > 0;
}

function partOf(fields: Fields | undefined, name: string): Fields | undefined {
  const part = fields?.[name];
  return typeof part === 'object' && part !== null ? (part as Fields) : undefined;
}

/** Beside the model, or above a folder `onnx`, as Hugging Face's hub lays it. */
function pathBeside(modelFile: string, name: string): string | undefined {
  const folder = dirname(modelFile);
  const folders = basename(folder) === 'onnx' ? [folder, dirname(folder)] : [folder];
  return folders.map((place) => join(place, name)).find((path) => existsSync(path));
}

const CONFIG_BYTES_MAX = 20e6;

/** The fields of a JSON file; what it does not say, where it cannot be read, is what it is about. */
function readJson(
  modelFile: string,
  name: string,
  about: Said['troubles'][number]['about'],
): { fields?: Fields; trouble?: Said } {
  const path = pathBeside(modelFile, name);
  if (path === undefined) return {};
  const trouble = (reason: string) => ({
    trouble: { from: name, says: {}, troubles: [{ about, reason: `${name} ${reason}` }] },
  });
  const found = statSync(path);
  if (!found.isFile() || found.size > CONFIG_BYTES_MAX) return trouble('is not a file of less than 20 MB');
  try {
    const fields = parseJsonOrPython(readTextFile(path));
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return trouble('holds no fields');
    return { fields: fields as Fields };
  } catch (error) {
    return trouble(`is not JSON: ${(error as Error).message}`);
  }
}
