import type { Block } from '../blocks/blocks.ts';
import type { WorkspaceMessage } from '../messages.ts';
import { APP, type WorkspaceChannel } from '../scene.ts';
import { SlackError } from '../slack-error.ts';
import type { State } from '../state.ts';
import { type Args, type Content, inSlackForm, readContent, requireText } from './compose.ts';
import type { ResponseTarget } from './triggers.ts';

/** `chat.postMessage`: a new message in a channel the bot is in, or in its conversation with one person. */
export function postMessage(state: State, args: Args): Record<string, unknown> {
  const channel = findConversation(state, requireText(args, 'channel'), { mayUseName: true });
  const content = readContent(state, args, 'chat.postMessage');
  const message = put(state, { ...content, channel: channel.id, ...threadOf(args) });
  return { channel: channel.id, ts: message.ts, message: inSlackForm(message, { withMetadata: true }) };
}

/** `chat.update`: changes a message of the bot in place. Leaving `blocks` out while giving `text` removes them. */
export function updateMessage(state: State, args: Args): Record<string, unknown> {
  const message = ownMessage(state, args, 'cant_update_message');
  const content = readContent(state, args, 'chat.update', { isUpdate: true });
  warnOfReusedIds(state, message, content.blocks);
  const updated = revise(state, message, content);
  return {
    channel: updated.channel,
    ts: updated.ts,
    text: updated.text,
    message: inSlackForm(updated, { withMetadata: true }),
  };
}

/** `chat.delete`. */
export function deleteMessage(state: State, args: Args): Record<string, unknown> {
  const message = ownMessage(state, args, 'cant_delete_message');
  state.removeMessage(message);
  return { channel: message.channel, ts: message.ts };
}

/** `chat.postEphemeral`: only one person sees it, and it cannot be updated but through a `response_url`. */
export function postEphemeral(state: State, args: Args): Record<string, unknown> {
  const channel = findConversation(state, requireText(args, 'channel'), { mayUseName: true });
  const person = requireText(args, 'user');
  // A note to the app itself reaches nobody.
  if (person === APP.user) return { message_ts: state.newTs() };
  if (!state.people.some(({ id }) => id === person)) throw new SlackError('user_not_in_channel');
  const content = readContent(state, args, 'chat.postEphemeral', { place: 'notes' });
  const { ts } = put(state, { ...content, channel: channel.id, onlyFor: person, ...threadOf(args) });
  return { message_ts: ts };
}

/** `chat.getPermalink`. */
export function getPermalink(state: State, args: Args): Record<string, unknown> {
  const channel = requireText(args, 'channel');
  const ts = requireText(args, 'message_ts');
  if (!state.findMessage(channel, ts)) throw new SlackError('message_not_found');
  return { channel, permalink: `https://local.slack.com/archives/${channel}/p${ts.replace('.', '')}` };
}

/** What an app sent to a `response_url`, or put into the acknowledgement of a slash command. */
export function respond(state: State, reply: ResponseTarget, args: Args): void {
  const original = reply.ts === undefined ? undefined : state.findMessage(reply.channel, reply.ts);
  if (isTrue(args.delete_original)) {
    if (original) state.removeMessage(original);
    return;
  }
  const content = readContent(state, args, 'response_url', { place: 'notes' });
  if (isTrue(args.replace_original) && original) {
    revise(state, original, content);
    return;
  }
  const onlyFor = args.response_type === 'in_channel' ? {} : { onlyFor: reply.person };
  put(state, { ...content, channel: reply.channel, ...onlyFor, ...threadOf(args) });
}

/** A note from the workspace itself, seen by one person, as Slackbot writes it when an app fails. */
export function noteFromSlack(state: State, reply: ResponseTarget, text: string): void {
  const message = { ts: state.newTs(), channel: reply.channel, user: 'USLACKBOT', text, blocks: [], isEdited: false };
  state.putMessage({ ...message, onlyFor: reply.person });
}

/**
 * The channel by id, or by name where Slack takes names.
 *
 * @throws SlackError `channel_not_found` or `not_in_channel`
 */
export function findConversation(state: State, wanted: string, options = { mayUseName: false }): WorkspaceChannel {
  const channel = state.channels.find(
    ({ id, name }) => id === wanted || (options.mayUseName && (name === wanted || `#${name}` === wanted)),
  );
  if (channel && !channel.isBotMember) {
    throw new SlackError('not_in_channel', [`invite the app to #${channel.name} first`]);
  }
  if (channel?.isArchived) throw new SlackError('is_archived', [`#${channel.name} is archived`]);
  const person = state.people.find(({ id }) => wanted === id || wanted === directId(id));
  const found = channel ?? (person && { id: directId(person.id), name: person.name, isBotMember: true });
  if (!found) throw new SlackError('channel_not_found', [`no channel ${wanted} in this workspace`]);
  return found;
}

/** The conversation between the bot and one person. */
export function directId(person: string): string {
  return `D${person.slice(1).padStart(10, '0')}`;
}

type Draft = Content & { readonly channel: string; readonly onlyFor?: string; readonly thread_ts?: string };

function put(state: State, draft: Draft): WorkspaceMessage {
  const message = { ...draft, ts: state.newTs(), user: APP.user, isEdited: false };
  state.putMessage(message);
  return message;
}

function revise(state: State, message: WorkspaceMessage, content: Content): WorkspaceMessage {
  const revised = { ...message, ...content, isEdited: message.isEdited || content.blocks.length === 0 };
  state.putMessage(revised);
  return revised;
}

function ownMessage(state: State, args: Args, refusal: string): WorkspaceMessage {
  const channel = findConversation(state, requireText(args, 'channel'));
  const message = state.findMessage(channel.id, requireText(args, 'ts'));
  if (!message) throw new SlackError('message_not_found');
  if (message.onlyFor !== undefined) {
    throw new SlackError('message_not_found', ['an ephemeral message changes only through its response_url']);
  }
  if (message.user !== APP.user) throw new SlackError(refusal, ['the message is not the app’s own']);
  return message;
}

/** Slack's reference asks for a new `block_id` with each change; a client may show the old state otherwise. */
function warnOfReusedIds(state: State, before: WorkspaceMessage, blocks: readonly Block[]): void {
  const old = new Map(before.blocks.map((block) => [block.block_id, JSON.stringify(block)]));
  const reused = blocks.find((block) => {
    const was = old.get(block.block_id);
    return was !== undefined && was !== JSON.stringify(block);
  });
  if (!reused) return;
  const explanation = `block "${reused.block_id}" changed but kept its block_id: use a new one with each update`;
  state.addViolation({ level: 'warning', where: 'chat.update', code: 'reused_block_id', explanation });
}

function threadOf(args: Args): { thread_ts?: string } {
  return typeof args.thread_ts === 'string' ? { thread_ts: args.thread_ts } : {};
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}
