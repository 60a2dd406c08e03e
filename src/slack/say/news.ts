/** What the channel is told beside the card and the results: the daily announcement, and short messages. */

import type { Notice } from '../../task/notice.ts';
import type { Digest, NamedDigest } from '../../task/people.ts';
import { actions, button, context, nameResult, type Rendered, rendered, section } from './blocks.ts';
import { bold, person, safe } from './mrkdwn.ts';
import { count, isShareKnown } from './numbers.ts';
import { list, measuredAs } from './phrases.ts';
import { sentences } from './sentences.ts';

const words = sentences.digest;

/** The daily announcement: what is deployed, how sure we are and of what, and what changed. */
export function renderDigest(digest: Digest): Rendered {
  const { date, deployed } = digest;
  const blocks = [section([`*${words.title(date)}*`, ...served(digest)].join('\n'))];
  return rendered(`${words.title(date)}: ${words.text(deployed?.result.model)}`, [
    ...blocks,
    ...standing(digest).map(context),
  ]);
}

/** Slack takes 50 blocks a message: the title, two a task, and the word that there are more. */
const TASKS_MOST = 24;

/** The same for several tasks that share a channel for results, in the order of their settings. */
export function renderDigests(date: string, digests: readonly NamedDigest[]): Rendered {
  const blocks = digests.slice(0, TASKS_MOST).flatMap(({ task, digest }): Rendered['blocks'] => {
    const more = standing(digest).join('\n');
    return [section(`*${safe(task)}*: ${served(digest).join(' ')}`), ...(more === '' ? [] : [context(more)])];
  });
  const left = digests.length - TASKS_MOST;
  const said = digests.map(({ task, digest }) => words.textOf(task, digest.deployed?.result.model));
  return rendered(`${words.titleOfAll(date)}: ${said.join(' ')}`, [
    section(`*${words.titleOfAll(date)}*`),
    ...blocks,
    ...(left > 0 ? [context(words.others(left))] : []),
  ]);
}

/** What serves, and what is claimed of it. */
function served({ deployed, won }: Digest): string[] {
  if (deployed === undefined) return [words.nothing];
  const { batch, result } = deployed;
  if (!result.isWinner) return [words.deployed(result.model)];
  const isWon = won?.batch === batch && won.result.number === result.number && isShareKnown(won);
  return [words.deployed(result.model), words.claim(batch, result), ...(isWon ? [words.right(won)] : [])];
}

/** What has become of it, what changed, and what is still open. */
function standing(digest: Digest): string[] {
  const { deployed, previous, round, undecidedAt } = digest;
  const lines: string[] = [];
  if (deployed?.pinned) lines.push(words.pinned(deployed.pinned));
  if (deployed?.withdrawnBy !== undefined) lines.push(words.withdrawn(deployed.withdrawnBy, deployed.batch));
  if (deployed !== undefined && previous !== undefined) {
    const isSame = previous.result.model === deployed.result.model;
    lines.push(isSame ? words.unchanged : words.changed(previous.result.model));
  }
  lines.push(...sinceYesterday(digest), ...drifts(digest));
  if (round?.isOpen) lines.push(words.open(round.batch, round.progress));
  if (round && undecidedAt !== undefined) lines.push(words.inseparable(round.batch));
  return lines;
}

/** Who won before, and how far the winner is from what served then, where its fall does not say the same. */
function sinceYesterday({ won, wonBefore, drift = [] }: Digest): string[] {
  if (!won) return [];
  const fallen = drift.find((one) => one.what === 'accuracy');
  const isFall = (model: string) => fallen?.model === model;
  const lines: string[] = [];
  if (wonBefore && isShareKnown(wonBefore) && !isFall(wonBefore.result.model))
    lines.push(words.wonBefore(wonBefore, wonBefore.result.model === won.result.model));
  if (won.served && isShareKnown(won) && !isFall(won.served.model)) lines.push(words.apart(won, won.served));
  return lines;
}

