import { expect, test } from 'vitest';
import { latestOnly } from '../../src/predictions/latest-only.ts';

test('a newer batch calls off the one before, and begins when that has let go', async () => {
  const told: string[] = [];
  const work = (name: string, signal: AbortSignal) =>
    new Promise<string>((resolve, reject) => {
      told.push(`${name} begins`);
      if (name === 'tuesday') return resolve(name);
      signal.addEventListener('abort', () =>
        setTimeout(() => {
          told.push(`${name} has let go`);
          reject(new Error('called off'));
        }, 10),
      );
    });
  const predict = latestOnly(work, new AbortController().signal);
  const monday = predict('monday');
  const refused = expect(monday).rejects.toThrow('called off');
  await Promise.resolve();
  await Promise.resolve();
  expect(await predict('tuesday')).toBe('tuesday');
  await refused;
  expect(told).toEqual(['monday begins', 'monday has let go', 'tuesday begins']);
  expect(await predict('tuesday')).toBe('tuesday');
});

test('when all is called off, so is what runs', async () => {
  const stop = new AbortController();
  const predict = latestOnly(
    (_: string, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    stop.signal,
  );
  const running = predict('monday');
  await new Promise((resolve) => setTimeout(resolve, 5));
  stop.abort(new Error('the end'));
  await expect(running).rejects.toThrow('the end');
});
