/** Pools of one process, which run one after the other: their models would take each other's memory and cores. */
export type PoolQueue = {
  /**
   * Runs this work when no other is running, and gives what it gives. `waitingSinceMs`, asked whenever somebody may begin:
   * since when its task's people have had nothing to label, infinite while they have; the longest wait goes first, equal
   * ones in the order of asking.
   */
  run<Found>(waitingSinceMs: () => number, work: () => Promise<Found>): Promise<Found>;
};

/** With nothing running and nobody waiting. */
export function openPoolQueue(): PoolQueue {
  const waiting: { readonly waitingSinceMs: () => number; readonly begin: () => Promise<void> }[] = [];
  let isRunning = false;

  function next(): void {
    if (isRunning) return;
    const since = waiting.map((one) => one.waitingSinceMs());
    const first = since.indexOf(Math.min(...since));
    const [chosen] = waiting.splice(first === -1 ? 0 : first, 1);
    if (!chosen) return;
    isRunning = true;
    void chosen.begin().finally(() => {
      isRunning = false;
      next();
    });
  }

  return {
    run<Found>(waitingSinceMs: () => number, work: () => Promise<Found>) {
      const { promise, resolve, reject } = Promise.withResolvers<Found>();
      waiting.push({ waitingSinceMs, begin: () => work().then(resolve, reject) });
      // Those that ask in the same moment, as at a start, are compared.
      queueMicrotask(next);
      return promise;
    },
  };
}
