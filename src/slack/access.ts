import { z } from 'zod';
import { sentences } from './say/sentences.ts';
import type { SlackSettings } from './settings.ts';

/** Who does something, and where. Slack vouches for the ids, not for what these people may do. */
export type Caller = {
  readonly user: string;
  readonly team?: string | undefined;
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

/** `team` is the workspace the bot token belongs to, unless the settings name another. */
export function controlAccess(settings: SlackSettings, team: string | undefined): Access {
  const { channel, admins, allowed } = settings;
  const home = settings.team ?? team;
  const seen = new Set<string>([...admins, ...(allowed ?? [])]);
  return {
    refusalOf(caller) {
      if (home !== undefined && caller.team !== home) return sentences.denied.team;
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

const id = z.object({ id: z.string() });

const person = z.string().regex(/^[UW][A-Z0-9]+$/, 'not the id of a person');

const interaction = z.object({
  user: z.object({ id: person, team_id: z.string().optional() }),
  team: id.nullish(),
  channel: id.optional(),
});
const command = z.object({ user_id: person, team_id: z.string(), channel_id: z.string() });
const event = z.object({ team_id: z.string(), event: z.object({ user: person }) });

/** Reads the caller from whatever Slack delivers. Throws when nobody is named: then nobody may. */
export function callerOf(body: unknown): Caller {
  const asCommand = command.safeParse(body);
  if (asCommand.success) {
    const { user_id: user, team_id: team, channel_id: channel } = asCommand.data;
    return { user, team, channel };
  }
  const asEvent = event.safeParse(body);
  if (asEvent.success) return { user: asEvent.data.event.user, team: asEvent.data.team_id };
  const { user, team, channel } = interaction.parse(body);
  return { user: user.id, team: user.team_id ?? team?.id, channel: channel?.id };
}
