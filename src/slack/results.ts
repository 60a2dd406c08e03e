import type { Log } from '../log.ts';
import type { Settings, Tokens } from '../settings/settings.ts';
import type { Results } from '../task/messages/results.ts';
import { openTogether } from '../task/messages/together.ts';
import { openChannel, type SlackChannel } from './out/channel.ts';
import type { Outlet } from './out/outlet.ts';
import { type SlackSettings, slackSettings } from './settings.ts';

/** A channel in which several tasks make one daily announcement. Its admins are those of them all. */
export type ResultChannel = {
  readonly settings: SlackSettings;
  readonly channel: SlackChannel;
  readonly log: Log;
  /** The part of the task of this name. */
  readonly partOf: (task: string) => Results;
};

/** Those that tasks name as `slack.results`, by their ids. `mayCall` is asked before each call, as a channel's is. */
export function openResultChannels(
  all: readonly Settings[],
  tokens: Tokens,
  log: Log,
  outlet: Outlet,
  mayCall: (id: string) => Promise<void>,
): ReadonlyMap<string, ResultChannel> {
  const open = (id: string, sharing: readonly Settings[]): ResultChannel => {
    const admins = [...new Set(sharing.flatMap(({ slack }) => slack?.admins ?? []))];
    const settings = { ...slackSettings(sharing[0]!, tokens), channel: id, admins };
    const channel = openChannel(settings, log, () => mayCall(id), outlet);
    return { settings, channel, log, partOf: openTogether(channel, id) };
  };
  const named = all.flatMap((one) => (one.slack?.results === undefined ? [] : [{ id: one.slack.results, one }]));
  const byId = Map.groupBy(named, ({ id }) => id);
  const opened = [...byId].map(([id, those]): [string, ResultChannel] => [
    id,
    open(
      id,
      those.map(({ one }) => one),
    ),
  ]);
  return new Map(opened);
}
