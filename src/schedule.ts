import { type ScheduledTask, schedule } from 'node-cron';
import type { Log } from './log.ts';
import type { Settings } from './settings/settings.ts';
import type { Task } from './task/people.ts';

/** Looks for batches and makes the daily announcement, at the cron lines of the settings. Returns the way to stop. */
export function startSchedule(task: Task, { schedule: { look, announce, timeZone } }: Settings, log: Log): () => void {
  /** The date whose announcement is due: until it is made, every look tries again. */
  let due: string | undefined;
  const say = once(
    'daily announcement',
    async () => {
      if (due !== undefined && (await task.announceDay(due))) due = undefined;
    },
    log,
  );
  const dayComes = () => {
    due = localDate(new Date(), timeZone);
    return say();
  };
  const options = { timezone: timeZone };
  const tasks: ScheduledTask[] = [
    schedule(
      look,
      once('looking for a batch', () => task.advance(), log),
      options,
    ),
    schedule(look, say, options),
    schedule(announce, dayComes, options),
  ];
  return () => {
    for (const task of tasks) void task.destroy();
  };
}

/** Work that is skipped while it still runs. What fails is still due: the next tick tries again, nothing is lost. */
function once(what: string, work: () => Promise<void>, log: Log): () => Promise<void> {
  let isRunning = false;
  return async () => {
    if (isRunning) return;
    isRunning = true;
    await work().catch((error: unknown) => log(`${what} failed, will try again`, { error: String(error) }));
    isRunning = false;
  };
}

/** `2026-11-02`, as the calendar on the wall says there. */
function localDate(time: Date, timeZone: string): string {
  // Swedish dates are written as ISO 8601 has them.
  return new Intl.DateTimeFormat('sv-SE', { timeZone }).format(time);
}
