import type { LooksAtModel } from './looks.ts';

/** What was claimed of a model's share right before any image was drawn at random, and what those images then showed. */
export type CheckedClaim = Pick<LooksAtModel, 'looks' | 'known' | 'others'> & {
  /** The claim: the share lies between these. */
  readonly low: number;
  readonly high: number;
  /** Images of the batch. */
  readonly images: number;
};

/** Of so many claims at least this many are true, with the confidence asked for. */
export type Audit = { readonly claims: number; readonly trueAtLeast: number; readonly looks: number };

/** Shares of the most that may be bet, and of the forecast that is taken off; what they make is averaged. Any are honest, these found most. */
const BETS = [0.3, 0.6];
const FORECAST_SHARES = [0.3, 0.7];

/**
 * How many of the claims are true, by the random images alone: it holds whatever the method assumes, for any number of
 * images at any time, as long as they were drawn at random and labeled rightly. Each claim gets an e-value against "it is
 * false"; at most as many are false as have a product below 1 / (1 − confidence), the smallest first.
 *
 * @see I. Waudby-Smith, A. Ramdas, Estimating means of bounded random variables by betting, JRSS B 86 (2024): the bets, and
 * sampling without replacement
 * @see A. N. Angelopoulos et al., Prediction-powered inference, Science 382 (2023): forecasts that only make it sharper
 * @see V. Vovk, R. Wang, Confidence and discoveries with e-values, Statistical Science 38 (2023): how many are false
 */
export function auditClaims(claims: readonly CheckedClaim[], confidence = 0.95): Audit {
  const evidence = claims.map(evidenceFor).sort((a, b) => a - b);
  let falseAtMost = 0;
  let product = 1;
  for (const [place, one] of evidence.entries()) {
    product *= one;
    if (product < 1 / (1 - confidence)) falseAtMost = place + 1;
  }
  const looks = claims.reduce((sum, claim) => sum + claim.looks.length, 0);
  return { claims: claims.length, trueAtLeast: claims.length - falseAtMost, looks };
}

/** The e-value against "this claim is false": both of its ends have to be beaten. */
export function evidenceFor({ looks, known, others, low, high, images }: CheckedClaim): number {
  // Images that nobody could tell may all be wrong, or all right.
  const unknown = images - known.images - others.images;
  const leastMean = (low * images - known.right) / others.images;
  const mostMean = (high * images - known.right - unknown) / others.images;
  const right = looks.map(({ isRight, forecast }) => ({ value: isRight ? 1 : 0, forecast }));
  const wrong = right.map(({ value, forecast }) => ({ value: 1 - value, forecast: 1 - forecast }));
  const total = others.images;
  return Math.min(
    wealthAgainst(leastMean, right, { total, forecast: others.forecast }),
    wealthAgainst(1 - mostMean, wrong, { total, forecast: 1 - others.forecast }),
  );
}

type Draw = { readonly value: number; readonly forecast: number };

/** What bets make of 1 if the mean of all `total` values is at most `mean`: it is expected to stay below 1 then. */
function wealthAgainst(
  mean: number,
  draws: readonly Draw[],
  all: { readonly total: number; readonly forecast: number },
): number {
  if (mean < 0) return Number.POSITIVE_INFINITY;
  const wealths = BETS.flatMap((bet) => FORECAST_SHARES.map((share) => wealthOf(mean, draws, { ...all, bet, share })));
  return wealths.reduce((sum, wealth) => sum + wealth, 0) / wealths.length;
}

function wealthOf(
  mean: number,
  draws: readonly Draw[],
  { total, forecast: usual, bet, share }: { total: number; forecast: number; bet: number; share: number },
): number {
  let wealth = 1;
  let seen = 0;
  // A value less its forecast, whose mean over all is known: what it still says, with less luck in it.
  const least = -share * (1 - usual);
  for (const [nth, { value, forecast }] of draws.entries()) {
    const left = total - nth;
    // Drawn without replacement: what was seen is not drawn again.
    const expected = (total * mean - seen) / left;
    const adjusted = value - share * (forecast - usual);
    seen += adjusted;
    if (expected <= least) return Number.POSITIVE_INFINITY;
    wealth *= 1 + (bet / (expected - least)) * (adjusted - expected);
  }
  return wealth;
}
