import { createTask, parse } from 'node-cron';
import type { Log } from './log.ts';
import { labelsFolder } from './settings/folders.ts';
import type { Settings } from './settings/settings.ts';
import { wallClock } from './settings/wall-clock.ts';
import type { Task } from './task/asking/verbs.ts';
import { writeManifests } from './task/labels/settled.ts';

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
const REMOVE_EVERY_MS = DAY_MS / 4;

/**
 * Looks for batches, makes the daily announcement, and writes the labels' manifests, at the cron lines of the settings, and
 * removes what is old now and then. An announcement that was due earlier today, while nobody was running, is made up for.
 * `refuseIfLost` throws where another process has taken the task over since. Returns the way to stop.
 */
export function startSchedule(task: Task, settings: Settings, log: Log, refuseIfLost: () => Promise<void>): () => void {
  const { look, announce, export: exportAt, timeZone } = settings.schedule;
  /** The date whose announcement is due: until it is made, every look tries again. */
  let due: string | undefined;
  let made: string | undefined;
  const advance = once('looking for a batch', () => task.look(), log);
  const say = once(
    'daily announcement',
    async () => {
      const date = due;
      if (date !== undefined && date !== made && (await task.announceDay(date))) made = date;
    },
    log,
  );
  const write = once(
    'export of labels',
    async () => {
      const settled = await task.settledLabels();
      await refuseIfLost();
      await writeManifests(labelsFolder(settings), settled);
    },
    log,
  );
  const remove = once('removal of old predictions', () => task.removeOld(), log);
  let removedAt = Number.NEGATIVE_INFINITY;
  const wallAt = wallClock(timeZone);
  const start = wallAt(new Date());
  const lastLook = lastTimeOf(look, start);
  const lastAnnouncement = lastTimeOf(announce, start - (start % DAY_MS) - SECOND_MS);
  const lastExport = exportAt === undefined ? () => undefined : lastTimeOf(exportAt, start);
  const tick = () => {
    const wall = wallAt(new Date());
    const announced = lastAnnouncement(wall);
    if (announced !== undefined) due = new Date(announced).toISOString().slice(0, 10);
    const isLook = lastLook(wall) !== undefined;
    if (isLook) void advance();
    if (lastExport(wall) !== undefined) void write();
    if (isLook || announced !== undefined) void say();
    if (settings.keepPredictionsDays > 0 && Math.abs(wall - removedAt) >= REMOVE_EVERY_MS) {
      removedAt = wall;
      void remove();
    }
  };
  tick();
  const timer = setInterval(tick, SECOND_MS);
  return () => clearInterval(timer);
}

/**
 * Makes what tells, each time it is asked, the last time since it was asked before at which a cron line was due, if any.
 * The line is held against the clock on the wall: an hour that is skipped in spring is made up for at its end, one that
 * is repeated in autumn counts again, and so does what a busy machine slept over, up to a day.
 */
function lastTimeOf(line: string, since: number): (wall: number) => number | undefined {
  const isDue = matcherOf(line);
  let seen = since;
  return (wall) => {
    const from = wall < seen ? wall - SECOND_MS : Math.max(seen, wall - DAY_MS);
    seen = wall;
    for (let at = wall; at > from; at -= SECOND_MS) if (isDue(new Date(at))) return at;
    return undefined;
  };
}

/** The wall's time stands in for UTC here, so that no zone's changes come between. Asking node-cron itself costs 50 µs. */
function matcherOf(line: string): (time: Date) => boolean {
  const { second, minute, hour } = parse(line);
  const matcher = createTask(line, () => undefined, { timezone: 'UTC' });
  void matcher.destroy();
  return (time) =>
    second.includes(time.getUTCSeconds()) &&
    minute.includes(time.getUTCMinutes()) &&
    hour.includes(time.getUTCHours()) &&
    matcher.match(time);
}

/** Work that is skipped while it still runs. What fails is still due: the next tick tries again, nothing is lost. */
function once(
  what: 'looking for a batch' | 'daily announcement' | 'export of labels' | 'removal of old predictions',
  work: () => Promise<void>,
  log: Log,
): () => Promise<void> {
  let isRunning = false;
  return async () => {
    if (isRunning) return;
    isRunning = true;
    await work().catch((error: unknown) => log(`${what} failed, will try again`, { error: String(error) }));
    isRunning = false;
  };
}
