import { z } from 'zod';

/** When to announce and when to stop; fixed for a round when it opens. */
export const Rules = z.object({
  /** The announced probability, e.g. 0.95. */
  confidence: z.number(),
  /** Share of accuracy the winner may lack to the best, e.g. 0.005 = half a point. */
  tolerance: z.number(),
  /** Labels at most. */
  budget: z.number(),
  /** Opinions per image at most. */
  opinions: z.number(),
  /** Hours after opening when the best so far is said; 0 = never. */
  deadlineHours: z.number(),
  /** Share of the batch a winner must be expected to have right, or an admin is asked before it is deployed. */
  minimumAccuracy: z.number().optional(),
  /** Share of accuracy by which a winner must be better than what is deployed to take its place; by default the tolerance. */
  keepUnlessBetterBy: z.number().optional(),
  /** Which of equal models wins: the one that is deployed already, or the fastest. */
  prefer: z.enum(['present', 'fastest']).optional(),
  /** Whether an admin is asked before any winner takes the place of what is deployed. */
  deploy: z.enum(['automatic', 'ask']).optional(),
  /** Images drawn at random that are asked about once there is a winner, to measure how often it is right; none by default. */
  measure: z.number().optional(),
});
export type Rules = z.infer<typeof Rules>;

const Excluded = z.object({ name: z.string(), reason: z.string() });

/** `msPerImage`: how long it took for one on this machine, where it ran through the batch in one go. */
/** `providers`: what it ran on, where that is not the processor alone. */
const Model = z.object({
  name: z.string(),
  sha256: z.string(),
  msPerImage: z.number().optional(),
  providers: z.array(z.string()).optional(),
});

/** Why a winner waits for an admin's yes before it is deployed. */
const Doubt = z.enum(['no better than chance', 'below the minimum', 'another is pinned', 'admins decide']);

/** What is claimed about a model when a round ends, as it stood then. */
export const Result = z.object({
  number: z.number(),
  because: z.enum([
    'confident',
    'budget spent',
    'deadline',
    'people cannot tell',
    'nothing left to ask',
    'newer batch',
    /** Nothing was decided: an admin chose the model, and this is what was known of it then. */
    'pinned',
  ]),
  /** False: "no clear winner", the model is only the best so far. */
  isWinner: z.boolean(),
  model: z.string(),
  tiedWith: z.array(z.string()),
  /** Probability that no other model is better by more than `tolerance` (a share of the images). */
  confidence: z.number(),
  tolerance: z.number(),
  /** Expected share of the batch that the model gets right, and its standard deviation. */
  accuracy: z.number(),
  accuracySd: z.number(),
  runnerUp: z.object({ model: z.string(), accuracy: z.number() }).optional(),
  /** What served when the round ended, where it is one of its models, and the same of it. */
  present: z.object({ model: z.string(), accuracy: z.number(), accuracySd: z.number() }).optional(),
  labels: z.number(),
  annotators: z.array(z.string()),
  /** Models that these people's labels cannot tell apart, the share of the batch on which they differ, and second looks. */
  inseparable: z
    .object({ models: z.array(z.string()), apart: z.number(), looks: z.object({ of: z.number(), cases: z.number() }) })
    .optional(),
  /** The winner is deployed once an admin has said yes. */
  doubt: Doubt.optional(),
  /** The deployed model that stays, because the winner is expected to be better by `behind` only, and asked for more than `unlessBetterBy`: shares. */
  kept: z.object({ model: z.string(), behind: z.number(), unlessBetterBy: z.number() }).optional(),
});
export type Result = z.infer<typeof Result>;

/** One image drawn at random: the answer about it, whether the model had it right by that, and the chance it was given before. */
const Look = z.object({ answer: z.string(), isRight: z.boolean(), forecast: z.number() });

/** How often a model is right on its batch, measured on images drawn at random. */
export const Measured = z.object({
  /** Share of the batch, and how far off it is in 5 of 100 cases at most. */
  accuracy: z.number(),
  halfWidth: z.number(),
  looks: z.array(Look),
  /** How many images were labeled before, and how many of them the model is taken to have right. */
  known: z.object({ images: z.number(), right: z.number() }),
  /** How many images nobody had labeled, and the mean chance that was given to the model on them. */
  others: z.object({ images: z.number(), forecast: z.number() }),
  /** What the same images say of the model that served until then, where that is another one. */
  served: z.object({ accuracy: z.number(), halfWidth: z.number() }).optional(),
});
export type Measured = z.infer<typeof Measured>;

const common = {
  /** Adding a fact with a key that is already there changes nothing. */
  key: z.string().min(1),
  /** ISO 8601, UTC. */
  at: z.iso.datetime(),
};

