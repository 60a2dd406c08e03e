import type { Result } from '../../round/facts.ts';
import { annotatorsOf, labelCount } from '../../round/round.ts';
import type { PinOutcome, PinRequest, UnpinOutcome } from '../asking/verbs.ts';
import type { Context } from '../context.ts';
import type { CurrentRound } from '../current-round.ts';
import type { Reading } from '../journal.ts';
import type { Deployed } from '../people.ts';
import { leaderboardNow } from '../status.ts';
import { pinInForce } from './served.ts';

/** More than this are not offered to go back to. */
const EARLIER_MAX = 10;

/** Keeps an admin's word that a model is to serve, whoever wins, until somebody takes that back. */
export async function pin(
  current: CurrentRound,
  context: Context,
  { by, why, ...which }: PinRequest,
): Promise<PinOutcome> {
  const { journal } = context;
  const { name } = current.batch;
  const found =
    which.kind === 'winner' ? earlierWinner(which.named, context) : await modelOf(which.model, current, context);
  if (!('claim' in found)) return found;
  const count = journal.facts(name).filter(({ kind }) => kind === 'pin').length;
  const { of, claim } = found;
  const isRollback = which.kind === 'winner';
  const reason = why === undefined || why === '' ? {} : { why };
  await journal.record(name, { kind: 'pin', key: `pin-${count + 1}`, by, ...reason, of, claim, isRollback });
  return { kind: 'pinned', model: claim.model };
}

/** Takes the pin back: the last winner serves again. */
export async function unpin(
  { batch: { name } }: CurrentRound,
  { journal }: Context,
  by: string,
): Promise<UnpinOutcome> {
  const before = pinInForce(journal);
  if (!before) return { kind: 'not pinned' };
  const count = journal.facts(name).filter(({ kind }) => kind === 'unpin').length;
  await journal.record(name, { kind: 'unpin', key: `unpin:${count + 1}`, by });
  const winner = journal.deployments().find(({ pinned }) => !pinned);
  return { kind: 'unpinned', model: before.claim.model, ...(winner && { serves: winner.result.model }) };
}

/** Winners that served and do not any more, newest first, each once. */
export function earlierWinners({ journal }: { readonly journal: Reading }): Deployed[] {
  const [present] = journal.deployments();
  const seen = new Set(present && [`${present.batch}:${present.result.number}`]);
  return journal
    .deployments()
    .filter(({ batch, result }) => {
      const named = `${batch}:${result.number}`;
      const isNew = result.isWinner && !seen.has(named);
      seen.add(named);
      return isNew;
    })
    .take(EARLIER_MAX)
    .toArray();
}

type ChosenModel =
  | { readonly of: string; readonly claim: Result }
  | Extract<PinOutcome, { kind: 'no such model' | 'no such winner' }>;

function earlierWinner(
  { batch, result: number }: { batch: string; result: number },
  { journal }: Context,
): ChosenModel {
  const found = journal.deployments().find((one) => one.batch === batch && one.result.number === number);
  return found?.result.isWinner ? { of: batch, claim: found.result } : { kind: 'no such winner' };
}

/** A model of the newest batch's pool, with what is known of it so far. */
async function modelOf(name: string, current: CurrentRound, { journal }: Context): Promise<ChosenModel> {
  const of = current.batch.name;
  const round = journal.round(of);
  const names = round.opened.models.map((one) => one.name);
  if (!names.includes(name)) {
    return { kind: 'no such model', models: names };
  }
  const { models } = await leaderboardNow(current, round);
  const { accuracy, accuracySd, chanceBest } = models.find((one) => one.name === name)!;
  const known = { confidence: chanceBest, tolerance: 0, accuracy, accuracySd };
  const by = { labels: labelCount(round), annotators: annotatorsOf(round) };
  const claim: Result = { number: 0, because: 'pinned', isWinner: false, model: name, tiedWith: [], ...known, ...by };
  return { of, claim };
}
