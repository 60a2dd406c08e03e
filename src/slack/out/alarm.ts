import type { WebClient } from '@slack/web-api';
import type { Log } from '../../log.ts';
import { cures, type Hindrance } from '../say/operator.ts';
import type { SlackSettings } from '../settings.ts';
import { whenWell } from './clients.ts';
import { errorCode } from './refusals.ts';

/**
 * Tells the admins, each in their own conversation with the bot, what Slack refuses for good and how to cure it: once,
 * and again only when it worked in between. The bot goes on trying, slowly.
 */
export type Alarm = {
  refused(trouble: Hindrance, error: unknown): Promise<void>;
  worked(trouble: Hindrance): void;
  /** Tells them something else; throws when none of them could be reached. */
  tellAdmins(text: string): Promise<void>;
};

export function openAlarm(client: WebClient, { admins, channel }: SlackSettings, log: Log): Alarm {
  const told = new Map<Hindrance, Set<string>>();

  /** Gives how many were told. */
  async function tell(text: string, code: string): Promise<number> {
    let count = 0;
    for (const admin of admins) {
      await whenWell(() => client.chat.postMessage({ channel: admin, text }), { attempts: 2, patienceMs: 5_000 }).then(
        () => {
          count += 1;
        },
        (error: unknown) => log('an admin could not be told', { admin, about: code, error: String(error) }),
      );
    }
    return count;
  }

  return {
    async refused(trouble, error) {
      const code = errorCode(error);
      const cure = code === undefined ? undefined : cures[trouble][code];
      if (code === undefined || cure === undefined) return;
      const codes = told.get(trouble) ?? new Set();
      if (codes.has(code)) return;
      told.set(trouble, codes.add(code));
      const text = cure(channel);
      log('refused by Slack for good', { code, error: text });
      await tell(text, code);
    },
    worked(trouble) {
      told.delete(trouble);
    },
    async tellAdmins(text) {
      if ((await tell(text, text)) === 0 && admins.length > 0) throw new Error('Slack took it for none of the admins.');
    },
  };
}
