import type { Chance } from '../../src/simulate/chance.ts';

/**
 * One process of the bot. Everything it does to the outside is an effect, and it can end between any two of them, as
 * `kill -9` and power cuts do: what it waits for then never comes, so nothing it had begun goes on.
 */
export type Life = {
  /** Carries out an effect after a while; never returns when the process ends before or right after it. */
  effect<T>(work: () => T): Promise<T>;
  readonly isOver: boolean;
  end(): void;
};

/** `effects`: how many the process lives for. */
export function beginLife(effects: number, chance: Chance): Life {
  let left = effects;
  let isOver = false;
  const never = new Promise<never>(() => {});

  return {
    async effect(work) {
      // Others get their turn in between, now these and now those.
      for (let turns = Math.floor(chance() * 4); turns > 0; turns--) await undefined;
      if (isOver) return never;
      left -= 1;
      const endsBefore = left === 0 && chance() < 0.5;
      if (!endsBefore) {
        const value = work();
        if (left !== 0) return value;
      }
      isOver = true;
      return never;
    },
    get isOver() {
      return isOver;
    },
    end() {
      isOver = true;
    },
  };
}
