import type { KnownBlock } from '@slack/types';
import type { Announcement } from '../../task/people.ts';
import { actions, button, context, header, image, plainText, type Rendered, rendered, section } from './blocks.ts';
import { safe } from './mrkdwn.ts';
import { sentences } from './sentences.ts';

const say = sentences.result;

/** The announcement of a round's end. `picture` is the leaderboard's picture on Slack, if it is there. */
export function renderResult(announcement: Announcement, picture: string | undefined, revision: string): Rendered {
  const { batch, result, previous, leaderboard, withdrawnBy } = announcement;
  const text = withdrawnBy === undefined ? say.text(batch, result) : say.withdrawnText(result.model);
  if (withdrawnBy !== undefined)
    return rendered(text, [section(say.withdrawn(withdrawnBy, result)), struck(announcement)]);
  const blocks: KnownBlock[] = [header(text), section(claims(announcement))];
  if (picture !== undefined) blocks.push(image(picture, sentences.picture.alt(leaderboard)));
  const deployed = result.isWinner ? say.deployed(result.model, previous) : say.staysDeployed(previous);
  blocks.push(context(`${say.labels(result)} · ${deployed}`), context(say.limits(leaderboard.images)));
  blocks.push(
    actions(revision, [button(say.history, 'history', batch), reopenButton(nameResult(batch, result.number))]),
  );
  return rendered(text, blocks);
}

function claims({ batch, result }: Announcement): string {
  const lines = [say.because[result.because], say.claim(batch, result), say.accuracy(result)];
  if (result.tiedWith.length > 0) lines.push(say.tied(result.tiedWith));
  return lines.filter((line) => line !== '').join('\n');
}

function struck({ batch, result }: Announcement): KnownBlock {
  return context(`~${safe(say.text(batch, result))}~`);
}

/** Names an announced result in the value of a button. */
function nameResult(batch: string, number: number): string {
  return `${batch}:${number}`;
}

/** What `nameResult` named; undefined for a value that it did not make. */
export function resultNamed(value: string): { batch: string; result: number } | undefined {
  const [, batch, number] = /^(.+):(\d+)$/.exec(value) ?? [];
  return batch === undefined ? undefined : { batch, result: Number(number) };
}

function reopenButton(named: string) {
  return {
    ...button(say.reopen, 'reopen', named),
    confirm: {
      title: plainText(say.reopenTitle, 100),
      text: plainText(say.reopenText, 300),
      confirm: plainText(say.reopenConfirm, 30),
      deny: plainText(say.reopenDeny, 30),
    },
  };
}
