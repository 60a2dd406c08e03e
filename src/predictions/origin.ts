import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const NAME = '.origin.json';

const Origin = z.object({
  name: z.string(),
  version: z.string(),
  files: z.record(z.string(), z.object({ sha256: z.string(), bytes: z.number() })),
});

/** What a folder of a fetched version holds: which version, and the SHA-256 and length of each file. */
export type Origin = z.infer<typeof Origin>;

/** Undefined where nothing was fetched into the folder, or not to the end. */
export async function readOrigin(folder: string): Promise<Origin | undefined> {
  try {
    return Origin.parse(JSON.parse(await readFile(join(folder, NAME), 'utf8')));
  } catch {
    return undefined;
  }
}

/** The last thing that is written into a folder. */
export function writeOrigin(folder: string, origin: Origin): Promise<void> {
  return writeFile(join(folder, NAME), JSON.stringify(origin), { flush: true });
}