/** One thing that happened in a round. Facts are only ever added. */
export const Fact = z.discriminatedUnion('kind', [
  z.object({
    ...common,
    kind: z.literal('round'),
    batch: z.string(),
    classes: z.array(z.string()),
    images: z.number(),
    models: z.array(Model),
    /** SHA-256 of the prediction matrix the answers are about. */
    predictions: z.string(),
    leftOut: z.array(Excluded),
    setAside: z.array(Excluded),
    rules: Rules,
    /**
     * Earlier batches whose answers its belief starts from, oldest first, and how many stood there; `persons` where it starts
     * from what they taught of each person, too, which rounds of earlier versions did not, and `share` what their evidence counts,
     * which was less in earlier versions.
     */
    takesOver: z
      .array(
        z.object({
          batch: z.string(),
          answers: z.number(),
          persons: z.boolean().optional(),
          share: z.number().optional(),
        }),
      )
      .optional(),
  }),
  /** An image put to everybody (on the card) or leased to one person until a time. */
  z.object({
    ...common,
    kind: z.literal('question'),
    image: z.number(),
    askedOf: z.string().nullable(),
    until: z.iso.datetime().optional(),
    /** The result whose model it measures: then the image is drawn at random, and its answer decides nothing. */
    measures: z.number().optional(),
    /** The result that stood when somebody wanted another look at this image; the answer decides nothing while it stands. */
    again: z.number().optional(),
  }),
  /** `class` is null for "can't tell". */
  z.object({
    ...common,
    kind: z.literal('answer'),
    question: z.string(),
    image: z.number(),
    /** The image's file, relative to the batch's folder: what the label is about for everybody else. */
    file: z.string(),
    class: z.number().nullable(),
    annotator: z.string(),
  }),
  /** Somebody put off the image they were asked about alone: it is for others, or for them when nothing else is left. */
  z.object({ ...common, kind: z.literal('later'), question: z.string() }),
  z.object({ ...common, kind: z.literal('undo'), answer: z.string(), by: z.string() }),
  z.object({ ...common, kind: z.literal('pause'), by: z.string() }),
  z.object({ ...common, kind: z.literal('resume'), by: z.string() }),
  z.object({ ...common, kind: z.literal('result'), result: Result }),
  z.object({ ...common, kind: z.literal('withdrawal'), result: z.number(), by: z.string() }),
  /** An admin's word on a winner that waits for one: deploy it, or keep what is deployed. */
  z.object({ ...common, kind: z.literal('ruling'), result: z.number(), by: z.string(), deploys: z.boolean() }),
  z.object({ ...common, kind: z.literal('deployment'), result: z.number() }),
  /** Somebody wants a result measured on so many images in all; what was wanted last counts. */
  z.object({ ...common, kind: z.literal('measuring'), result: z.number(), images: z.number(), by: z.string() }),
  /** Somebody doubts the label of an image, and wants somebody else to look while a result stands. */
  z.object({ ...common, kind: z.literal('recheck'), result: z.number(), image: z.number(), by: z.string() }),
  z.object({ ...common, kind: z.literal('measured'), result: z.number(), measured: Measured }),
  /**
   * An admin's word that a model is to serve until somebody takes that back: an earlier winner of batch `of`, or any model of
   * the pool, of which `claim` is what was known then.
   */
  z.object({
    ...common,
    kind: z.literal('pin'),
    by: z.string(),
    why: z.string().optional(),
    of: z.string(),
    claim: Result,
    isRollback: z.boolean(),
  }),
  z.object({ ...common, kind: z.literal('unpin'), by: z.string() }),
  /** What serves from now on by a pin (its key), or again because there is none any more. */
  z.object({
    ...common,
    kind: z.literal('placement'),
    of: z.string(),
    result: z.number(),
    pin: z.string().optional(),
  }),
  /** A target has what is to serve, or a listener was told of an event: `of` names it. */
  z.object({ ...common, kind: z.literal('handover'), target: z.string(), of: z.string() }),
  /** A batch of which there are no predictions yet, and why. */
  z.object({ ...common, kind: z.literal('failure'), reason: z.string() }),
  /** An admin has the models run again on a batch, after the failure of this number. */
  z.object({ ...common, kind: z.literal('rerun'), failure: z.number(), by: z.string() }),
  /** A hand-over that does not work yet: to one target, or to the folder where none is named. */
  z.object({
    ...common,
    kind: z.literal('trouble'),
    batch: z.string(),
    model: z.string().optional(),
    target: z.string().optional(),
    problem: z.string(),
  }),
  /** The batch differs from those before it: `data` says how (`drift.ts`). */
  z.object({ ...common, kind: z.literal('drift'), data: z.record(z.string(), z.unknown()) }),
  /** Admins were told that a step fails, and its cure. */
  z.object({ ...common, kind: z.literal('told'), about: z.string() }),
  /** What they were told of works again. */
  z.object({ ...common, kind: z.literal('cured'), about: z.string() }),
  /** Written before a message is posted: without its `posted`, nobody knows whether it arrived. */
  z.object({ ...common, kind: z.literal('posting'), message: z.string() }),
  z.object({ ...common, kind: z.literal('posted'), message: z.string(), channel: z.string(), ts: z.string() }),
]);
export type Fact = z.infer<typeof Fact>;

/** The facts of one kind. */
export type FactOf<Kind extends Fact['kind']> = Extract<Fact, { kind: Kind }>;
