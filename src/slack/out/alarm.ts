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

/** `heard`: what an admin was told by any task of the app; two tasks say the same of a workspace that takes no files. */
export function openAlarm(
  client: WebClient,
  { admins, channel }: SlackSettings,
  { told, heard, log }: { readonly told: Told; readonly heard: Set<string>; readonly log: Log },
): Alarm {
  /** What was refused in this process, how, and in what words it was told. */
  const seen = new Map<string, { readonly way: Sending; readonly code: string; readonly text: string }>();
  const telling = openTelling(client, admins, heard, log);

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
      const text = before?.text ?? words ?? cure(channel);
      if (before?.way !== 'new') seen.set(about, { way, code, text });
      if (before !== undefined) return;
      log('refused by Slack for good', { code, error: text });
      if (told.standing().includes(about)) return;
      // Noted after it: a kill in between tells them twice, which is better than never.
      if (await telling.once(text, code)) await noted(told.begin(about));
    },
    worked(trouble, way = 'new') {
      const isOver = (about: string) =>
        about.startsWith(`${trouble} `) && (way === 'new' || seen.get(about)?.way === 'edit');
      for (const about of told.standing().filter(isOver)) void noted(told.end(about));
      for (const [about, { code, text }] of [...seen]) {
        if (!isOver(about)) continue;
        seen.delete(about);
        telling.forget(text, code);
      }
    },
    async tellAdmins(text) {
      if (admins.length > 0 && !(await telling.now(text, text)))
        throw new Error('Slack took it for none of the admins.');
    },
  };
}

/** Tells admins, one after the other; false when none of them could be told. */
function openTelling(client: WebClient, admins: readonly string[], heard: Set<string>, log: Log) {
  const inWords = (admin: string, code: string, text: string) => `${admin} ${code} ${text}`;

  async function tell(admin: string, text: string, about: string): Promise<boolean> {
    const post = () => client.chat.postMessage({ channel: admin, text });
    try {
      await whenWell(post, { attempts: 2, patienceMs: 5_000 });
      return true;
    } catch (error) {
      log('an admin could not be told', { admin, about, error: String(error) });
      return false;
    }
  }

  /** Whoever has heard it counts as told. */
  async function tellOnce(admin: string, text: string, code: string): Promise<boolean> {
    const words = inWords(admin, code, text);
    if (heard.has(words)) return true;
    heard.add(words);
    const isTold = await tell(admin, text, code);
    if (!isTold) heard.delete(words);
    return isTold;
  }

  const toEach = (way: typeof tell) => async (text: string, about: string) => {
    let isTold = false;
    for (const admin of admins) isTold = (await way(admin, text, about)) || isTold;
    return isTold;
  };

  return {
    now: toEach(tell),
    once: toEach(tellOnce),
    forget(text: string, code: string): void {
      for (const admin of admins) heard.delete(inWords(admin, code, text));
    },
  };
}
