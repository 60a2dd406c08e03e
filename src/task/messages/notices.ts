import { driftsIn } from '../../round/drift.ts';
import type { FactOf } from '../../round/facts.ts';
import { failureOf } from '../../round/failed.ts';
import { isAlarming } from '../../round/outcome.ts';
import { className, type Round } from '../../round/round.ts';
import type { View } from '../../round/view.ts';
import type { Context } from '../context.ts';
import type { Notice } from '../notice.ts';
import type { Message } from '../people.ts';
import { emptyKey, failureKey, noticeKey, resultKey } from './keys.ts';
import { show } from './post.ts';

/** What could not be said within an hour is no longer news. */
const NEWS_MS = 3_600_000;

/** Says once, in a short message each, what happened in a round and edits alone would hide. */
export async function showNotices(
  round: Round,
  view: View,
  context: Context,
  { newerBatch }: { readonly newerBatch: boolean },
): Promise<void> {
  const { batch } = round.opened;
  for (const [about, notice] of noticesOf(round, view, context)) {
    const key = noticeKey(batch, about);
    if (!round.posted.has(key)) await show({ kind: 'notice', key, notice }, batch, context);
  }
  // A newer batch ends a check without a word: its own card is the news.
  const ofNow = newerBatch
    ? []
    : [...driftNotices(batch, context), ...measurementOf(round, context), ...secondThoughts(round, context)];
  for (const message of ofNow) if (!round.posted.has(message.key)) await show(message, batch, context);
}

/** How the batch differs from those before it, for as long as it is the newest. */
function driftNotices(batch: string, { journal }: Context): Message[] {
  return driftsIn(journal.facts(batch)).map(({ key, drift }) => ({
    kind: 'notice',
    key: noticeKey(batch, key),
    notice: { kind: 'drift', batch, drift },
  }));
}

/** What was measured of the winner that stands, for the thread of its announcement. */
function measurementOf({ opened: { batch }, result, posted }: Round, { journal, now }: Context): Message[] {
  const under = result && resultKey(batch, result.number);
  if (!result || under === undefined || !posted.has(under)) return [];
  const fact = journal.facts(batch).findLast((one) => one.kind === 'measured' && one.result === result.number);
  if (fact?.kind !== 'measured' || now().getTime() - Date.parse(fact.at) >= NEWS_MS) return [];
  const notice: Notice = { kind: 'measured', batch, model: result.model, measured: fact.measured };
  return [{ kind: 'notice', key: noticeKey(batch, fact.key), notice, under }];
}

/** Answers about images that were asked again beside the result, where they say something else than was said before. */
function secondThoughts(round: Round, { now }: Context): Message[] {
  const { result, posted, questions, undone } = round;
  const { batch } = round.opened;
  const under = result && resultKey(batch, result.number);
  if (under === undefined || !posted.has(under)) return [];
  const isNews = ({ at }: FactOf<'answer'>) => now().getTime() - Date.parse(at) < NEWS_MS;
  return round.given.flatMap((answer): Message[] => {
    const isAgain = questions.get(answer.question)?.again === result?.number;
    if (!isAgain || undone.has(answer.key) || !isNews(answer)) return [];
    const others = round.answersAbout.get(answer.image)!.filter(({ key }) => key !== answer.key);
    if (others.some((one) => one.class === answer.class)) return [];
    const looked = (one: FactOf<'answer'>) => ({ annotator: one.annotator, class: className(round, one.class) });
    const notice: Notice = {
      kind: 'looked again',
      batch,
      file: answer.file,
      said: looked(answer),
      before: others.map(looked),
    };
    return [{ kind: 'notice', key: noticeKey(batch, answer.key), notice, under }];
  });
}

/**
 * Says that there are no predictions of a batch, and why, in a fact and to people; a new reason replaces the old one, and
 * after an admin had the models run again the old one is news, too.
 */
export async function showFailure(batch: string, reason: string, context: Context): Promise<void> {
  const { failures, last, again } = failureOf(context.journal.facts(batch));
  const isKnown = last?.reason === reason && again === undefined;
  const failure = isKnown ? failures : failures + 1;
  if (!isKnown) await context.journal.record(batch, { kind: 'failure', key: `failure:${failure}`, reason });
  await showFailed({ kind: 'batch failed', batch, reason, failure }, context);
}

/** Says who has the models run again on a batch, instead of offering it. */
export async function showRerun(batch: string, context: Context): Promise<void> {
  const { failures, last, again } = failureOf(context.journal.facts(batch));
  if (!last || !again) return;
  await showFailed({ kind: 'batch failed', batch, reason: last.reason, failure: failures, again: again.by }, context);
}

