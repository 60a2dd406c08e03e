/** How bytes of an image become numbers: (x * scale - mean) / std, a mean and std for each channel. */
export type PixelValues = { readonly scale: number; readonly mean: readonly number[]; readonly std: readonly number[] };

/** A mean or deviation above this is one of values from 0 to 255. */
const UNIT_MAX = 2;

/**
 * What is said of mean and std, for as many channels as there are; where nobody says the scale, it follows from them.
 *
 * @throws when they cannot be meant so.
 */
type Stated = { readonly mean?: readonly number[] | undefined; readonly std?: readonly number[] | undefined };

export function pixelValues(
  said: { mean: readonly number[]; std: readonly number[]; scale?: number | undefined },
  count: 1 | 3,
): PixelValues {
  const [mean, std] = [spread(said.mean, count, 'mean'), spread(said.std, count, 'std')];
  const scale = said.scale ?? scaleOf(said);
  const values = { scale, mean, std };
  const { from, to } = fedRange(values);
  const fullness = Math.max(...std.map((value) => (255 * scale) / value));
  const isAlike = fullness < 0.05 || Math.abs(from + to) / 2 > 10 * fullness;
  // A mean of one size and a deviation of the other.
  const isMixed = scale === 1 && mean.some((value) => value > 0 && value < 1) && std.some((value) => value > UNIT_MAX);
  if (isAlike || isMixed || Math.max(-from, to) > 300) {
    const range = `from ${rounded(255 * 0 * scale)} to ${rounded(255 * scale)}`;
    throw new Error(
      `a mean of ${mean.join(', ')} and a std of ${std.join(', ')} cannot be those of values ${range}: correct mean, std or scale in a modelpicker.json beside it`,
    );
  }
  return values;
}

/** 1 where mean and std are those of values from 0 to 255. */
export function scaleOf({ mean = [], std = [] }: Stated): number {
  return Math.max(...mean, ...std) > UNIT_MAX ? 1 : 1 / 255;
}

/** The smallest and the largest number a model can be fed. */
export function fedRange({ scale, mean, std }: PixelValues): { from: number; to: number } {
  return {
    from: Math.min(...mean.map((value, channel) => -value / std[channel]!)),
    to: Math.max(...mean.map((value, channel) => (255 * scale - value) / std[channel]!)),
  };
}

/** At most four digits. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function spread(values: readonly number[], count: 1 | 3, field: string): number[] {
  if (values.length === count) return [...values];
  const [first] = values as [number];
  if (values.every((value) => value === first)) return Array.from({ length: count }, () => first);
  throw new Error(
    `it takes gray images, and "${field}" has a number for each of three channels: say one number in a modelpicker.json beside it`,
  );
}
