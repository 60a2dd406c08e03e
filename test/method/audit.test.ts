import { describe, expect, test } from 'vitest';
import { auditClaims, type CheckedClaim, evidenceFor } from '../../src/method/audit.ts';
import { chanceFrom, sample } from '../../src/simulate/chance.ts';

type Day = { readonly accuracy: number; readonly low: number; readonly high: number; readonly looks?: number };

/** A batch of 300 images on which a model has `accuracy` right, 40 of them labeled before, and 20 drawn at random. */
function checkedDay({ accuracy, low, high, looks = 20 }: Day, seed: number, informed = 0.5): CheckedClaim {
  const chance = chanceFrom(seed, 3);
  const others = Array.from({ length: 260 }, () => chance());
  const right = Math.round(accuracy * 300) - 30;
  // The forecasts know something of which images are hard.
  const hardness = others.map((luck) => informed * luck + (1 - informed) * chance());
  const order = [...hardness.keys()].sort((a, b) => hardness[a]! - hardness[b]!);
  const isRight = new Set(order.slice(0, right));
  const forecast = others.map((luck) => 1 - 0.9 * luck);
  const drawn = [...sample(looks, 260, chanceFrom(seed, 4))];
  return {
    ...{ low, high, images: 300 },
    looks: drawn.map((image) => ({ isRight: isRight.has(image), forecast: forecast[image]! })),
    known: { images: 40, right: 30 },
    others: { images: 260, forecast: forecast.reduce((sum, one) => sum + one) / 260 },
  };
}

describe('an audit by images drawn at random', () => {
  test('finds most of what is true: 41 days of claims 30 points wide, 20 images each', () => {
    const claims = Array.from({ length: 41 }, (_, seed) => checkedDay({ accuracy: 0.82, low: 0.67, high: 0.97 }, seed));
    const { trueAtLeast, claims: all, looks } = auditClaims(claims);
    expect([all, looks]).toEqual([41, 820]);
    expect(trueAtLeast / all).toBeGreaterThan(0.7);
  });

  test('holds however wrong the claims are: it counts too many as true in at most 5 of 100 runs', () => {
    // A third of the claims hold; the others miss the truth by a point, on either side, which is hardest to see.
    const kinds: readonly Day[] = [
      { accuracy: 0.8, low: 0.7, high: 0.9 },
      { accuracy: 0.8, low: 0.81, high: 1 },
      { accuracy: 0.8, low: 0.6, high: 0.79 },
    ];
    let wrong = 0;
    for (let run = 0; run < 400; run++) {
      const claims = Array.from({ length: 12 }, (_, day) => checkedDay(kinds[day % 3]!, 1_000 * run + day));
      if (auditClaims(claims).trueAtLeast > 4) wrong += 1;
    }
    expect(wrong / 400).toBeLessThan(0.05);
  });

  test('an e-value against a false claim is 1 at most on average, whatever the forecasts are worth', () => {
    for (const informed of [0, 0.5, 1]) {
      for (const ends of [
        { low: 0.8034, high: 1 },
        { low: 0, high: 0.7966 },
      ]) {
        const values = Array.from({ length: 2_000 }, (_, seed) =>
          evidenceFor(checkedDay({ accuracy: 0.8, ...ends }, seed, informed)),
        );
        expect(values.reduce((sum, one) => sum + one) / values.length).toBeLessThan(1.05);
      }
    }
  });

  test('forecasts that know something make it sharper', () => {
    const claim = (informed: number, seed: number) =>
      Math.log(evidenceFor(checkedDay({ accuracy: 0.85, low: 0.65, high: 1 }, seed, informed)));
    const mean = (informed: number) =>
      Array.from({ length: 200 }, (_, seed) => claim(informed, seed)).reduce((sum, one) => sum + one) / 200;
    expect(mean(1)).toBeGreaterThan(mean(0));
  });

  test('no image is drawn twice: once all were drawn, a claim one point to each side is proved, and a false one is not', () => {
    for (let seed = 0; seed < 20; seed++) {
      const claim = (low: number, high: number) => checkedDay({ accuracy: 0.8, low, high, looks: 260 }, seed);
      expect(evidenceFor(claim(0.79, 0.81))).toBe(Number.POSITIVE_INFINITY);
      expect(evidenceFor(claim(0.81, 1))).toBeLessThan(1);
      expect(evidenceFor(claim(0, 0.79))).toBeLessThan(1);
    }
  });

  test('a claim that what is labeled already proves needs no image, and none says nothing', () => {
    const day = checkedDay({ accuracy: 0.8, low: 0.05, high: 1, looks: 0 }, 1);
    expect(evidenceFor(day)).toBe(Number.POSITIVE_INFINITY);
    expect(auditClaims([checkedDay({ accuracy: 0.8, low: 0.7, high: 0.9, looks: 0 }, 1)]).trueAtLeast).toBe(0);
    expect(auditClaims([])).toEqual({ claims: 0, trueAtLeast: 0, looks: 0 });
  });
});
