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

/** What is taken for granted about votes and clicks; everything else is learned. */
export type Assumptions = {
  /** Share of the uniform mixed into every predicted label, so that nothing is ever thought impossible. */
  readonly lapse: number;
  /** nu0: click noise assumed when learning weights, even where clicks are the truth: one odd image must not rule. */
  readonly learningNoise: number;
  /** Where wrong clicks land: evenly on any other outcome, or where the models' votes are. */
  readonly wrongClicks: 'anywhere' | 'towards votes';
  /** Whether it is learned what it means that two models agree, beyond what each one's vote means. */
  readonly pairTerms: boolean;
};

/** Chosen on one half of the benchmark's sets; `docs/evidence.md` says what the other half showed. */
export const ASSUMPTIONS: Assumptions = {
  lapse: 0.005,
  learningNoise: 0.05,
  wrongClicks: 'towards votes',
  pairTerms: true,
};

/** kappa: how much wider real score differences spread than the model says (measured z-scores have rms 1.1-1.5). */
export const DISPERSION = 2;

/** nc: rivals of the leader whose weight uncertainty is computed exactly. */
export const EXACT_RIVALS = 8;

/** Answers in a row after which a reached confidence is believed. */
export const PATIENCE = 5;
