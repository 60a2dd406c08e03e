/** One thing at a time. What people asked for goes first, in order; what is due waits for them. */
export type Turns = {
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /**
   * The work that is due, begun after this call; asked for again before it begins, it is done once. So twenty people who
   * click in the same moment wait for each other's disk, not for twenty rounds of the method.
   */
  whenFree(): Promise<void>;
  /**
   * For the work that is due, where it waits for something that needs no turn: whatever people ask for meanwhile is done,
   * one after the other. What the work had read before may be old then.
   */
  aside<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is left to do. */
  idle(): Promise<void>;
  /** Resolves when what was asked for before is done, whatever comes after it: people may click on and on. */
  caughtUp(): Promise<void>;
  /** Does what people asked for at once, without waiting for the work at hand; for when that is about to be cut off. */
  abandon(): Promise<void>;
};

/** Turns in which nothing is done yet; `dueWork` is what `whenFree` does. */
export function openTurns(dueWork: () => Promise<void>): Turns {
  const waiting: (() => Promise<void>)[] = [];
  const due = openDue(dueWork);
  let running: Promise<void> | undefined;
  /** Work that stands aside hears that somebody asks for something. */
  let called: PromiseWithResolvers<void> | undefined;

  async function run(): Promise<void> {
    for (let next = waiting.shift() ?? due.take(); next; next = waiting.shift() ?? due.take()) await next();
    running = undefined;
  }

  /** Begins in a turn of its own, so that work asked for meanwhile is seen. */
  function wake(): void {
    called?.resolve();
    running ??= Promise.resolve().then(run);
  }

  async function serve(): Promise<void> {
    for (let next = waiting.shift(); next; next = waiting.shift()) await next();
  }

  async function aside<T>(work: () => Promise<T>): Promise<T> {
    const done = work();
    const ended = outcomeKnown(done);
    for (called = Promise.withResolvers(); !ended.isSo; called = Promise.withResolvers()) {
      await serve();
      await Promise.race([ended.soon, called.promise]);
    }
    return done;
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = Promise.withResolvers<T>();
    // What `Promise.try` does, which Node 22 does not have.
    waiting.push(() => new Promise<T>((begin) => begin(work())).then(done.resolve, done.reject));
    wake();
    return done.promise;
  }

  return {
    aside,
    inTurn,
    whenFree: () => {
      const done = due.ask();
      wake();
      return done;
    },
    idle: async () => {
      while (running) await running;
    },
    caughtUp: async () => {
      await Promise.allSettled([inTurn(async () => {}), due.last()]);
    },
    abandon: serve,
  };
}

/** The work that is due: done once, however often it is asked for before it begins. */
function openDue(work: () => Promise<void>) {
  let asked: PromiseWithResolvers<void> | undefined;
  let begun: PromiseWithResolvers<void> | undefined;
  return {
    ask(): Promise<void> {
      asked ??= Promise.withResolvers();
      return asked.promise;
    },
    /** Begins it, where it was asked for. */
    take(): (() => Promise<void>) | undefined {
      const taken = asked;
      [begun, asked] = [asked, undefined];
      return taken && (() => work().then(taken.resolve, taken.reject));
    },
    /** The end of what was asked for last. */
    last: () => (asked ?? begun)?.promise,
  };
}

/** Whether work is over, one way or the other: what fails is for whoever waits for it. */
function outcomeKnown(work: Promise<unknown>): { readonly isSo: boolean; readonly soon: Promise<void> } {
  const known = { isSo: false, soon: Promise.resolve() };
  const note = () => {
    known.isSo = true;
  };
  known.soon = work.then(note, note);
  return known;
}
