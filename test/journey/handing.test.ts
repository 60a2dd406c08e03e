import { expect, test } from 'vitest';
import { playLives } from './lives.ts';

test('killed while it announces, deploys, hands over and goes back, the bot ends with what the facts say in every place', {
  timeout: 600_000,
}, async () => {
  const { faults, died, events, winner } = await playLives('ask', [9, 150, 61, 24, 88, 36, 70, 47]);
  expect(faults).toEqual([]);
  expect(died).toHaveLength(8);
  expect(winner).toBe('fog');
  expect(events).toBeGreaterThan(3);
});
