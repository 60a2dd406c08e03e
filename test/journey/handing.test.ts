import { expect, test } from 'vitest';
import { playLives } from './lives.ts';

// `scripts/kill.ts --handing` goes on for as long as wanted, also while an admin goes back to another winner: minutes a life.
test('killed while it labels, announces and hands over, the bot ends with what the facts say in every place', {
  timeout: 600_000,
}, async () => {
  const { faults, died, events, winner } = await playLives('ask', [9, 61, 24, 36, 47]);
  expect(faults).toEqual([]);
  expect(died).toHaveLength(5);
  expect(winner).toBe('fog');
  expect(events).toBeGreaterThanOrEqual(2);
});
