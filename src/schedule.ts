import { type ScheduledTask, schedule } from 'node-cron';
import type { Bot } from './channel.ts';
import type { Settings } from './config.ts';
import type { Log } from './log.ts';

/** Looks for batches and makes the daily announcement, at the cron lines of the settings. Returns the way to stop. */
export function startSchedule(bot: Bot, { schedule: { look, announce, timeZone } }: Settings, log: Log): () => void {
  // What fails here is still due: the next tick tries it again, and nothing is lost meanwhile.
  const attempt = (what: string, work: () => Promise<void>) => () =>
    work().catch((error: unknown) => log(`${what} failed, will try again`, { error: String(error) }));
  const tasks: ScheduledTask[] = [
    schedule(
      look,
      attempt('looking for a batch', () => bot.advance()),
      { timezone: timeZone, noOverlap: true },
    ),
    schedule(
      announce,
      attempt('daily announcement', () => bot.announceDay(localDate(new Date(), timeZone))),
      {
        timezone: timeZone,
        noOverlap: true,
      },
    ),
  ];
  return () => {
    for (const task of tasks) void task.destroy();
  };
}

/** `2026-11-02`, as the calendar on the wall says there. */
export function localDate(time: Date, timeZone: string): string {
  // Swedish dates are written as ISO 8601 has them.
  return new Intl.DateTimeFormat('sv-SE', { timeZone }).format(time);
}
