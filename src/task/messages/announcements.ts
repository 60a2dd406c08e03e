import type { Result } from '../../round/facts.ts';
import { isMeasuring } from '../../round/measuring.ts';
import { mayDeploy } from '../../round/outcome.ts';
import type { Round } from '../../round/round.ts';
import type { Context } from '../context.ts';
import type { CurrentRound } from '../current-round.ts';
import type { Announcement } from '../people.ts';
import { asMeasured, leaderboardNow } from '../status.ts';
import { resultKey } from './keys.ts';
import { show } from './post.ts';

/** How many announcements are kept at hand; older ones have long been replaced. */
const KEPT_MAX = 20;

/** Brings the announcements up to date, in the order in which things happened. */
export async function showResults(current: CurrentRound, context: Context): Promise<void> {
  const { name } = current.batch;
  const round = context.journal.round(name);
  for (const { result } of round.results) {
    const key = resultKey(name, result.number);
    if (context.announced.has(key) || !isToBeShown(round, result, key, context)) continue;
    const announcement = { batch: name, result, leaderboard: await leaderboardNow(current, round) };
    await showOne(key, { ...announcement, ...standingOf(round, result, context) }, context);
  }
  await refresh(context);
}

/** What was shown before says what has become of its result since. */
async function refresh(context: Context): Promise<void> {
  for (const [key, { batch, result, leaderboard, ...before }] of context.announced) {
    const standing = standingOf(context.journal.round(batch), result, context);
    if (JSON.stringify(standing) === JSON.stringify(before)) continue;
    const { measured } = standing;
    await showOne(key, { batch, result, leaderboard: asMeasured(leaderboard, result, measured), ...standing }, context);
  }
}

async function showOne(key: string, announcement: Announcement, context: Context): Promise<void> {
  if (!(await show({ kind: 'result', key, announcement }, announcement.batch, context))) return;
  context.announced.set(key, announcement);
  for (const oldest of context.announced.keys())
    if (context.announced.size > KEPT_MAX) context.announced.delete(oldest);
}

/** After a start, what was posted is touched only where it may say what is no longer so. */
function isToBeShown(round: Round, result: Result, key: string, context: Context): boolean {
  const { withdrawnBy, isClosed, replacedBy, ruling, measured } = standingOf(round, result, context);
  const isPosted = round.posted.has(key);
  // Withdrawn before anybody heard of it.
  if (withdrawnBy !== undefined && !round.deployed.has(result.number) && !isPosted) return false;
  return (
    !isPosted ||
    isPlacedLate(round, result, key, context) ||
    withdrawnBy !== undefined ||
    isClosed === true ||
    replacedBy !== undefined ||
    ruling !== undefined ||
    measured !== undefined
  );
}

/** Announced as one that could not be put in place, and then put there. */
function isPlacedLate({ opened }: Round, { number }: Result, key: string, { journal }: Context): boolean {
  const facts = journal.facts(opened.batch);
  const announced = facts.findIndex((fact) => fact.kind === 'posting' && fact.message === key);
  return facts.findIndex((fact) => fact.kind === 'deployment' && fact.result === number) > announced;
}

type WhatBecame = Omit<Announcement, 'batch' | 'result' | 'leaderboard'>;

/** What became of a result. */
function standingOf(round: Round, result: Result, context: Context): WhatBecame {
  const { journal } = context;
  const { batch } = round.opened;
  const withdrawnBy = round.withdrawnBy.get(result.number);
  const ruling = round.rulings.get(result.number);
  const measured = round.measured.get(result.number);
  const [before] = journal.deploymentsBefore(batch, result);
  const after = journal.deployedAfter(batch, result);
  return {
    ...(withdrawnBy !== undefined && { withdrawnBy }),
    ...(mayDeploy(round, result) && !round.deployed.has(result.number) && { isPending: true }),
    ...(before && { previous: { batch: before.batch, model: before.result.model } }),
    ...(after && { replacedBy: { batch: after.batch, model: after.result.model } }),
    ...(journal.newest() !== batch && { isClosed: true }),
    ...(measured && { measured }),
    ...(round.result?.number === result.number &&
      isMeasuring(round) &&
      journal.newest() === batch && { isMeasuring: true }),
    ...(ruling && { ruling: { by: ruling.by, deploys: ruling.deploys } }),
    ...lackingIn(batch, result, context),
  };
}

/** Targets on other machines that do not have it yet. */
function lackingIn(batch: string, { model }: Result, { attempts }: Context): Pick<WhatBecame, 'lacking'> {
  const lacking = attempts
    .troubles()
    .flatMap((one) =>
      one.kind === 'hand-over' && one.batch === batch && one.model === model ? (one.target ?? []) : [],
    );
  return lacking.length > 0 ? { lacking } : {};
}
