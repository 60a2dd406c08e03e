/** What the channel is told beside the card and the results: the daily announcement, and short messages. */

import type { Notice } from '../../task/notice.ts';
import type { Digest } from '../../task/people.ts';
import { context, type Rendered, rendered, section } from './blocks.ts';
import { bold, person, safe } from './mrkdwn.ts';
import { count } from './numbers.ts';
import { list, measuredAs } from './phrases.ts';
import { sentences } from './sentences.ts';

const words = sentences.digest;

/** The daily announcement: what is deployed, how sure we are and of what, and what changed. */
export function renderDigest({ date, deployed, previous, round, undecidedAt }: Digest): Rendered {
  const lines = [`*${words.title(date)}*`];
  if (deployed === undefined) lines.push(words.nothing);
  else lines.push(words.deployed(deployed.result.model));
  if (deployed?.result.isWinner) lines.push(words.claim(deployed.batch, deployed.result));
  const blocks: Rendered['blocks'] = [section(lines.join('\n'))];
  if (deployed?.pinned) blocks.push(context(words.pinned(deployed.pinned)));
  if (deployed?.withdrawnBy !== undefined) blocks.push(context(words.withdrawn(deployed.withdrawnBy, deployed.batch)));
  if (deployed !== undefined && previous !== undefined) {
    const isSame = previous.result.model === deployed.result.model;
    blocks.push(context(isSame ? words.unchanged : words.changed(previous.result.model)));
  }
  if (round?.isOpen) blocks.push(context(words.open(round.batch, round.progress)));
  if (round && undecidedAt !== undefined) blocks.push(context(words.inseparable(round.batch)));
  return rendered(`${words.title(date)}: ${words.text(deployed?.result.model)}`, blocks);
}

/** A short message; `admins` are called where it takes one of them to do something about it. */
export function renderNotice(notice: Notice, admins: readonly string[]): Rendered {
  const text = textOf(notice, admins.map(person).join(' '));
  return rendered(text, [section(text)]);
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
    case 'measured':
      return `${bold(notice.model)} gets ${measuredAs(notice.measured)}.`;
    case 'looked again':
      return sentences.mistakes.lookedAgain(notice);
    case 'batch failed':
      return `*No model has looked at ${batch}.* ${safe(notice.reason)} I try again whenever I look for batches. ${admins}`;
    case 'batch empty':
      return `*The folder of ${batch} is empty.* Put the images into it, or remove it if it was made ahead. I look again by and by; until then the batch before it stays. ${admins}`;
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
