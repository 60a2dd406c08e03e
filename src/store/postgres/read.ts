import { UnknownFormat } from '../fact-lines.ts';
import { inOrder } from '../order.ts';
import type { ReadOnlyStore } from '../store.ts';
import { nameOfPostgres } from './address.ts';
import { connect, hangUp, type PostgresPlace } from './connection.ts';
import type { LastingLine } from './line.ts';
import { type KnownRound, knownRound } from './rounds.ts';
import { schemaVersion } from './schema.ts';

/** The facts of every round, to look at only: a bot may be at work. */
export async function readPostgres(place: PostgresPlace): Promise<ReadOnlyStore> {
  const client = await connect(place);
  try {
    if ((await schemaVersion(client)) === 0) return reading(new Map());
    return reading(await readRounds((sql, values) => client.query(sql, [...values]), place));
  } finally {
    hangUp(client);
  }
}

/** Of every round, or of one from a place on. */
export async function readRounds(
  query: LastingLine['query'],
  { address, task }: PostgresPlace,
  only: string | null = null,
  from = 0,
): Promise<Map<string, KnownRound>> {
  const { rows } = await query<{ round: string; facts: string }>(
    `select round, '[' || string_agg(fact::text, ',' order by place) || ']' as facts from modelpicker.facts
     where task = $1 and ($2::text is null or round = $2) and place >= $3 group by round`,
    [task, only, from],
  );
  return new Map(rows.map(({ round, facts }) => [round, known(round, facts, address)]));
}

function known(round: string, facts: string, address: string): KnownRound {
  try {
    return knownRound(facts);
  } catch (error) {
    if (!(error instanceof UnknownFormat)) throw error;
    throw new UnknownFormat(
      `Round ${round} in ${nameOfPostgres(address)} was written by a newer release: ${error.message}. Nothing was changed; start that release, or a newer one.`,
    );
  }
}

/** What is known, as whoever only looks sees it. */
export function reading(rounds: ReadonlyMap<string, KnownRound>): ReadOnlyStore {
  let order: readonly string[] = [];
  return {
    rounds: () => {
      if (order.length !== rounds.size) order = inOrder(rounds.keys());
      return order;
    },
    facts: (round) => rounds.get(round)?.facts ?? [],
    holds: (round, kind) => rounds.get(round)?.holds(kind) ?? false,
  };
}
