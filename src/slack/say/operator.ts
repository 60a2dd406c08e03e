/** What whoever runs the bot reads when Slack does not let it work: what was found, and the cure. Plain text. */

/** Said at the start, or when Slack ends the connection for good. */
export const startUp = {
  probe: 'Checking whether Model Picker may write here.',
  unreachable: 'Slack cannot be reached. Check the network, and SLACK_API_URL if it is set.',
  botToken: (code: string) =>
    `Slack refuses the bot token (${code}). Copy the Bot User OAuth Token anew into SLACK_BOT_TOKEN (api.slack.com/apps, *OAuth & Permissions*).`,
  noBot:
    'SLACK_BOT_TOKEN does not belong to a bot. Copy the Bot User OAuth Token, which starts with "xoxb-" (api.slack.com/apps, *OAuth & Permissions*).',
  scopes: (missing: readonly string[]) =>
    `The bot token lacks ${missing.join(', ')}. Paste manifest.yml again under *App Manifest* at api.slack.com/apps, then press *Reinstall to Workspace* and copy the new token.`,
  appToken: (code: string) =>
    `Slack refuses the app token (${code}). Make one with the scope connections:write (api.slack.com/apps, *Basic Information*, *App-Level Tokens*) and put it into SLACK_APP_TOKEN.`,
  linkDisabled:
    'Slack has switched Socket Mode off for this app (link_disabled). Switch it on again at api.slack.com/apps, *Socket Mode*, then start the bot.',
  channel: {
    channel_not_found: (channel: string) =>
      `Slack knows no channel ${channel} that the bot can see. Copy the id from the end of the channel's details into slack.channel; in a private channel say /invite @Model Picker first.`,
    not_in_channel: (channel: string) =>
      `The bot is not in the channel ${channel}. Say /invite @Model Picker there, then start again.`,
    is_archived: (channel: string) =>
      `The channel ${channel} is archived. Unarchive it, or name another one in slack.channel.`,
    restricted_action: (channel: string) =>
      `The bot may not post in the channel ${channel} (restricted_action). Let it in the channel's posting permissions, or name another channel in slack.channel.`,
  },
};
