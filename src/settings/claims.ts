import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { readTextFile } from '../text-file.ts';
import { winnersFolder } from './folders.ts';
import { nameOfFile } from './name.ts';
import type { Settings } from './settings.ts';

/** What only one task can have. */
export type Claims = {
  readonly file: string;
  readonly name: string;
  readonly channel?: string | undefined;
  readonly data?: string | undefined;
  /** Where it puts winners beside its data: two tasks in one data folder are refused for that already. */
  readonly winners?: string | undefined;
};

/** What a task with these settings has to itself. */
export function claimsOf(settings: Settings): Claims {
  const { file, name, slack, data } = settings;
  const winners = winnersFolder(settings);
  return { file, name, channel: slack?.channel, data, winners: winners === data ? undefined : winners };
}

const Plain = z.object({
  name: z.string().optional().catch(undefined),
  data: z.string().optional().catch(undefined),
  slack: z.object({ channel: z.string() }).optional().catch(undefined),
});

/** What a file plainly says, whatever else is wrong with it; nothing where it cannot be read. */
export function claimsIn(file: string): Claims[] {
  const path = resolve(file);
  try {
    const { name = nameOfFile(path), data, slack } = Plain.parse(parse(readTextFile(path)));
    return [{ file: path, name, channel: slack?.channel, data: data && resolve(dirname(path), data) }];
  } catch {
    return [];
  }
}
