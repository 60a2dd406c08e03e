import type { Obstacle } from '../../task/going-on/obstacle.ts';
import { bold, safe } from './mrkdwn.ts';

/** What whoever runs the bot reads when Slack does not let it work: what was found, and the cure. Plain text. */

/** Said at the start, or when Slack ends the connection for good. */
export const startUp = {
  probe: 'Checking whether Model Picker may write here.',
  unreachable: 'Slack cannot be reached. Check the network, and SLACK_API_URL if it is set.',
  botToken: (code: string) =>
    `Slack refuses the bot token (${code}). Copy the Bot User OAuth Token again into SLACK_BOT_TOKEN (api.slack.com/apps, *OAuth & Permissions*).`,
  noBot:
    'SLACK_BOT_TOKEN does not belong to a bot. Copy the Bot User OAuth Token, which starts with "xoxb-" (api.slack.com/apps, *OAuth & Permissions*).',
  scopes: (missing: readonly string[]) =>
    `The bot token lacks ${missing.join(', ')}. Paste manifest.yml again under *App Manifest* at api.slack.com/apps, then press *Reinstall to Workspace* and copy the new token.`,
  appToken: (code: string) =>
    `Slack refuses the app token (${code}). Make one with the scope connections:write (api.slack.com/apps, *Basic Information*, *App-Level Tokens*) and put it into SLACK_APP_TOKEN.`,
  linkDisabled:
    'Slack has switched Socket Mode off for this app (link_disabled). Switch it on again at api.slack.com/apps, *Socket Mode*, then start the bot.',
  untried: (why: string) =>
    `Slack does not say whether the bot may write in the channel (${why}). Its first message will show.`,
  shared: (others: number) =>
    `Slack has ${others === 1 ? 'another line' : `${others} other lines`} open with the same app token. If that is not this bot at work, stop the other one: Slack would send each click to one of them only.`,
  channel: {
    channel_not_found: (channel: string) =>
      `Slack knows no channel ${channel} that the bot can see. Copy the id from the end of the channel's details into slack.channel; in a private channel say /invite @Model Picker first.`,
    not_in_channel: (channel: string) =>
      `The bot is not in the channel ${channel}. Say /invite @Model Picker there, then start again.`,
    is_archived: (channel: string) =>
      `The channel ${channel} is archived. Unarchive it, or name another one in slack.channel.`,
    restricted_action: (channel: string) =>
      `The bot may not post in the channel ${channel} (restricted_action). Allow it in the channel's posting permissions, or name another channel in slack.channel.`,
  },
};

/** What Slack can refuse for good while the bot runs. */
export type Hindrance = 'channel' | 'files';

type Cure = (channel: string) => string;

const posting = 'Labeling goes on by itself within a minute after that.';
const uploading = 'Until then cards come without their images.';

const inChannel =
  (what: string, cure: string): Cure =>
  (channel) =>
    `Model Picker can’t post in <#${channel}>: ${what}. ${cure} ${posting}`;

const withFiles =
  (what: string, cure: string): Cure =>
  () =>
    `Model Picker can’t upload images: ${what}. ${cure} ${uploading}`;

const mayNotPost = inChannel(
  'its posting permissions keep the bot out',
  'Let the bot in there, or name another channel in `slack.channel`.',
);

/** What admins are told, in mrkdwn, by Slack's error code. Codes that are not here pass by themselves, or end a call only. */
export const cures: Readonly<Record<Hindrance, Readonly<Record<string, Cure>>>> = {
  channel: {
    is_archived: inChannel('the channel is archived', 'Unarchive it, or name another one in `slack.channel`.'),
    is_inactive: inChannel('the channel is frozen', 'Have it opened again, or name another one in `slack.channel`.'),
    channel_not_found: inChannel(
      'Slack knows no such channel, or it is private now',
      'Say `/invite @Model Picker` in it, or correct `slack.channel`.',
    ),
    not_in_channel: inChannel('the bot was removed from it', 'Say `/invite @Model Picker` there.'),
    restricted_action: mayNotPost,
    restricted_action_read_only_channel: mayNotPost,
    restricted_action_thread_only_channel: mayNotPost,
    restricted_action_non_threadable_channel: mayNotPost,
    message_limit_exceeded: inChannel(
      'the workspace has sent as many messages as its plan allows',
      'Wait until it may send again, or change the plan.',
    ),
    missing_scope: inChannel(
      'the bot’s token lacks a scope',
      'Reinstall the app from `manifest.yml` and put the new token into SLACK_BOT_TOKEN.',
    ),
  },
  files: {
    file_uploads_disabled: withFiles('the workspace has switched uploads off', 'Have a workspace owner allow them.'),
    file_uploads_except_images_disabled: withFiles(
      'the workspace takes no files',
      'Have a workspace owner allow them.',
    ),
    storage_limit_reached: withFiles(
      'the workspace’s storage is full',
      'Delete files, set `slack.keepImagesDays` lower, or change the plan.',
    ),
    blocked_file_type: withFiles('the workspace takes no images', 'Have a workspace owner allow PNG and JPEG.'),
    missing_scope: withFiles(
      'the bot’s token lacks files:write or files:read',
      'Reinstall the app from `manifest.yml` and put the new token into SLACK_BOT_TOKEN.',
    ),
  },
};

/** What admins are told of a step that does not work, in mrkdwn. */
export function troubleText({ kind, batch, model, target, problem }: Obstacle): string {
  const found = safe(problem);
  switch (kind) {
    case 'start':
      return `Something is in the way of this task; the other tasks of this bot work. ${found}`;
    case 'damage':
      return `A file of labels was not read as it was written: ${safe(target ?? '')} (${found}). Whatever can be read of it, or of the copy beside it, is in use, and labeling goes on. If labels are missing, stop the bot and put a backup of that round’s file in its place.`;
    case 'event':
      return `${safe(target ?? '')} could not be told what has happened. ${found} It is tried again by itself, in the order in which things happened; labeling goes on.`;
    case 'receiver gone':
      return `${safe(target ?? '')} is told nothing any more. ${found} Remove it from \`targets\` in the settings, or give it another address.`;
    case 'hand-over':
      return `${bold(model ?? '')}, of batch ${safe(batch)}, could not be ${target === undefined ? 'put in place' : `handed to ${safe(target)}`}. ${found} It is tried again by itself; what served before goes on serving, and labeling goes on.`;
    case 'message':
      return `Slack does not take a message about batch ${safe(batch)} (${found}). It is tried again by itself, and labeling goes on; \`/modelpicker status\` says where the batch stands. If this lasts, report it with the bot’s log.`;
    case 'method':
      return `The next question of batch ${safe(batch)} could not be worked out: ${found} Answers are kept, and it is tried again by itself. If this lasts, restart the bot and report it with its log.`;
  }
}
