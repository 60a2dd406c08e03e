import type { Fact } from '../../round/facts.ts';
import type { ReadOnlyStore } from '../store.ts';
import { hangUp, inTransaction, type PostgresPlace } from './connection.ts';
import { reading, readRounds } from './read.ts';
import { takeTurn } from './session.ts';

/** All facts of a task, while no bot works on them. */
export type WholeTask = {
  readonly facts: ReadOnlyStore;
  /** Writes every round, lets `check` see what is there then, and keeps nothing of it where that throws. */
  fill(rounds: Iterable<readonly [string, readonly Fact[]]>, check: (written: ReadOnlyStore) => void): Promise<void>;
  /** Keeps the facts under another name, so that no bot goes on from them. */
  rename(to: string): Promise<void>;
  close(): void;
};

/** Facts in one statement. */
const AT_ONCE = 2_000;

/** @throws where a bot works on the task. */
export async function openWholeTask(place: PostgresPlace): Promise<WholeTask> {
  const { client, epoch } = await takeTurn(place, (holder) => {
    throw new Error(`Another bot (${holder}) works on task ${place.task}. Stop it first.`);
  });
  const read = async () => reading(await readRounds((sql, values) => client.query(sql, [...values]), place));
  return {
    facts: await read(),
    fill: (rounds, check) =>
      inTransaction(client, async () => {
        for (const [round, facts] of rounds) {
          for (let from = 0; from < facts.length; from += AT_ONCE) {
            const some = facts.slice(from, from + AT_ONCE);
            const places = some.map((_, nth) => from + nth);
            const values = [places, some.map(({ key }) => key), some.map((fact) => JSON.stringify(fact))];
            await client.query(INSERT, [place.task, epoch, round, ...values]);
          }
        }
        check(await read());
      }),
    rename: async (to) =>
      void (await client.query('update modelpicker.facts set task = $2 where task = $1', [place.task, to])),
    close: () => hangUp(client),
  };
}

const INSERT = `
  insert into modelpicker.facts (task, round, place, key, epoch, fact)
  select $1, $3, one.place, one.key, $2, one.fact::json
  from unnest($4::int[], $5::text[], $6::text[]) as one (place, key, fact)
`;
