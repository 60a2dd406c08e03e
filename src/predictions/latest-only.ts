/** Work that can be called off. */
type Work<Given, Found> = (given: Given, signal: AbortSignal) => Promise<Found>;

/**
 * Lets only the newest of several pieces of work run: a newer one calls off the one before, and begins when that has let go
 * of the machine. `signal` calls off all.
 */
export function latestOnly<Given, Found>(
  work: Work<Given, Found>,
  signal: AbortSignal,
): (given: Given) => Promise<Found> {
  let before: { readonly done: Promise<unknown>; readonly stop: AbortController } | undefined;
  return (given) => {
    before?.stop.abort();
    const stop = new AbortController();
    const earlier = before?.done ?? Promise.resolve();
    const found = earlier.catch(() => undefined).then(() => work(given, AbortSignal.any([signal, stop.signal])));
    before = { done: found, stop };
    return found;
  };
}
