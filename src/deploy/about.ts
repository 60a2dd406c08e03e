import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { HandOver } from './target.ts';

const NAME = 'deployed.json';

const About = z.object({
  model: z.string(),
  /** Of the model's file, and of its weights where they are files of their own. */
  sha256: z.string(),
  /** Where the pool had it. */
  from: z.string().optional(),
  batch: z.string(),
  /** The number of the result in the batch's round. */
  result: z.number(),
  /** Probability that no other model is better on this batch by more than `tolerance`, a share of the images. */
  confidence: z.number(),
  tolerance: z.number(),
  tiedWith: z.array(z.string()),
  /** Expected share of the batch that the model gets right, and where it lies in 95 of 100 cases. */
  accuracy: z.object({ expected: z.number(), from: z.number(), to: z.number() }),
  labels: z.number(),
  /** In the order of the model's answers. */
  classes: z.array(z.string()),
  fed: z.record(z.string(), z.unknown()).optional(),
  since: z.string(),
  /** Set when another one took its place. */
  until: z.string().optional(),
  /** Set when people withdrew the result. */
  withdrawn: z.object({ by: z.string(), at: z.string() }).optional(),
  /** Set where an admin chose it: it serves until that is taken back, whoever wins. */
  pinned: z.object({ id: z.string(), by: z.string(), at: z.string(), why: z.string().optional() }).optional(),
});

/** What `deployed.json` says. Times are ISO 8601, UTC. */
export type About = z.infer<typeof About>;

/** What there is to say of a winner that serves from now on. */
export function aboutWinner(winner: HandOver, since: Date): About {
  const { batch, result, model: from, sha256, classes, fed, withdrawnBy: by, pinned } = winner;
  const { number, model, confidence, tolerance, tiedWith, accuracy, accuracySd, labels } = result;
  const within = (share: number) => Math.min(1, Math.max(0, share));
  return {
    ...{
      model,
      sha256,
      ...(from !== undefined && { from }),
      batch,
      result: number,
      confidence,
      tolerance,
      tiedWith: [...tiedWith],
    },
    accuracy: {
      expected: accuracy,
      from: within(accuracy - 1.96 * accuracySd),
      to: within(accuracy + 1.96 * accuracySd),
    },
    labels,
    classes: [...classes],
    ...(fed && { fed }),
    since: since.toISOString(),
    ...(by !== undefined && { withdrawn: { by, at: since.toISOString() } }),
    ...(pinned && { pinned: { ...pinned } }),
  };
}

/** Whether both are about one hand-over, whenever it was and whatever has become of it. */
export function isSame(a: About, b: About): boolean {
  return isDeepStrictEqual(lasting(a), lasting(b));
}

function lasting({ since: _since, until: _until, withdrawn: _withdrawn, ...rest }: About): unknown {
  return JSON.parse(JSON.stringify(rest));
}

/** Throws when the folder has no such file, or one that this program did not write. */
export async function readAbout(folder: string): Promise<About> {
  return About.parse(JSON.parse(await readFile(join(folder, NAME), 'utf8')));
}

/** Whoever reads it sees what was there before or what is there now, whole. */
export async function writeAbout(folder: string, about: About): Promise<void> {
  const path = join(folder, NAME);
  await writeFile(`${path}.new`, `${JSON.stringify(about, undefined, 2)}\n`, { flush: true });
  await rename(`${path}.new`, path);
}
