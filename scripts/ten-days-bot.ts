/**
 * The bot of `ten-days.ts`, in a process of its own, with a clock that its parent sets: its days take minutes.
 *
 * Arguments: the settings file, the time it starts at. Messages from the parent: `now` sets the clock, `announce` has the daily
 * announcement of that date made and is answered.
 */
import { setTimeout as sleep } from 'node:timers/promises';

let aheadMs = 0;
const realNow = Date.now;
const setClock = (time: string) => {
  aheadMs = Date.parse(time) - realNow();
};
globalThis.Date = new Proxy(Date, {
  construct: (real, given) => Reflect.construct(real, given.length === 0 ? [realNow() + aheadMs] : given),
  get: (real, key) => (key === 'now' ? () => realNow() + aheadMs : Reflect.get(real, key)),
});

const [file, startsAt] = process.argv.slice(2);
setClock(startsAt!);
// Read once the clock is set.
const { readSettings } = await import('../src/settings/settings.ts');
const { start } = await import('../src/start.ts');
const { botToken, appToken, slackApiUrl } = JSON.parse(process.env.TOKENS!) as Record<
  'botToken' | 'appToken' | 'slackApiUrl',
  string
>;
const { tasks, stop } = await start([readSettings(file!)], { botToken, appToken, slackApiUrl }, () => undefined);

process.on('message', async ({ now, announce }: { now?: string; announce?: string }) => {
  if (now !== undefined) setClock(now);
  while (announce !== undefined && !(await tasks[0].task.announceDay(announce))) await sleep(500);
  process.send?.('done');
});
process.on('SIGTERM', () => void stop().then(() => process.exit(0)));
process.send?.('ready');