async function showFailed(notice: Extract<Notice, { kind: 'batch failed' }>, context: Context): Promise<void> {
  await show({ kind: 'notice', key: failureKey(notice.batch), notice }, notice.batch, context);
}

/** Says that a batch's folder is there and nothing in it. The models never hear of it, so other batches go on. */
export async function showEmpty(batch: string, context: Context): Promise<void> {
  await show({ kind: 'notice', key: emptyKey(batch), notice: { kind: 'batch empty', batch } }, batch, context);
}

/** Takes back what was said of a batch that failed, or was empty, now that its models have run. */
export async function showRecovery(batch: string, context: Context): Promise<void> {
  const taken: [string, Notice][] = [
    [failureKey(batch), { kind: 'batch works', batch }],
    [emptyKey(batch), { kind: 'batch filled', batch }],
  ];
  for (const [key, notice] of taken) {
    const wasSaid = context.journal.facts(batch).some((fact) => fact.kind === 'posted' && fact.message === key);
    if (wasSaid) await show({ kind: 'notice', key, notice }, batch, context);
  }
}

/** What there is to say, by what it is about. */
function noticesOf(round: Round, view: View, context: Context): [string, Notice][] {
  const { journal, now } = context;
  const { batch } = round.opened;
  const isNews = ({ at }: { at: string }) => now().getTime() - new Date(at).getTime() < NEWS_MS;
  const notices: [string, Notice][] = [];
  const shrunk = shrinkageOf(round, context);
  if (shrunk && isNews(round.opened)) notices.push(['pool', shrunk]);
  if (isAlarming(round, view)) {
    notices.push([
      'chance',
      { kind: 'no better than chance', batch, labels: view.hits.labels, right: view.hits.right },
    ]);
  }
  const facts = journal.facts(batch);
  const switched = facts.findLast((fact) => fact.kind === 'pause' || fact.kind === 'resume');
  if (switched && isNews(switched)) notices.push([switched.key, { kind: switched.kind, batch, by: switched.by }]);
  const withdrawals = facts.filter((fact) => fact.kind === 'withdrawal').filter(isNews);
  notices.push(...withdrawals.flatMap((fact) => withdrawalNotice(fact, round)));
  const chosen = facts.findLast((fact) => fact.kind === 'pin' || fact.kind === 'unpin');
  if (chosen && isNews(chosen)) notices.push([chosen.key, pinNotice(chosen, batch, context)]);
  return notices;
}

function pinNotice(chosen: FactOf<'pin' | 'unpin'>, batch: string, { journal }: Context): Notice {
  const { by } = chosen;
  if (chosen.kind === 'pin') {
    const { claim, of, isRollback, why } = chosen;
    return { kind: 'pinned', batch, by, model: claim.model, of, isRollback, ...(why !== undefined && { why }) };
  }
  const winner = journal.deployments().find(({ pinned }) => !pinned);
  return { kind: 'unpinned', batch, by, ...(winner && { serves: winner.result.model }) };
}

function withdrawalNotice(
  fact: FactOf<'withdrawal'>,
  { opened: { batch }, results, deployed, posted }: Round,
): [string, Notice][] {
  const { result } = results.find((one) => one.result.number === fact.result)!;
  // Withdrawn before anybody heard of it.
  if (![...posted.keys()].some((key) => key.endsWith(`:result:${result.number}`))) return [];
  const serves = deployed.has(result.number) ? { deployed: result.model } : {};
  return [[fact.key, { kind: 'withdrawn', batch, model: result.model, by: fact.by, ...serves }]];
}

/** Models of the round before that are not in this one. */
function shrinkageOf({ opened }: Round, { journal }: Context): Extract<Notice, { kind: 'pool shrank' }> | undefined {
  const names = journal.names();
  const before = names[names.indexOf(opened.batch) - 1];
  if (before === undefined) return undefined;
  const { models } = journal.round(before).opened;
  const now = new Set(opened.models.map(({ name }) => name));
  const gone = models
    .filter(({ name }) => !now.has(name))
    .map(({ name }) => ({ name, reason: opened.leftOut.find((one) => one.name === name)?.reason }));
  if (gone.length === 0 || opened.models.length >= models.length) return undefined;
  return { kind: 'pool shrank', batch: opened.batch, from: models.length, to: opened.models.length, gone };
}
