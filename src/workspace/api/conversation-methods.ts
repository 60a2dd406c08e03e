import type { WorkspaceMessage } from '../messages.ts';
import { APP, type WorkspaceChannel } from '../scene.ts';
import { SlackError } from '../slack-error.ts';
import type { State } from '../state.ts';
import { findConversation } from './chat-methods.ts';
import { type Args, inSlackForm, requireText } from './compose.ts';

/** `auth.test`: who the bot token belongs to. */
export function authTest(state: State): Record<string, unknown> {
  return {
    url: 'https://local.slack.com/',
    team: state.teamName,
    user: state.appName,
    team_id: APP.team,
    user_id: APP.user,
    bot_id: APP.bot,
    ...(state.enterprise && { enterprise_id: state.enterprise.id }),
    is_enterprise_install: false,
  };
}

/** `conversations.history`, newest first; threads and ephemeral messages are not part of it. */
export function history(state: State, args: Args): Record<string, unknown> {
  const channel = findConversation(state, requireText(args, 'channel'));
  const found = visible(state, channel).filter(({ thread_ts, ts }) => thread_ts === undefined || thread_ts === ts);
  return page(found.reverse(), args);
}

/** `conversations.replies`: a message and its thread, oldest first. */
export function replies(state: State, args: Args): Record<string, unknown> {
  const channel = findConversation(state, requireText(args, 'channel'));
  const root = requireText(args, 'ts');
  const found = visible(state, channel).filter(({ ts, thread_ts }) => ts === root || thread_ts === root);
  if (found.length === 0) throw new SlackError('thread_not_found');
  return page(found, args);
}

/** `conversations.info`. */
export function conversationInfo(state: State, args: Args): Record<string, unknown> {
  const wanted = requireText(args, 'channel');
  const channel = state.channels.find(({ id }) => id === wanted);
  if (!channel) throw new SlackError('channel_not_found');
  return { channel: channelInSlackForm(channel) };
}

/** `users.conversations`: where the bot is a member. */
export function ownConversations(state: State): Record<string, unknown> {
  const channels = state.channels.filter(({ isBotMember }) => isBotMember).map(channelInSlackForm);
  return { channels, response_metadata: { next_cursor: '' } };
}

/** `users.info`. */
export function userInfo(state: State, args: Args): Record<string, unknown> {
  const wanted = requireText(args, 'user');
  const person = state.people.find(({ id }) => id === wanted);
  if (!person) throw new SlackError('user_not_found');
  const { id, name } = person;
  return {
    user: {
      id,
      team_id: APP.team,
      name,
      real_name: name,
      is_bot: false,
      deleted: false,
      profile: { display_name: name },
    },
  };
}

function channelInSlackForm({ id, name, isBotMember, isArchived = false }: WorkspaceChannel): Record<string, unknown> {
  return { id, name, is_channel: true, is_private: false, is_archived: isArchived, is_member: isBotMember };
}

function visible(state: State, channel: WorkspaceChannel): WorkspaceMessage[] {
  const all = [...state.messages.values()].filter((message) => message.channel === channel.id);
  return all.filter(({ onlyFor }) => onlyFor === undefined).sort((a, b) => Number(a.ts) - Number(b.ts));
}

function page(messages: readonly WorkspaceMessage[], args: Args): Record<string, unknown> {
  const isInclusive = args.inclusive === true || args.inclusive === 'true';
  const oldest = Number(args.oldest ?? 0);
  const latest = Number(args.latest ?? Number.POSITIVE_INFINITY);
  const within = messages.filter(({ ts }) => {
    const at = Number(ts);
    return (at > oldest && at < latest) || (isInclusive && (at === oldest || at === latest));
  });
  const start = Number(args.cursor ?? 0);
  const limit = Math.min(Number(args.limit ?? 100), 999);
  const shown = within.slice(start, start + limit);
  const withMetadata = args.include_all_metadata === true || args.include_all_metadata === 'true';
  const hasMore = start + limit < within.length;
  return {
    messages: shown.map((message) => inSlackForm(message, { withMetadata })),
    has_more: hasMore,
    response_metadata: { next_cursor: hasMore ? String(start + limit) : '' },
  };
}
