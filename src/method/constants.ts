/**
 * The method's constants: the same for every data set, never tuned per pool. `docs/method.md` gives each its symbol
 * and its reason.
 */

/** T: logit by which a unanimous vote beats an answer nobody gave, before any label. Also the scale's prior deviation. */
export const VOTE_STRENGTH = 2;

/** sdB: prior deviation of how much more often a class occurs than the votes say. */
export const CLASS_DEVIATION = 1;

/** sdO: prior deviation of the logit of "a class nobody predicted". */
export const OTHER_DEVIATION = 2;

/** Class terms exist up to this many classes. */
export const CLASS_TERMS_MAX = 64;

/** Model-by-class terms exist up to this many of them. */
export const SKILL_TERMS_MAX = 250;

/** Terms by pair of models exist up to this many of them: 12 models. */
export const PAIR_TERMS_MAX = 66;

/** One way in which people may err; which of them holds is learned from their clicks. */
type Scenario = {
  /** Share of clicks that would be wrong, had people labeled the whole batch. */
  readonly rate: number;
  /** Belief in it before any click; all of them sum to 1. */
  readonly prior: number;
};

/** What is taken for granted about votes and clicks; everything else is learned. */
export type Assumptions = {
  /** Share of the uniform mixed into every predicted label, so that nothing is ever thought impossible. */
  readonly lapse: number;
  /** nu0: click noise assumed when learning weights, even where clicks are the truth: one odd image must not rule. */
  readonly learningNoise: number;
  /** What of people's error rate weights are learned with, besides; less, since a wrong click rarely outvotes the rest. */
  readonly learningShare: number;
  /** Where wrong clicks land: evenly on any other outcome, or where the models' votes are. */
  readonly wrongClicks: 'anywhere' | 'towards votes';
  /** Whether it is learned what it means that two models agree, beyond what each one's vote means. */
  readonly pairTerms: boolean;
  /** Whether a further click on an image teaches the weights only what it adds to the earlier ones. */
  readonly learnsOnce: boolean;
  readonly scenarios: readonly Scenario[];
  /** Chance that a second person makes the first one's mistake, beyond what makes both likely to err. */
  readonly alike: number;
  /**
   * kappa: how much wider real score differences spread than the model says, where nobody answered and where somebody
   * did.
   */
  readonly dispersion: number;
  readonly answeredDispersion: number;
  /** Most of a person's clicks that can be guesses. */
  readonly noiseMax: number;
  /** What people's mistakes may favor together, beyond what each image's label leaves open (`scenario-gaps.ts`). */
  readonly lean: { readonly cluster: number; readonly share: number; readonly power: number };
  /** Second looks where a claim is nearly sure, also once one named another class; the most of all clicks that go to looks. */
  readonly looks: { readonly least: number; readonly leastOnceContradicted: number; readonly share: number };
  /** What a first click on an image counts as evidence of how much people err: it is held against votes alone. */
  readonly firstLook: number;
  /** Belief, before a person's first click, that this person clicks at random. */
  readonly randomPerson: number;
};

/** Rates of wrong clicks and the belief in each before any click: a mean of 7.5 %, more than half of it below 5 %. */
const RATES = [
  [0.002, 0.1],
  [0.01, 0.16],
  [0.02, 0.17],
  [0.035, 0.14],
  [0.06, 0.14],
  [0.1, 0.12],
  [0.2, 0.11],
  [0.4, 0.06],
] as const;

/** Chosen on one half of the benchmark's sets; `docs/evidence.md` says what the other half showed. */
export const ASSUMPTIONS: Assumptions = {
  lapse: 0.005,
  learningNoise: 0.05,
  learningShare: 0.3,
  wrongClicks: 'towards votes',
  pairTerms: true,
  learnsOnce: true,
  alike: 0.1,
  scenarios: RATES.map(([rate, prior]) => ({ rate, prior })),
  dispersion: 1.4,
  answeredDispersion: 1,
  noiseMax: 0.9,
  lean: { cluster: 12, share: 0.32, power: 5 },
  looks: { least: 10, leastOnceContradicted: 20, share: 0.25 },
  firstLook: 0.5,
  randomPerson: 0.02,
};

/** Chance that a person asked again about an own image says the same as before, whatever it was. */
export const REPEAT = 0.5;

/** Images a person answers in between before being asked about the same one again. */
export const REPEAT_AFTER = 20;

/** How much wider real accuracies spread than the model says (measured z-scores have rms 1.1-1.5). */
export const DISPERSION = 2;

/** nc: rivals of the leader whose weight uncertainty is computed exactly. */
export const EXACT_RIVALS = 8;

/** Answers in a row after which a reached confidence is believed. */
export const PATIENCE = 5;

/**
 * What yesterday's evidence may count today, of what it counted then (`share`; `shareBefore` in rounds of earlier versions),
 * and the `chance` of that before today's first answer, against somebody who knows nothing of yesterday. `people` is the
 * share for how people err. A person's log odds of clicking at random begin at most `trustMost` below anybody's, and at
 * `doubtMost` at most. Another belief is given up once one of them foretold the answers better by `forget` (as a logarithm).
 */
export const INHERITANCE = {
  share: 0.5,
  shareBefore: 0.25,
  chance: 0.7,
  people: 0.25,
  trustMost: 1.5,
  doubtMost: 1,
  forget: 5,
} as const;
