import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { isFailure, type Log, logTo } from '../log.ts';
import { keptApart } from '../settings/folders.ts';
import type { Settings } from '../settings/settings.ts';
import { readTasks } from '../settings/several.ts';
import { sentences } from '../slack/say/sentences.ts';
import { type Running, type StartedTask, start } from '../start.ts';
import type { Task } from '../task/asking/verbs.ts';
import { startWorkspace, UNHURRIED_MS, type Workspace } from '../workspace/workspace.ts';
import { rehearse } from './rehearsal.ts';
import { readTruth } from './truth.ts';

/** What `modelpicker demo` was asked to do, by its options. */
export type DemoOptions = {
  auto: boolean;
  debug: boolean;
  fresh?: boolean;
  port: number;
  /** Settings files, or folders of them. */
  config?: readonly string[];
  truth?: string;
};

const root = fileURLToPath(new URL('../..', import.meta.url));
const people = [
  { id: 'U0ADA', name: 'Ada' },
  { id: 'U0BEN', name: 'Ben' },
  { id: 'U0CLEO', name: 'Cleo' },
];

const whoYouAre = `In that page you are ${people[0]!.name}, an admin; its first line makes you ${people[1]!.name} or ${people[2]!.name}. Ctrl-C ends the demo; the next one goes on where it was.`;

const FIRST_CHANNEL = 'C0MODELS';

/** Time to read the announcement, or to undo or reopen, before the next day's batch arrives in a demo that people play. */
const nightMs = 45_000;

/** How often the demo looks whether a day is over. */
const LOOK_MS = 2_000;

/** Looking for a batch takes seconds, also on a slow disk. */
const ARRIVES_WITHIN_MS = 20_000;

/**
 * Everything on this machine: a local workspace in the browser, the real bot connected to it, and a pool and batches to
 * try it on. With `auto` the people are played as well, and the process ends when the winners stand.
 */
export async function demo(options: DemoOptions, untilStopped: () => Promise<void>): Promise<void> {
  const isOwn = options.config !== undefined;
  if (options.auto && isOwn !== (options.truth !== undefined)) {
    throw new Error('A rehearsal needs both --config FILE and --truth FILE (a CSV of file,class), or neither.');
  }
  // What is wrong with its form is said before the models run for it.
  if (options.truth !== undefined) readTruth(resolve(options.truth));
  const all = demoSettings(options);
  // A rehearsal starts from nothing; a demo goes on where it was left.
  if (options.auto || options.fresh) for (const { data } of all) await rm(data, { recursive: true, force: true });
  // A rehearsal takes a minute where people take ten, so Slack's rates a minute are lifted for it; nobody waits before a screen.
  const workspace = await startWorkspace({
    ...scene(all),
    ...(options.auto ? { rates: 'off', deadlineMs: UNHURRIED_MS } : { port: options.port }),
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new Error(
      `Something is already listening on port ${options.port}. Try again with --port 0, which takes any that is free.`,
      { cause: error },
    );
  });
  let isEnding = false;
  const say = options.auto ? quiet : logTo(process.stdout);
  // What is cut off at the end is not news, and would bury the reason for it.
  const log: Log = (event, fields) => void (isEnding || say(event, fields));
  const tokens = { botToken: workspace.botToken, appToken: workspace.appToken, slackApiUrl: workspace.apiUrl };
  const days = isOwn ? [] : await Promise.all(all.map(openDays));
  let running: Running | undefined;
  try {
    running = await start(all, tokens, log, { debug: options.debug });
    for (const day of days) if (day.isFirst) await day.nextArrives();
    console.log(`Open ${workspace.url}`);
    if (!options.auto) console.log(whoYouAre);
    const { tasks } = running;
    if (options.auto) await playAll(options, workspace, tasks[0], days[0]);
    else await Promise.race([untilStopped(), ...days.map((one, nth) => liveThrough(one, tasks[nth]!, workspace, log))]);
  } finally {
    isEnding = true;
    await running?.stop();
    await workspace.close();
  }
}

/** Once the last day is over people read what to do, in the terminal and on the page. Never ends. */
async function liveThrough(
  days: Days,
  { task, settings }: StartedTask,
  workspace: Workspace,
  log: Log,
): Promise<never> {
  await passDays(days, task, settings.name, log);
  await sayAllDays(workspace, settings.slack!.channel);
  return new Promise(() => {});
}

