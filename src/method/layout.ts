import { type Assumptions, CLASS_TERMS_MAX, PAIR_TERMS_MAX, SKILL_TERMS_MAX } from './constants.ts';

/** Index of s, the strength all votes share. */
export const STRENGTH = 0;

/** Index of o, the logit of "a class nobody predicted". */
export const OTHER = 1;

/** Index of the first model's own weight (delta); the others follow. */
export const WEIGHTS = 2;

/** Where the optional blocks of the parameter vector lie; -1 where a block would be too large to be worth learning. */
export type Layout = {
  /** D: parameters in all. */
  readonly size: number;
  /** b: one term a class. */
  readonly classTerms: number;
  /** eta: `skillTerms + model * classCount + class`. */
  readonly skillTerms: number;
  /** Where the terms by pair of models start. */
  readonly pairTerms: number;
  /** How many there are: every pair's, or 0. */
  readonly pairs: number;
};

/** The parameter vector for so many distinct models and classes. */
export function layoutOf(models: number, classCount: number, { pairTerms: isByPair }: Assumptions): Layout {
  let size = WEIGHTS + models;
  const classTerms = classCount <= CLASS_TERMS_MAX ? size : -1;
  if (classTerms >= 0) size += classCount;
  const skillTerms = models * classCount <= SKILL_TERMS_MAX ? size : -1;
  if (skillTerms >= 0) size += models * classCount;
  const pairsOfModels = (models * (models - 1)) / 2;
  const pairs = isByPair && pairsOfModels <= PAIR_TERMS_MAX ? pairsOfModels : 0;
  return { size: size + pairs, classTerms, skillTerms, pairTerms: size, pairs };
}
