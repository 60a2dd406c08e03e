import { integralsOf, POINTS } from './best.ts';

/** How far the ends of the grid stay off 0 and 1; this and its points are those of CODA's authors. */
const MARGIN = 1e-6;
/** The least chance whose logarithm is taken. */
const LEAST = 1e-30;

const STEP = (1 - 2 * MARGIN) / (POINTS - 1);
const GRID = Float64Array.from({ length: POINTS }, (_, point) => MARGIN + point * STEP);
const LOG_GRID = GRID.map((x) => Math.log(x));
const LOG_REST = GRID.map((x) => Math.log1p(-x));

/** Every model's recall on one class, as Beta distributions on the grid: `[model * POINTS + point]`. */
type Recalls = {
  /** Logarithm of the chance that the recall is lower than at this point. */
  readonly logBelow: Float64Array;
  /** The density over that chance, times the point's weight in an integral. */
  readonly hazard: Float64Array;
};

/** Each model's chance of having the highest recall on one class: as believed now, or after one more label. */
export type BestOnClass = {
  readonly now: Float64Array;
  /** After a label of this class on an image where `isRight[model]` is 1 for the models that say so. Cost: models x 256. */
  afterLabel(isRight: Uint8Array): Float64Array;
};

/**
 * Which model has the highest recall on one class: for each model the integral of its density times the chance that all
 * others are lower, by the trapezoid rule, scaled to sum to 1.
 *
 * @param right `right[model]`, with `wrong[model]` the parameters of the Beta of the model's recall; at least 1.
 */
export function bestOnClass(right: Float64Array, wrong: Float64Array): BestOnClass {
  const now = recallsOf(right, wrong, 0, 0);
  const ifRight = recallsOf(right, wrong, 1, 0);
  const ifWrong = recallsOf(right, wrong, 0, 1);
  const logAllWrong = logAllBelow(ifWrong);
  const logsGained = ifRight.logBelow.map((log, at) => log - ifWrong.logBelow[at]!);
  // Below, all models are lower with no chance to speak of: so too if some are right, whose recall is then higher.
  const first = 4 * Math.floor(logAllWrong.findIndex((log) => log > Math.log(LEAST)) / 4);

  const curves = { logs: logAllWrong, gained: logsGained, ifRight: ifRight.hazard, ifWrong: ifWrong.hazard, first };
  const afterLabel = (isRight: Uint8Array) => scaled(integralsOf(curves, isRight));

  return { now: chancesBest(logAllBelow(now), now), afterLabel };
}

function recallsOf(right: Float64Array, wrong: Float64Array, moreRight: number, moreWrong: number): Recalls {
  const logBelow = new Float64Array(right.length * POINTS);
  const hazard = new Float64Array(right.length * POINTS);
  for (let model = 0; model < right.length; model++) {
    // Where a class is rare, many models have the same record on it.
    const twin = right.findIndex((count, other) => count === right[model] && wrong[other] === wrong[model]);
    if (twin < model) {
      for (const curve of [logBelow, hazard]) curve.copyWithin(model * POINTS, twin * POINTS, (twin + 1) * POINTS);
    } else {
      const start = model * POINTS;
      draw(right[model]! + moreRight, wrong[model]! + moreWrong, {
        logBelow: logBelow.subarray(start, start + POINTS),
        hazard: hazard.subarray(start, start + POINTS),
      });
    }
  }
  return { logBelow, hazard };
}

/** Writes the curves of one model, whose recall is distributed as Beta(a, b). */
function draw(a: number, b: number, { logBelow, hazard }: Recalls): void {
  const logScale = logGamma(a + b) - logGamma(a) - logGamma(b);
  let below = 0;
  let last = 0;
  for (let point = 0; point < POINTS; point++) {
    const density = Math.exp(logScale + (a - 1) * LOG_GRID[point]! + (b - 1) * LOG_REST[point]!);
    if (point > 0) below += 0.5 * (density + last) * STEP;
    last = density;
    const chance = Math.max(below, LEAST);
    const isEnd = point === 0 || point === POINTS - 1;
    logBelow[point] = Math.log(chance);
    hazard[point] = ((isEnd ? 0.5 : 1) * STEP * density) / chance;
  }
}

/** At each point, the logarithm of the chance that every model's recall is lower. */
function logAllBelow({ logBelow }: Recalls): Float64Array {
  const logs = new Float64Array(POINTS);
  for (let at = 0; at < logBelow.length; at++) logs[at % POINTS]! += logBelow[at]!;
  return logs;
}

/** The chance that all others are lower is the chance that all are, divided by the model's own: its hazard does so. */
function chancesBest(logs: Float64Array, { hazard }: Recalls): Float64Array {
  const allBelow = logs.map((log) => Math.exp(log));
  const chances = new Float64Array(hazard.length / POINTS);
  for (let model = 0; model < chances.length; model++) {
    // Four at a time, as best.wat does.
    for (let point = 0, at = model * POINTS; point < POINTS; point += 4, at += 4) {
      chances[model]! +=
        allBelow[point]! * hazard[at]! +
        allBelow[point + 1]! * hazard[at + 1]! +
        allBelow[point + 2]! * hazard[at + 2]! +
        allBelow[point + 3]! * hazard[at + 3]!;
    }
  }
  return scaled(chances);
}

/** In proportion, so that they sum to 1. */
function scaled(chances: Float64Array): Float64Array {
  const total = chances.reduce((sum, chance) => sum + chance, 0);
  return chances.map((chance) => chance / total);
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/**
 * Logarithm of the gamma function, from 1 on, to 1e-14.
 *
 * @see C. Lanczos, A Precision Approximation of the Gamma Function (1964), with P. Godfrey's coefficients
 */
function logGamma(x: number): number {
  const series = LANCZOS.reduce(
    (sum, coefficient, index) => sum + (index === 0 ? coefficient : coefficient / (x - 1 + index)),
    0,
  );
  const shifted = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(shifted) - shifted + Math.log(series);
}