/** Whoever waits for another day, or comes back after the last one, reads how to start again. */
export async function sayAllDays(
  { apiUrl, botToken }: Pick<Workspace, 'apiUrl' | 'botToken'>,
  channel: string,
): Promise<void> {
  const text = sentences.demo.allDays;
  console.log(text.replaceAll('`', ''));
  await fetch(`${apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${botToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ channel, text }),
  });
}

/**
 * The user's own settings, or the demo's, with channels of the local workspace and data kept apart from the real one. A
 * rehearsal plays the first task alone.
 */
function demoSettings({ config, auto }: DemoOptions): readonly [Settings, ...Settings[]] {
  const own = ['modelpicker.yaml', 'night.yaml'].map((name) => join(root, 'data/demo', name));
  const [first, ...others] = readTasks(config ?? own);
  const place = (settings: Settings, nth: number) => demoTask(settings, { isOwn: config !== undefined, auto, nth });
  return [place(first, 0), ...(auto ? [] : others.map((settings, at) => place(settings, at + 1)))];
}

function demoTask(settings: Settings, { isOwn, auto, nth }: { isOwn: boolean; auto: boolean; nth: number }): Settings {
  const data = isOwn ? join(settings.data, 'demo') : settings.data;
  const folder = auto ? `${data}-auto` : data;
  return {
    // What serves for real is none of a demo's business.
    ...keptApart(settings, folder),
    ...(!isOwn && { batches: join(folder, 'batches') }),
    slack: {
      admins: [people[0]!.id],
      guidelines: settings.slack?.guidelines ?? {},
      channel: `${FIRST_CHANNEL}${nth === 0 ? '' : nth + 1}`,
      ...(auto && { uploadsPerMinute: 6_000 }),
    },
    schedule: { ...settings.schedule, look: '*/2 * * * * *' },
  };
}

function scene(all: readonly Settings[]) {
  const words = ['status', 'help', 'label', 'pause', 'resume', 'undo', 'history', 'models', 'export'];
  const nameOf = ({ name }: Settings, nth: number) => (nth === 0 ? 'model-of-the-day' : `model-of-the-day-${name}`);
  return {
    teamName: 'Model Picker demo',
    people,
    channels: all.map((settings, nth) => ({ id: settings.slack!.channel, name: nameOf(settings, nth) })),
    commands: [{ command: '/modelpicker', description: 'Which model fits today’s data?', usageHint: 'status', words }],
    // Scopes, commands and events are held to what the app will have on Slack.
    manifest: parseYaml(readFileSync(join(root, 'manifest.yml'), 'utf8')),
  };
}

type Days = {
  /** Nothing has arrived yet: the demo was not played before. */
  readonly isFirst: boolean;
  /** The batch after which no further one arrives. */
  readonly last: string;
  nextArrives(): Promise<string | undefined>;
};

/**
 * The demo's batches arrive one by one, as they would day by day: copied beside, then renamed into place. The first task
 * gets all of them, the second one fewer, so that they ask about different images.
 */
export async function openDays({ batches: folder }: Pick<Settings, 'batches'>, nth: number): Promise<Days> {
  const source = join(root, 'data/demo/batches');
  await mkdir(folder, { recursive: true });
  const names = (await readdir(source)).sort().slice(nth);
  return {
    isFirst: !names.some((name) => existsSync(join(folder, name))),
    last: names.at(-1)!,
    nextArrives: async () => {
      const next = names.find((name) => !existsSync(join(folder, name)));
      if (next === undefined) return undefined;
      const onItsWay = join(folder, `.${next}`);
      await rm(onItsWay, { recursive: true, force: true });
      await cp(join(source, next), onItsWay, { recursive: true });
      await rename(onItsWay, join(folder, next));
      return next;
    },
  };
}

/** The next batch arrives some time after each winner that is left standing. Ends when the last day's round is over. */
export async function passDays(days: Days, task: Pick<Task, 'status'>, name: string, log: Log): Promise<void> {
  for (;;) {
    const over = await batchThatIsOver(task);
    if (over === days.last) return;
    if (over !== undefined) {
      log('night falls', { task: name, seconds: nightMs / 1000 });
      await sleep(nightMs);
      const arrived = (await batchThatIsOver(task)) === over ? await days.nextArrives() : undefined;
      if (arrived !== undefined) log('the next batch arrives', { task: name, batch: arrived });
    }
    await sleep(LOOK_MS);
  }
}

async function batchThatIsOver(task: Pick<Task, 'status'>): Promise<string | undefined> {
  const status = await task.status();
  return status.kind === 'round' && status.phase === 'finished' ? status.batch : undefined;
}

async function playAll(
  { truth }: DemoOptions,
  workspace: Workspace,
  { settings, task }: StartedTask,
  days: Days | undefined,
): Promise<void> {
  const scene = { settings, workspace, failure: failureOf(task, settings) };
  const cast = { ...scene, people: people.map(({ id }) => id), print: console.log };
  if (!days) {
    await rehearse({ ...cast, truthFile: () => resolve(truth!) });
    return;
  }
  let arrived = true;
  while (arrived) {
    await rehearse({ ...cast, truthFile: (batch) => join(root, 'data/demo/truth', `${batch}.csv`) });
    arrived = (await days.nextArrives()) !== undefined;
  }
}

/** A rehearsal prints its conversation; of the log only what somebody waits for or should worry about. */
const quiet: Log = (event, fields) => {
  const isAwaited = event === 'running the models' || event === 'damaged file set aside' || event === 'step';
  if (isAwaited || isFailure(event)) logTo(process.stderr)(event, fields);
};

/** Whoever plays the people waits for no batch that will not come. */
function failureOf(task: Task, { batches }: Settings): () => Promise<string | undefined> {
  const giveUpAt = performance.now() + ARRIVES_WITHIN_MS;
  return async () => {
    const status = await task.status();
    if (status.kind === 'batch failed') return `The models could not run on batch ${status.batch}: ${status.reason}`;
    if (status.kind !== 'no batch yet' || performance.now() < giveUpAt) return undefined;
    return `There is no complete batch in ${batches}: put a file named _COMPLETE into one that is whole, or see "modelpicker check".`;
  };
}
