import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Log } from '../../log.ts';
import type { Rendered } from '../say/blocks.ts';
import { noticeView } from '../say/lane.ts';
import { errorCode } from './refusals.ts';

/** What an interaction gives to answer it with. */
const keys = z.object({
  response_url: z.string().optional(),
  trigger_id: z.string().optional(),
  view: z.object({ id: z.string(), type: z.string() }).optional(),
});

export type PersonalReply = {
  /** A note only this person sees: under the message, or in a window where there is no channel. */
  note(content: Rendered): Promise<void>;
  /** Opens a window, or one above the window they look at. */
  open(view: ModalView): Promise<string>;
  /** Changes a window, unless its person has closed it meanwhile. */
  update(viewId: string, view: ModalView): Promise<void>;
  /** The window this came from, if it is a modal. */
  readonly modal: string | undefined;
};

/** Answers one interaction. */
export function replyTo(body: unknown, client: WebClient, channel: string, user: string): PersonalReply {
  const { response_url: url, trigger_id: trigger, view } = keys.parse(body);
  const modal = view?.type === 'modal' ? view.id : undefined;
  async function open(shown: ModalView): Promise<string> {
    if (trigger === undefined) throw new Error('Slack gave no trigger to open a window with.');
    const opened = await (modal === undefined
      ? client.views.open({ trigger_id: trigger, view: shown })
      : client.views.push({ trigger_id: trigger, view: shown }));
    if (opened.view?.id === undefined) throw new Error('Slack opened a window but did not say which.');
    return opened.view.id;
  }

  return {
    modal,
    open,
    async note(content) {
      if (view !== undefined) await open(noticeView(content.text));
      else if (url !== undefined) await respond(url, content);
      else await client.chat.postEphemeral({ channel, user, ...content });
    },
    async update(viewId, view) {
      await client.views.update({ view_id: viewId, view }).catch((error: unknown) => {
        if (errorCode(error) !== 'not_found') throw error;
      });
    },
  };
}

/** @see https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
async function respond(url: string, content: Rendered): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...content }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`Slack answered ${response.status} to a private note: ${await response.text()}`);
}

/** An acknowledgement can fail when the socket has just died; what was clicked counts all the same. */
export async function acknowledge(ack: () => Promise<void>, log: Log): Promise<void> {
  await ack().catch((error: unknown) => log('not acknowledged', { error: String(error) }));
}
