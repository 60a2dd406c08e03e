import type { HomeView, ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Log } from '../../log.ts';
import { markBlocks, markWindow } from '../mark.ts';
import type { Rendered } from '../say/blocks.ts';
import { noticeView } from '../say/lane.ts';
import type { Allowance } from './allowance.ts';
import { whenWell } from './clients.ts';
import { errorCode } from './refusals.ts';
import { NoteRefused, type Showing } from './showing.ts';

/** What an interaction gives to answer it with. */
const keys = z.object({
  response_url: z.string().optional(),
  trigger_id: z.string().optional(),
  view: z.object({ id: z.string(), type: z.string(), private_metadata: z.string().default('') }).optional(),
  event: z.object({ channel: z.string().optional() }).optional(),
});

/** A trigger lives 3 s, so a window is asked for again once and soon, or not at all. */
const triggerPatience = { attempts: 2, patienceMs: 1_000 };

/** A window that was opened or changed; `isWhole` unless Slack did not take an image of it. */
type ShownWindow = { readonly id: string; readonly isWhole: boolean };

/** How somebody who did something is answered, so that nobody else sees it. */
export type PersonalReply = {
  /** A note only this person sees: under the message, or in a window where there is no channel. */
  note(content: Rendered): Promise<void>;
  /** Opens a window, or one above the window they look at. */
  open(view: ModalView): Promise<ShownWindow>;
  /** Changes a window, unless its person has closed it meanwhile. */
  update(viewId: string, view: ModalView): Promise<ShownWindow>;
  /** The window this came from, if it is a modal. */
  readonly modal: string | undefined;
  /** What that window keeps about itself; empty where it keeps nothing. */
  readonly kept: string;
  /** False where Slack gave nothing to open a window with, as with a message that mentions the bot. */
  readonly opensWindows: boolean;
};

/** What replies go through. */
export type ReplyParts = {
  readonly client: WebClient;
  readonly channel: { readonly showing: Showing; readonly windows: Allowance };
  readonly settings: { readonly channel: string };
  /** The task that windows and buttons are to name. */
  readonly mark?: string;
};

/** Answers one interaction. */
export function replyTo(body: unknown, parts: ReplyParts, user: string): PersonalReply {
  const { response_url: url, trigger_id: trigger, view, event } = keys.parse(body);
  const { client, settings, mark } = parts;
  const { showing, windows } = parts.channel;
  const modal = view?.type === 'modal' ? view.id : undefined;

  async function open(shown: ModalView): Promise<ShownWindow> {
    if (trigger === undefined) throw new Error('Slack gave no trigger to open a window with.');
    const call = modal === undefined ? client.views.open : client.views.push;
    const { answer, isWhole } = await showing.send('windows', markWindow(mark, shown), (content) =>
      whenWell(() => call({ trigger_id: trigger, view: content }), triggerPatience),
    );
    if (answer.view?.id === undefined) throw new Error('Slack opened a window but did not say which.');
    return { id: answer.view.id, isWhole };
  }

  return {
    modal,
    kept: view?.private_metadata ?? '',
    opensWindows: trigger !== undefined,
    open,
    async note(content) {
      if (view !== undefined) await open(noticeView(content.text));
      else {
        const named = { ...content, blocks: markBlocks(mark, content.blocks) };
        await showing.send('notes', named, (shown) =>
          url !== undefined
            ? respond(url, shown)
            : whenWell(
                async () =>
                  void (await client.chat.postEphemeral({
                    channel: event?.channel ?? settings.channel,
                    user,
                    ...shown,
                  })),
              ),
        );
      }
    },
    async update(viewId, shown) {
      try {
        const { isWhole } = await showing.send('windows', markWindow(mark, shown), (content) =>
          whenWell(async () => {
            await windows.turn();
            return client.views.update({ view_id: viewId, view: content });
          }),
        );
        return { id: viewId, isWhole };
      } catch (error) {
        if (errorCode(error) !== 'not_found') throw error;
        return { id: viewId, isWhole: true };
      }
    },
  };
}

/** App Home of one person. */
export async function publish({ client, channel }: ReplyParts, user: string, view: HomeView): Promise<void> {
  await channel.showing.send('home', view, (content) =>
    whenWell(() => client.views.publish({ user_id: user, view: content })),
  );
}

/** @see https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
async function respond(url: string, content: Rendered): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...content }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new NoteRefused(response.status, await response.text());
}

/** An acknowledgement can fail when the socket has just died; what was clicked counts all the same. */
export async function acknowledge(ack: () => Promise<void>, log: Log): Promise<void> {
  await ack().catch((error: unknown) => log('not acknowledged', { error: String(error) }));
}
