import { basename, extname } from 'node:path';
import { z } from 'zod';

/** What people type to name a task, and what values carry where no channel says which task they are about. */
export const TaskName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, {
  error: ({ input }) =>
    `"${input}" is not a name for a task: write up to 40 small letters, digits, "-" and "_", first a letter or digit`,
});

/** A task's name from that of its file: "My Animals.yaml" describes my-animals. */
export function nameOfFile(path: string): string {
  const letters = basename(path, extname(path))
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, '-');
  return letters.replaceAll(/^[-_]+/g, '').slice(0, 40) || 'task';
}
