import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { PredictionMatrix } from '../../method/predictions.ts';
import type { Names } from '../../method/same-parameters.ts';

const About = z.object({ modelNames: z.array(z.string()).optional(), classNames: z.array(z.string()).optional() });

/**
 * What a folder's `about.json` calls its models and classes; where it says nothing, or something that does not fit, they
 * are named by their places.
 *
 * @throws Error with one line where the file is not JSON, or its names are not lists of texts.
 */
export function readNames(folder: string, { models, classCount }: PredictionMatrix): Names {
  const { modelNames, classNames } = readAbout(join(folder, 'about.json'));
  return {
    models: named(modelNames, models),
    classes: named(classNames, classCount),
  };
}

function readAbout(file: string): z.infer<typeof About> {
  if (!existsSync(file)) return {};
  try {
    return About.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new Error(`${file}: no lists of names in it. Give modelNames and classNames as lists, or remove it.`, {
      cause: error,
    });
  }
}

function named(names: readonly string[] | undefined, count: number): string[] {
  return names?.length === count ? [...names] : Array.from({ length: count }, (_, place) => `${place}`);
}
