import { expect, test } from 'vitest';
import { votesOf } from '../scripts/large/batch.ts';
import { clicksOn } from '../scripts/large/seed.ts';
import { openBeliefLog } from '../src/task/beliefs/log.ts';

const rules = { confidence: 0.999, tolerance: 0, budget: 10_000, deadlineHours: 0, opinions: 1 };

test('in a made-up large batch so many models are equally good that labels do not end its round', () => {
  const votes = votesOf(false, 1_500, 40, 50);
  const clicks = clicksOn(votes, rules, ['U1', 'U2', 'U3'], 300);
  const view = openBeliefLog({ matrix: votes.matrix, rules }).view(clicks, [], 12);
  expect(view.sure).toBeUndefined();
  expect(view.cannotTell).toBeUndefined();
  expect(view.confidenceBest).toBeLessThan(0.99);
  expect(view.next).toHaveLength(12);
});
