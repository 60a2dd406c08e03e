import { z } from 'zod';
import type { Fact } from './facts.ts';

const BeforeAndNow = { before: z.number(), now: z.number() };
const Expected = { accuracy: z.number(), accuracySd: z.number() };

/** What a fact `drift` says: how a batch differs from those before it. All numbers are shares. */
export const Drift = z.discriminatedUnion('what', [
  /** What models say of its images is unlike what they said of those of batch `since`, before anybody has labeled. */
  z.object({
    what: z.literal('images'),
    since: z.string(),
    /** How often two models say the same of an image. */
    agreement: z.object(BeforeAndNow),
    /** Predictions that went from one class to another, beyond what chance moves. */
    moved: z.number(),
    /** How often the classes are predicted that changed most, that which did most first. */
    classes: z.array(z.object({ name: z.string(), ...BeforeAndNow })),
    /** That two days of images drawn alike differ as much. */
    chance: z.number(),
  }),
  /** The model that serves is expected to have fewer of its images right than of those of the batch it was deployed for. */
  z.object({
    what: z.literal('accuracy'),
    model: z.string(),
    now: z.object(Expected),
    before: z.object({ batch: z.string(), result: z.number(), ...Expected }),
  }),
]);
export type Drift = z.infer<typeof Drift>;

/** What a round's facts say of how its batch differs; those of a later version of the program are passed over. */
export function driftsIn(facts: readonly Fact[]): { readonly key: string; readonly drift: Drift }[] {
  return facts.flatMap((fact) => {
    const read = fact.kind === 'drift' ? Drift.safeParse(fact.data) : undefined;
    return read?.success ? [{ key: fact.key, drift: read.data }] : [];
  });
}
