import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Log } from '../log.ts';
import type { Told } from '../task/going-on/told.ts';
import type { SlackChannel } from './out/channel.ts';
import { whenWell } from './out/clients.ts';
import { errorCode } from './out/refusals.ts';
import { startUp } from './say/operator.ts';
import type { SlackSettings } from './settings.ts';

/** Who we are to Slack. */
export type Identity = {
  readonly botUserId: string;
  readonly botId: string;
  readonly teamId: string;
  /** The organization of the workspace, where it belongs to one (Enterprise Grid). */
  readonly enterpriseId?: string;
};

/** What the manifest asks for, and the bot cannot do without; without `app_mentions:read` it merely hears no mentions. */
export const neededScopes = ['chat:write', 'commands', 'files:read', 'files:write'];

const me = z.object({
  user_id: z.string(),
  bot_id: z.string(),
  team_id: z.string(),
  enterprise_id: z.string().nullish(),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});

/**
 * Asks Slack who we are, and what we may do. Throws, each with its cure, when Slack cannot be reached, refuses the token,
 * or gave it too few scopes.
 */
export async function introduce(client: WebClient): Promise<Identity> {
  const answer = await whenWell(() => client.auth.test(), { attempts: 3 }).catch((error: unknown) => {
    const code = errorCode(error);
    throw new Error(code === undefined ? startUp.unreachable : startUp.botToken(code), {
      cause: error,
    });
  });
  const parsed = me.safeParse(answer);
  if (!parsed.success) throw new Error(startUp.noBot, { cause: parsed.error });
  const { user_id: botUserId, bot_id: botId, team_id: teamId, enterprise_id, response_metadata } = parsed.data;
  const { scopes } = response_metadata ?? {};
  const missing = neededScopes.filter((scope) => scopes !== undefined && !scopes.includes(scope));
  if (missing.length > 0) throw new Error(startUp.scopes(missing));
  return { botUserId, botId, teamId, ...(enterprise_id && { enterpriseId: enterprise_id }) };
}

const channelCures = startUp.channel;

/**
 * Tries whether the bot may speak in its channel: with a note to itself, which nobody sees, because looking at a channel
 * needs scopes that the bot does not have. Throws with the cure when Slack does not know the channel or keeps us out.
 */
export async function tryChannel(
  client: WebClient,
  { channel }: Pick<SlackSettings, 'channel'>,
  { botUserId }: Identity,
  log: Log,
): Promise<void> {
  try {
    await whenWell(() => client.chat.postEphemeral({ channel, user: botUserId, text: startUp.probe }), {
      attempts: 3,
    });
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (code in channelCures)
      throw new Error(channelCures[code as keyof typeof channelCures](channel), { cause: error });
    // Slack may not take notes to a bot: that says nothing about the channel, and the first message will show.
    log('could not try the channel', { channel, why: code || String(error) });
  }
}

/** A channel to speak in, and whom to tell that the bot may not. */
type Spoken = {
  readonly settings: Pick<SlackSettings, 'channel'>;
  readonly channel: Pick<SlackChannel, 'keptOut'>;
  readonly log: Log;
};

/**
 * Whether the bot may speak in each channel. Where it may not in one of several, its admins are told and the others work:
 * whatever is to be said there is tried again. Throws where it may speak in none of the tasks' own.
 */
export async function tryChannels(
  tasks: readonly Spoken[],
  results: readonly Spoken[],
  client: WebClient,
  identity: Identity,
): Promise<void> {
  const isAlone = tasks.length + results.length === 1;
  const failures: unknown[] = [];
  for (const { settings, channel, log } of [...tasks, ...results]) {
    await tryChannel(client, settings, identity, log).catch((error: Error) => {
      failures.push(error);
      if (!isAlone) void channel.keptOut(error);
    });
    if (failures.length === tasks.length && channel === tasks.at(-1)?.channel) throw failures[0];
  }
}

/** What a store found of its files; `mayLack` where labels that had counted may be missing. */
type FoundDamage = { readonly file: string; readonly reason: string; readonly mayLack?: true };

/**
 * Admins hear of labels that may be missing: once, also over restarts, for as long as it is so. A last line that was cut off
 * had counted for nobody, and is for the log. Not awaited: nobody waits for an admin to be reached.
 */
export function sayDamage(
  damaged: readonly FoundDamage[],
  channel: Pick<SlackChannel, 'tellAdmins'>,
  told: Told,
  log: Log,
): void {
  const nameOf = (file: string) => `damage ${file}`;
  const found = damaged.filter(({ mayLack }) => mayLack);
  const names = found.map(({ file }) => nameOf(file));
  const over = told.standing().filter((about) => about.startsWith(nameOf('')) && !names.includes(about));
  const noted = async () => {
    for (const about of over) await told.end(about);
    for (const { file, reason: problem } of found) {
      if (told.standing().includes(nameOf(file))) continue;
      await channel.tellAdmins({ kind: 'damage', batch: '', target: file, problem });
      await told.begin(nameOf(file));
    }
  };
  for (const { file, reason } of damaged) log('damaged file set aside', { file, reason });
  noted().catch((error: unknown) => log('could not tell about the failure', { error: String(error) }));
}

/** Not awaited: nobody waits for an admin to be reached. */
export function sayNotStarted(channel: Pick<SlackChannel, 'tellAdmins'>, problem: string, log: Log): void {
  log('task not started', { error: problem });
  channel
    .tellAdmins({ kind: 'start', batch: '', problem })
    .catch((error: unknown) => log('could not tell about the failure', { error: String(error) }));
}
