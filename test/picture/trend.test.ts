import sharp from 'sharp';
import { expect, test } from 'vitest';
import { type DrawnDay, drawTrend, trendSvg } from '../../src/picture/trend.ts';
import { sentences } from '../../src/slack/say/sentences.ts';

const { words } = sentences.trend;
const steady: DrawnDay = {
  name: '2026-11-02',
  winner: 'fog',
  right: { accuracy: 0.86, accuracySd: 0.03 },
  labels: 31,
  isUnlike: false,
};
const changed: DrawnDay = {
  ...steady,
  winner: 'night',
  right: { accuracy: 0.74, accuracySd: 0.03 },
  served: { accuracy: 0.51, accuracySd: 0.05 },
  isUnlike: true,
};
const open: DrawnDay = { name: '2026-11-04', winner: 'open', labels: 3, isUnlike: false };

/** Where the dots of winners stand from left to right. */
function dots(svg: string): number[] {
  return [...svg.matchAll(/<circle cx="([\d.]+)" cy="[\d.]+" r="5"/g)].map(([, x]) => Number(x)).slice(0, -1);
}

test('a day with a winner is a dot in its row, further to the right the more it has right; an open day has none', () => {
  const [first, second, ...more] = dots(trendSvg([steady, changed, open], words));
  expect(first).toBeGreaterThan(second!);
  expect(more).toEqual([]);
});

test('what was deployed until then, and a change of the images, are drawn and explained only where there are such', () => {
  const svg = trendSvg([steady, changed], words);
  expect(svg.match(/stroke-dasharray/g)).toHaveLength(2);
  expect(svg.match(/r="4"/g)).toHaveLength(2);
  const alone = trendSvg([steady], words);
  expect(alone).not.toMatch(/stroke-dasharray|r="4"/);
});

test('the picture needs no font, has a sheet of its own, and grows by a row a day', async () => {
  const svg = trendSvg([steady, changed, open], words);
  expect(svg).not.toContain('<text');
  expect(svg).not.toContain('NaN');
  const heights = await Promise.all(
    [[steady], [steady, steady]].map(async (days) => (await sharp(await drawTrend(days, words)).metadata()).height),
  );
  expect(heights[1]! - heights[0]!).toBe(70);
  expect(svg).toContain('rx="10" fill="#f8f9fb"');
});

test('days without any winner are drawn, too', () => {
  expect(trendSvg([open], words)).not.toContain('NaN');
  expect(dots(trendSvg([open], words))).toEqual([]);
});
