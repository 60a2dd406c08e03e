import { z } from 'zod';
import { nearest } from '../nearest.ts';
import type { Caller } from './access.ts';
import { splitMark } from './mark.ts';
import type { Parts } from './parts.ts';
import { refusalElsewhere } from './rights.ts';
import { sentences } from './say/sentences.ts';

/** Which task a request is about; `text`: what remains of a command that named it. */
export type Route = {
  readonly parts: Parts;
  /** Named by a button or in a command, and so in no channel of the task: they have to have been there. */
  readonly isNamed: boolean;
  readonly text?: string;
};

const asked = z.object({
  command: z.string().optional(),
  text: z.string().default(''),
  channel_id: z.string().optional(),
  channel: z.object({ id: z.string() }).nullish(),
  view: z.object({ callback_id: z.string().default('') }).nullish(),
  actions: z.array(z.object({ action_id: z.string() })).optional(),
  action_id: z.string().optional(),
  event: z.object({ type: z.string(), channel: z.string().optional(), text: z.string().default('') }).optional(),
});

/** What stands after the bot's name, where somebody speaks to it. */
export function saidAfterMention(text: string): string {
  return text.replace(/^[^<]*<@[^>]+>/, '');
}

/**
 * The task of the channel; where there is none, the one that the button, the window or the command names; or the only
 * one. Undefined where several could be meant, a name is nobody's, or it is not the channel's.
 */
export function routeOf(all: readonly Parts[], body: unknown): Route | undefined {
  const { command, text, channel_id, channel, view, actions, action_id, event } = asked.parse(body);
  // App Home names the conversation it stands beside, which is not a channel.
  const mention = event?.type === 'app_mention' ? event : undefined;
  const place = channel_id ?? channel?.id ?? mention?.channel;
  const here = all.find(({ settings }) => settings.channel === place);
  const onButton = splitMark(actions?.[0]?.action_id ?? action_id ?? '').task;
  const name = onButton ?? splitMark(view?.callback_id ?? '').task;
  if (here) return name === undefined || name === here.name ? { parts: here, isNamed: false } : undefined;
  const words = mention ? saidAfterMention(mention.text) : command === undefined ? undefined : text;
  if (words !== undefined && all.length > 1) return inWords(all, words);
  const [only, ...others] = all;
  const parts = name === undefined && others.length === 0 ? only : all.find((one) => one.name === name);
  return parts && { parts, isNamed: onButton !== undefined };
}

/** `status animals`, or `animals` alone, which asks where it stands. */
function inWords(all: readonly Parts[], text: string): Route | undefined {
  const [first = '', second = '', ...rest] = text.trim().split(/\s+/);
  const named = (word: string) => all.find(({ name }) => name === word.toLowerCase());
  const parts = named(second);
  if (parts) return { parts, isNamed: true, text: [first, ...rest].join(' ') };
  const alone = named(first);
  return alone && { parts: alone, isNamed: true, text: [second || 'status', ...rest].join(' ') };
}

/** Why this person may not do this, in words for them; undefined when they may. */
export function refusalOn(all: readonly Parts[], route: Route | undefined, caller: Caller): string | undefined {
  if (route?.isNamed) return refusalElsewhere(route.parts, caller);
  if (route) return route.parts.access.refusalOf(caller);
  const refusals = all.map(({ access }) => access.refusalOf({ ...caller, channel: undefined }));
  return refusals.includes(undefined) ? undefined : refusals[0];
}

/** What somebody reads who asks for no task in particular, in no task's channel. */
export function listOf(all: readonly Parts[], caller: Caller, text: string): string {
  const seen = all.filter((parts) => refusalElsewhere(parts, caller) === undefined);
  if (seen.length === 0) return sentences.tasks.none;
  const [first = '', second = ''] = text.trim().split(/\s+/);
  const near = nearest(
    (second || first).toLowerCase(),
    seen.map(({ name }) => name),
  );
  return sentences.tasks.list(
    seen.map(({ name, settings }) => ({ name, channel: settings.channel })),
    near,
  );
}
