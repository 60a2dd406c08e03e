import { join } from 'node:path';
import type { Settings, Tokens } from '../settings/settings.ts';
import type { Guideline } from '../task/people.ts';

/** What the Slack side needs to know. Tokens are passed on to Slack's SDK and never logged. */
export type SlackSettings = {
  readonly botToken: string;
  readonly appToken: string;
  /** Where Slack answers; the local workspace's address in the demo. */
  readonly slackApiUrl?: string;
  /** Id of the one channel the bot works in. */
  readonly channel: string;
  /** Id of the channel in which the daily announcement is made, in one message with those of other tasks. */
  readonly results?: string;
  /** Id of the one workspace whose people count; by default the one the bot token belongs to. */
  readonly team?: string;
  /** Ids of the people who may take part; everybody in the channel where it is absent. */
  readonly allowed?: readonly string[];
  /** Ids of the people who may pause, reopen, and undo anyone's label. */
  readonly admins: readonly string[];
  /** IANA name, e.g. "Europe/Zurich". */
  readonly timeZone: string;
  /** Images sent to Slack a minute at most; 92 by default, just below the rate that Slack allows everybody. */
  readonly uploadsPerMinute?: number;
  /** Days after which an image that people were asked about is deleted from Slack; 0 keeps it, `keptDays` by default. */
  readonly keepImagesDays?: number;
  /** A file that remembers which images are on Slack; without it they are uploaded again after a start. */
  readonly imagesKept?: string;
  /** By class name. */
  readonly guidelines?: Readonly<Record<string, Guideline>>;
};

/** A month's rounds stay readable with their images. */
export const keptDays = 30;

/** Whether there is anything to show for *Guidelines*. */
export function hasGuidelines({ guidelines }: SlackSettings): boolean {
  return guidelines !== undefined && Object.keys(guidelines).length > 0;
}

/**
 * What a task's settings and the tokens say about Slack.
 *
 * @throws where the settings have no part about it.
 */
export function slackSettings({ slack, schedule, data }: Settings, tokens: Tokens): SlackSettings {
  if (!slack) {
    throw new Error('The settings have no "slack" part. Name at least the channel: slack: { channel: C0123ABCD }.');
  }
  const { channel, results, team, allowed, admins, uploadsPerMinute, keepImagesDays, guidelines } = slack;
  return {
    ...tokens,
    channel,
    ...(results !== undefined && { results }),
    ...(team !== undefined && { team }),
    ...(allowed && { allowed }),
    ...(uploadsPerMinute !== undefined && { uploadsPerMinute }),
    ...(keepImagesDays !== undefined && { keepImagesDays }),
    imagesKept: join(data, 'on-slack.json'),
    admins,
    timeZone: schedule.timeZone,
    guidelines,
  };
}
