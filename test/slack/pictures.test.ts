import { expect, test } from 'vitest';
import { drawLeaderboard } from '../../src/picture/leaderboard.ts';
import { drawTrend } from '../../src/picture/trend.ts';
import { drawAside } from '../../src/slack/out/pictures/aside.ts';
import { sentences } from '../../src/slack/say/sentences.ts';
import type { Trend } from '../../src/task/days/trend.ts';
import type { Leaderboard } from '../../src/task/people.ts';

const leaderboard: Leaderboard = {
  models: [
    { name: 'generalist', accuracy: 0.9, accuracySd: 0.01, chanceBest: 0.96 },
    { name: 'night', accuracy: 0.8, accuracySd: 0.02, chanceBest: 0.04 },
  ],
  confidencePath: [0.3, Number.NaN, 0.96],
  patience: 5,
  target: 0.95,
  tolerance: 0,
  images: 100,
};

test('a picture drawn beside everything else is the one drawn at once, to the byte', async () => {
  const words = sentences.picture.words(leaderboard);
  const [aside, again, trend] = await Promise.all([
    drawAside({ kind: 'leaderboard', leaderboard }),
    drawAside({ kind: 'leaderboard', leaderboard }),
    drawAside({ kind: 'trend', trend: [] }),
  ]);
  expect(aside).toEqual(await drawLeaderboard(leaderboard, words));
  expect(again).toEqual(aside);
  expect(trend).toEqual(await drawTrend([], sentences.trend.words));
});

test('what cannot be drawn says why, and the next picture is drawn all the same', async () => {
  const broken = drawAside({ kind: 'trend', trend: undefined as unknown as Trend });
  const next = drawAside({ kind: 'leaderboard', leaderboard });
  await expect(broken).rejects.toThrow('map');
  expect((await next).length).toBeGreaterThan(1_000);
});
