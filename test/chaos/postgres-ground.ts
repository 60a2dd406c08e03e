import type { Chance } from '../../src/simulate/chance.ts';
import { openPostgresStore } from '../../src/store/postgres/store.ts';
import type { Store } from '../../src/store/store.ts';
import { openTestLine, type TestLine } from '../store/line-to-postgres.ts';
import type { RealPostgres } from '../store/postgres-server.ts';
import { type Ground, turn } from './ground.ts';
import type { Life } from './life.ts';

/** The server is ended as by a power cut once in so many power cuts: that takes a second. */
const CRASH = 0.1;

/** Only a line that broke excuses a write that failed: the server has no reason to refuse one. */
function explain(error: Error): never {
  if (/for certain|has stopped/.test(error.message)) throw error;
  throw new Error(`It refused a write: ${error.message.replace("Can't save", 'not saved')}`);
}

/**
 * A real Postgres, on a line of each process's own, which breaks: at once, or in place of the answer to a write, so that nobody
 * knows whether it was done. Its answers take their time, so the same chance is only nearly the same play.
 */
export function postgresGround(server: RealPostgres, address: string, task: string, chance: Chance): Ground {
  let underWay = 0;
  let last: { readonly line: TestLine; store?: Store } | undefined;
  let trouble: Ground['trouble'];

  async function counted<T>(asked: Promise<T>): Promise<T> {
    underWay += 1;
    return asked.finally(() => {
      underWay -= 1;
    });
  }

  /** The process may end before it asks, or before it has heard. */
  async function heard<T>(life: Life, ask: () => Promise<T>): Promise<T> {
    const asked = await life.effect(() => ({ answer: counted(ask()) }));
    asked.answer.catch(() => undefined);
    await Promise.allSettled([asked.answer]);
    return life.effect(() => asked.answer);
  }

  return {
    get trouble() {
      return trouble;
    },
    set trouble(next) {
      trouble = next;
      if (next === 'EIO') last?.line.cut();
      // The server's last words about a write.
      if (last && next === 'ENOSPC') last.line.swallow = 'INSERT 0';
    },
    spoilBackup: () => undefined,
    open: async (life) => {
      const line = await counted(openTestLine(address));
      last = { line };
      const store = await counted(openPostgresStore({ address: line.address, task }));
      last.store = store;
      return {
        ...store,
        add: (round, ...facts) => heard(life, () => store.add(round, ...facts).catch(explain)),
        refuseIfLost: () => heard(life, store.refuseIfLost),
        close: () => heard(life, store.close),
      };
    },
    leave: () => {
      last?.line.close();
      // What is left of the process in this one asks no more.
      last?.store?.close().catch(() => undefined);
      last = undefined;
    },
    powerCut: async () => {
      if (chance() >= CRASH) return;
      await server.crash();
      await server.start();
    },
    settled: async () => {
      do await turn();
      while (underWay > 0);
    },
  };
}
