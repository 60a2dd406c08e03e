/** One thing at a time. What people asked for goes first, in order; what is due waits for them. */
export type Turns = {
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /**
   * The work that is due, begun after this call; asked for again before it begins, it is done once. So twenty people who
   * click in the same moment wait for each other's disk, not for twenty rounds of the method.
   */
  whenFree(): Promise<void>;
  /** Resolves when nothing is left to do. */
  idle(): Promise<void>;
  /** Does what people asked for at once, without waiting for the work at hand; for when that is about to be cut off. */
  abandon(): Promise<void>;
};

export function openTurns(dueWork: () => Promise<void>): Turns {
  const waiting: (() => Promise<void>)[] = [];
  let due: PromiseWithResolvers<void> | undefined;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    for (let next = waiting.shift() ?? takeDue(); next; next = waiting.shift() ?? takeDue()) await next();
    running = undefined;
  }

  function takeDue(): (() => Promise<void>) | undefined {
    const taken = due;
    due = undefined;
    return taken && (() => dueWork().then(taken.resolve, taken.reject));
  }

  /** Begins in a turn of its own, so that work asked for meanwhile is seen. */
  function wake(): void {
    running ??= Promise.resolve().then(run);
  }

  return {
    inTurn: <T>(work: () => Promise<T>) => {
      const done = Promise.withResolvers<T>();
      // What `Promise.try` does, which Node 22 does not have.
      waiting.push(() => new Promise<T>((begin) => begin(work())).then(done.resolve, done.reject));
      wake();
      return done.promise;
    },
    whenFree: () => {
      due ??= Promise.withResolvers();
      wake();
      return due.promise;
    },
    idle: async () => {
      while (running) await running;
    },
    abandon: async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await next();
    },
  };
}