/** How the newest batch differs; what served is as often right as the winner's measurement left it. */
function drifts({ won, drift = [], round }: Digest): string[] {
  if (!round) return [];
  return drift.map((one) => {
    const isServed = one.what === 'accuracy' && one.model === won?.served?.model;
    return sentences.drift.inShort(round.batch, isServed ? { ...one, now: won.served } : one);
  });
}

/** A short message; `admins` are called where it takes one of them to do something about it. */
export function renderNotice(notice: Notice, admins: readonly string[]): Rendered {
  const text = textOf(notice, admins.map(person).join(' '));
  // Who may press it is an admin; while it runs there is nothing to press.
  if (notice.kind !== 'batch failed' || notice.again !== undefined || admins.length === 0)
    return rendered(text, [section(text)]);
  const name = nameResult(notice.batch, notice.failure);
  return rendered(text, [
    section(text),
    actions(`failed:${name}`, [button(sentences.rerun.button, 'run-again', name)]),
  ]);
}

function textOf(notice: Notice, admins: string): string {
  const batch = `batch ${safe(notice.batch)}`;
  switch (notice.kind) {
    case 'no better than chance':
      return `*No model does better than chance* on ${batch}: of ${count(notice.labels, 'label')} the leader has ${notice.right} right. Is the order of the classes right? Compare \`classes\` in the settings with what the models were trained on. Until an admin says yes, no winner of this batch is deployed. ${admins}`;
    case 'pause':
      return `${person(notice.by)} paused the labeling of ${batch}.`;
    case 'resume':
      return `${person(notice.by)} resumed the labeling of ${batch}.`;
    case 'withdrawn':
      return withdrawn(notice);
    case 'pinned':
      return pinned(notice);
    case 'unpinned':
      return `${person(notice.by)} took the pin back. ${notice.serves === undefined ? 'The next winner is deployed.' : `${bold(notice.serves)} is deployed again, as the last winner.`}`;
    case 'drift':
      return `${sentences.drift.seen(notice.batch, notice.drift)} ${admins}`.trim();
    case 'measured':
      return `${bold(notice.model)} gets ${measuredAs(notice.measured)}.`;
    case 'looked again':
      return sentences.mistakes.lookedAgain(notice);
    case 'batch failed':
      return `*No model has looked at ${batch}.* ${safe(notice.reason)} ${notice.again === undefined ? `I try again whenever I look for batches. ${admins}` : sentences.rerun.by(notice.again)}`;
    case 'batch empty':
      return `*The folder of ${batch} is empty.* Put the images into it, or remove it if it was made ahead. I keep looking; until then the batch before it stays. ${admins}`;
    case 'batch filled':
      return `The folder of ${batch} was empty at first; its images have come by now.`;
    case 'batch works':
      return `The models could not look at ${batch} at first; they have by now.`;
    case 'pool shrank':
      return `*The pool has shrunk* from ${count(notice.from, 'model')} to ${notice.to} with ${batch}. Missing: ${missing(notice.gone)}. If that was not meant, put them back or mend them: the next batch takes them again. ${admins}`;
  }
}

function withdrawn({ batch, model, by, deployed }: Extract<Notice, { kind: 'withdrawn' }>): string {
  const serves = deployed === undefined ? '' : ` Until then ${bold(deployed)} stays deployed.`;
  return `${person(by)} *withdrew* the result of batch ${safe(batch)} (${bold(model)}). Labeling continues; a new result will follow.${serves}`;
}

function pinned({ by, model, of, isRollback, why }: Extract<Notice, { kind: 'pinned' }>): string {
  const did = isRollback
    ? `*went back* to ${bold(model)}, the winner of batch ${safe(of)}`
    : `*pinned* ${bold(model)}: it is deployed, whoever wins`;
  const reason = why === undefined ? '' : ` Why: “${safe(why)}”.`;
  return `${person(by)} ${did}.${reason} It stays until an admin says \`/modelpicker unpin\`, or yes to a new winner.`;
}

function missing(gone: Extract<Notice, { kind: 'pool shrank' }>['gone']): string {
  return list(gone.map(({ name, reason }) => `${bold(name)} (${safe(reason ?? 'its file is gone')})`));
}
