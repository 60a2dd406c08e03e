import type { WebClient } from '@slack/web-api';
import type { Log } from '../../log.ts';
import type { Told } from '../../task/going-on/told.ts';
import { cures, type Hindrance } from '../say/operator.ts';
import type { SlackSettings } from '../settings.ts';
import { whenWell } from './clients.ts';
import { errorCode } from './refusals.ts';

/** What was tried. Slack may let the bot edit what stands where it may post nothing new, so an edit says less. */
type Sending = 'new' | 'edit';

/**
 * Tells the admins, each in their own conversation with the bot, what Slack refuses for good and how to cure it: once,
 * also over restarts, and again only when it worked in between. The bot goes on trying, slowly.
 */
export type Alarm = {
  /** `words` are said instead of the cure's own. */
  refused(trouble: Hindrance, error: unknown, way?: Sending, words?: string): Promise<void>;
  worked(trouble: Hindrance, way?: Sending): void;
  /** Tells them something else; throws when none of them could be reached. */
  tellAdmins(text: string): Promise<void>;
};

export function openAlarm(client: WebClient, { admins, channel }: SlackSettings, told: Told, log: Log): Alarm {
  /** What was refused in this process, and how. */
  const seen = new Map<string, Sending>();

  /** Gives how many were told. */
  async function tell(text: string, about: string): Promise<number> {
    let count = 0;
    for (const admin of admins) {
      await whenWell(() => client.chat.postMessage({ channel: admin, text }), { attempts: 2, patienceMs: 5_000 }).then(
        () => {
          count += 1;
        },
        (error: unknown) => log('an admin could not be told', { admin, about, error: String(error) }),
      );
    }
    return count;
  }

  /** What is wrong with Slack must not be hidden by what is wrong with the disk. */
  const noted = (note: Promise<void>) =>
    note.catch((error: unknown) => log('what admins were told was not saved', { error: String(error) }));

  return {
    async refused(trouble, error, way = 'new', words) {
      const code = errorCode(error);
      const cure = code === undefined ? undefined : cures[trouble][code];
      if (code === undefined || cure === undefined) return;
      const about = `${trouble} ${code} ${channel}`;
      const before = seen.get(about);
      if (before !== 'new') seen.set(about, way);
      if (before !== undefined) return;
      const text = words ?? cure(channel);
      log('refused by Slack for good', { code, error: text });
      if (told.standing().includes(about)) return;
      // Noted after it: a kill in between tells them twice, which is better than never.
      if ((await tell(text, code)) > 0) await noted(told.begin(about));
    },
    worked(trouble, way = 'new') {
      const isOver = (about: string) =>
        about.startsWith(`${trouble} `) && (way === 'new' || seen.get(about) === 'edit');
      for (const about of told.standing().filter(isOver)) void noted(told.end(about));
      for (const about of [...seen.keys()].filter(isOver)) seen.delete(about);
    },
    async tellAdmins(text) {
      if ((await tell(text, text)) === 0 && admins.length > 0) throw new Error('Slack took it for none of the admins.');
    },
  };
}
