/** Uniform numbers in [0, 1), the same for the same seed on every machine. */
export type Chance = () => number;

/**
 * A small generator, seeded from whole numbers (a draw, an image, an opinion): so one strategy's luck does not depend on
 * what another one asked.
 *
 * @see Bryc's mulberry32, https://github.com/bryc/code/blob/master/jshash/PRNGs.md
 */
export function chanceFrom(...seeds: readonly number[]): Chance {
  let state = seeds.reduce((mixed, seed) => Math.imul(mixed ^ (seed + 0x9e3779b9), 0x85ebca6b) ^ (mixed >>> 13), 1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` different numbers below `limit`, in random order. */
export function sample(count: number, limit: number, chance: Chance): Int32Array {
  const all = Int32Array.from({ length: limit }, (_, index) => index);
  for (let place = 0; place < count; place++) {
    const other = place + Math.floor(chance() * (limit - place));
    [all[place], all[other]] = [all[other]!, all[place]!];
  }
  return all.subarray(0, count);
}
