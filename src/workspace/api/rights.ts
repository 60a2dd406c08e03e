import { z } from 'zod';
import { SlackError } from '../slack-error.ts';

/** The parts of an app manifest the workspace enforces. */
const manifestParts = z.object({
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  features: z
    .object({
      slash_commands: z.array(z.object({ command: z.string(), should_escape: z.boolean().optional() })).optional(),
      app_home: z.object({ home_tab_enabled: z.boolean().optional() }).optional(),
    })
    .optional(),
  settings: z.object({ event_subscriptions: z.object({ bot_events: z.array(z.string()) }).optional() }).optional(),
});

const SCOPES: Readonly<Record<string, string>> = {
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'chat.delete': 'chat:write',
  'chat.postEphemeral': 'chat:write',
  'conversations.history': 'channels:history',
  'conversations.replies': 'channels:history',
  'conversations.info': 'channels:read',
  'users.info': 'users:read',
  'users.conversations': 'channels:read',
  'files.info': 'files:read',
  'files.getUploadURLExternal': 'files:write',
  'files.completeUploadExternal': 'files:write',
  'files.delete': 'files:write',
  'files.list': 'files:read',
};

const EVENT_SCOPES: Readonly<Record<string, string>> = {
  message: 'channels:history',
  app_mention: 'app_mentions:read',
};

/** What the app's manifest allows; without a manifest, everything. */
export type Rights = {
  /** The bot token's scopes; undefined where there is no manifest. */
  readonly scopes: readonly string[] | undefined;
  /** @throws SlackError `missing_scope` */
  checkScope(method: string): void;
  mayReceive(event: 'message' | 'app_mention' | 'app_home_opened'): boolean;
  mayShowHome: boolean;
  isCommandDeclared(command: string): boolean;
  /** Whether `@name` in the command's text arrives as `<@U…|name>`. */
  escapes(command: string): boolean;
};

/** @param manifest the parsed `manifest.yml`, or undefined to allow everything */
export function readRights(manifest: unknown): Rights {
  if (manifest === undefined) {
    return {
      scopes: undefined,
      checkScope() {},
      mayReceive: () => true,
      mayShowHome: true,
      isCommandDeclared: () => true,
      escapes: () => false,
    };
  }
  const { oauth_config, features, settings } = manifestParts.parse(manifest);
  const scopes = new Set(oauth_config.scopes.bot);
  const commands = new Set(features?.slash_commands?.map(({ command }) => command));
  const events = new Set(settings?.event_subscriptions?.bot_events);
  return {
    scopes: [...scopes],
    checkScope(method) {
      const needed = SCOPES[method];
      if (needed === undefined || scopes.has(needed)) return;
      throw new SlackError('missing_scope', [`${method} needs the scope ${needed}: add it to the manifest`], {
        needed,
        provided: [...scopes].join(','),
      });
    },
    mayReceive(event) {
      const scope = EVENT_SCOPES[event];
      const subscription = event === 'message' ? 'message.channels' : event;
      return events.has(subscription) && (scope === undefined || scopes.has(scope));
    },
    mayShowHome: features?.app_home?.home_tab_enabled === true,
    escapes: (command) =>
      features?.slash_commands?.some((known) => known.command === command && known.should_escape) === true,
    isCommandDeclared: (command) => scopes.has('commands') && commands.has(command),
  };
}
