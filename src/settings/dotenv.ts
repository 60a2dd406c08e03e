import { existsSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { readTextFile } from '../text-file.ts';

/** Adds what a file such as `.env` says, where it exists; what the environment has already stays. */
export function loadDotenv(file: string, environment: NodeJS.ProcessEnv): void {
  if (!existsSync(file)) return;
  for (const [name, value] of Object.entries(parseEnv(readTextFile(file)))) environment[name] ??= value;
}
