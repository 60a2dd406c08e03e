import type { Button, KnownBlock } from '@slack/types';
import { IMAGES_MORE } from '../../round/measuring.ts';
import type { Announcement, Deployed } from '../../task/people.ts';
import {
  actions,
  button,
  confirmation,
  context,
  header,
  image,
  nameResult,
  type Rendered,
  rendered,
  section,
} from './blocks.ts';
import { safe } from './mrkdwn.ts';
import { isShareKnown, labelsToRank } from './numbers.ts';
import { sentences } from './sentences.ts';

const say = sentences.result;

/**
 * The announcement of a round's end. `picture` is the leaderboard's picture on Slack, if it is there. Where the settings name
 * no admin there is no button for what only an admin may do.
 */
export function renderResult(
  announcement: Announcement,
  picture: string | undefined,
  revision: string,
  hasAdmins = true,
): Rendered {
  const { batch, result, previous, leaderboard, withdrawnBy, isMeasuring } = announcement;
  const models = leaderboard.models.length;
  // Without labels nothing is claimed of any model.
  if (result.labels === 0)
    return rendered(say.nothingText(batch, result, models), [section(say.nothing(batch, result, models, previous))]);
  if (withdrawnBy !== undefined) return withdrawn(announcement, withdrawnBy);
  const text = say.text(batch, result);
  const blocks: KnownBlock[] = [header(text), section(claims(announcement))];
  if (picture !== undefined) blocks.push(image(picture, sentences.picture.alt(leaderboard)));
  const lacking = announcement.lacking ? ` · ${say.notYetAt(announcement.lacking)}` : '';
  blocks.push(context(`${say.labels(result)} · ${whatServes(announcement, hasAdmins)}${lacking}`));
  if (isMeasuring) blocks.push(context(say.measuring));
  blocks.push(context(say.limits(leaderboard.images)));
  blocks.push(actions(revision, buttonsOf(announcement, hasAdmins)));
  return rendered(text, blocks);
}

function buttonsOf(announcement: Announcement, hasAdmins: boolean): Button[] {
  const { batch, result, previous, isClosed } = announcement;
  const named = nameResult(batch, result.number);
  const buttons: Button[] = [button(say.history, 'history', batch)];
  if (isAwaited(announcement) && hasAdmins)
    buttons.push(button(say.deploy, 'deploy', named), button(say.keep(previous), 'keep', named));
  if (result.isWinner) buttons.push(button(sentences.mistakes.open, 'mistakes', named));
  if (result.isWinner && !isClosed) buttons.push(measureButton(announcement, named));
  if (!isClosed && hasAdmins) buttons.push(reopenButton(named));
  return buttons;
}

/** Whether an announcement has a picture: before some labels it would show the models' own votes. */
export function hasPicture({ result }: Announcement): boolean {
  return result.labels >= labelsToRank;
}

/** Whether an admin's word on the winner is awaited. */
function isAwaited({ result, ruling, isClosed }: Announcement): boolean {
  return result.isWinner && result.doubt !== undefined && !result.kept && ruling === undefined && !isClosed;
}

/** What serves since this result, and why. */
function whatServes({ result, previous, replacedBy, ruling, isPending }: Announcement, hasAdmins: boolean): string {
  if (replacedBy !== undefined && replacedBy.model !== result.model) return say.replaced(replacedBy);
  if (!result.isWinner) return say.staysDeployed(previous);
  if (result.kept) return say.kept(result.kept);
  if (isPending) return say.notYetDeployed(previous);
  if (result.doubt === undefined) return say.deployed(result.model, previous);
  if (ruling === undefined) return say.waits(hasAdmins, previous);
  if (!ruling.deploys) return say.keptBy(ruling.by, previous);
  return `${say.deployed(result.model, previous)}, ${say.approvedBy(ruling.by)}`;
}

function claims({ batch, result, measured }: Announcement): string {
  if (result.inseparable) return [say.inseparable(result.inseparable), say.whatHelps].join('\n');
  const lines = [say.because[result.because], say.claim(batch, result)];
  if (isShareKnown({ result, ...(measured && { measured }) })) lines.push(say.accuracy(result, measured));
  if (result.tiedWith.length > 0) lines.push(say.tied(result.tiedWith));
  if (result.doubt !== undefined && !result.kept) lines.push(say.doubt[result.doubt]);
  return lines.filter((line) => line !== '').join('\n');
}

function withdrawn({ batch, result, isClosed, replacedBy, ruling, isPending }: Announcement, by: string): Rendered {
  const wasDeployed =
    !isPending && result.isWinner && !result.kept && (result.doubt === undefined || ruling?.deploys === true);
  const serves = wasDeployed && replacedBy === undefined ? result.model : undefined;
  return rendered(say.withdrawnText(result.model), [
    section(say.withdrawn(by, isClosed === true, serves)),
    context(`~${safe(say.text(batch, result))}~`),
  ]);
}

function measureButton({ isMeasuring, measured }: Announcement, named: string) {
  if (isMeasuring) return button(say.stopMeasuring, 'measure-stop', named);
  return button(measured ? say.measureMore(IMAGES_MORE) : say.measure(IMAGES_MORE), 'measure', named);
}

function reopenButton(named: string) {
  const words = { title: say.reopenTitle, text: say.reopenText, confirm: say.reopenConfirm, deny: say.reopenDeny };
  return { ...button(say.reopen, 'reopen', named), confirm: confirmation(words) };
}

/** Earlier winners to go back to, for one admin; `why` goes with the press. */
export function renderEarlier(winners: readonly Deployed[], why: string): Rendered {
  const words = sentences.rollback;
  const rows = winners.map((winner) => {
    const { batch, result } = winner;
    const ask = {
      title: words.confirmTitle,
      text: words.confirmText(result.model),
      confirm: words.confirm,
      deny: words.deny,
    };
    const named = [nameResult(batch, result.number), why].join(' ').trim();
    const press = { ...button(words.button, 'rollback', named), confirm: confirmation(ask) };
    return { ...section(words.winner(winner)), accessory: press };
  });
  return rendered(words.title, [section(`*${words.title}*`), ...rows, context(words.note)]);
}
