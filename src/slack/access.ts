import { z } from 'zod';
import type { Identity } from './introduce.ts';
import { sentences } from './say/sentences.ts';
import type { SlackSettings } from './settings.ts';

/** Who does something, and where. Slack vouches for the ids, not for what these people may do. */
export type Caller = {
  readonly user: string;
  /** The workspace this person belongs to: on Enterprise Grid any one of the organization's. */
  readonly userTeam?: string | undefined;
  /** The workspace in which they did it. */
  readonly team?: string | undefined;
  /** The organization in which they did it. */
  readonly enterprise?: string | undefined;
  readonly channel?: string | undefined;
};

/** Decides for every way in. Modals and App Home stand in no channel. */
export type Access = {
  /** Why this person may not do anything here, in words for them; undefined when they may. */
  refusalOf(caller: Caller): string | undefined;
  isAdmin(user: string): boolean;
  /** People outside the channel can open App Home; labeling there is for those who were seen in the channel. */
  wasSeenInChannel(user: string): boolean;
};

/** The workspace is the one the bot token belongs to, unless the settings name another. */
export function controlAccess(settings: SlackSettings, identity: Pick<Identity, 'teamId' | 'enterpriseId'>): Access {
  const { channel, admins, allowed } = settings;
  const home: Home = { team: settings.team ?? identity.teamId, enterprise: identity.enterpriseId };
  const seen = new Set<string>([...admins, ...(allowed ?? [])]);
  return {
    refusalOf(caller) {
      if (!belongsTo(home, caller)) return sentences.denied.team;
      if (caller.channel !== undefined && caller.channel !== channel) return sentences.denied.channel(channel);
      const isListed = allowed === undefined || allowed.includes(caller.user) || admins.includes(caller.user);
      if (!isListed) return sentences.denied.person(admins);
      if (caller.channel === channel) seen.add(caller.user);
      return undefined;
    },
    isAdmin: (user) => admins.includes(user),
    wasSeenInChannel: (user) => seen.has(user),
  };
}

type Home = { readonly team: string; readonly enterprise: string | undefined };

/**
 * On Enterprise Grid a member's own workspace may be another one of the same organization (bolt-js #1875); in a channel
 * shared through Slack Connect a stranger's is foreign, although they act in ours (java-slack-sdk #1041).
 */
function belongsTo({ team, enterprise }: Home, caller: Caller): boolean {
  if (enterprise !== undefined && caller.enterprise === enterprise) return true;
  const teams = [caller.team, caller.userTeam].filter((one) => one !== undefined);
  return teams.length > 0 && teams.every((one) => one === team);
}

const place = z.object({ id: z.string(), enterprise_id: z.string().nullish() });

const person = z.string().regex(/^[UW][A-Z0-9]+$/, 'not the id of a person');

const interaction = z.object({
  user: z.object({ id: person, team_id: z.string().optional() }),
  // Apps that a whole organization has installed get no workspace.
  team: place.nullish(),
  enterprise: z.object({ id: z.string() }).nullish(),
  channel: z.object({ id: z.string() }).optional(),
});
const command = z.object({
  user_id: person,
  team_id: z.string(),
  enterprise_id: z.string().nullish(),
  channel_id: z.string(),
});
const event = z.object({
  team_id: z.string(),
  enterprise_id: z.string().nullish(),
  event: z.object({
    type: z.string(),
    user: person,
    user_team: z.string().optional(),
    channel: z.string().optional(),
  }),
});

/** Reads the caller from whatever Slack delivers. Throws when nobody is named: then nobody may. */
export function callerOf(body: unknown): Caller {
  const asCommand = command.safeParse(body);
  if (asCommand.success) {
    const { user_id: user, team_id: team, enterprise_id, channel_id: channel } = asCommand.data;
    return { user, team, enterprise: enterprise_id ?? undefined, channel };
  }
  const asEvent = event.safeParse(body);
  if (asEvent.success) {
    const { team_id: team, enterprise_id } = asEvent.data;
    const { type, user, user_team: userTeam, channel } = asEvent.data.event;
    // App Home names the conversation it stands beside, which is not a channel.
    const said = type === 'app_mention' ? { channel } : {};
    return { user, userTeam, team, enterprise: enterprise_id ?? undefined, ...said };
  }
  const { user, team, enterprise, channel } = interaction.parse(body);
  return {
    user: user.id,
    userTeam: user.team_id,
    team: team?.id,
    enterprise: enterprise?.id ?? team?.enterprise_id ?? undefined,
    channel: channel?.id,
  };
}
