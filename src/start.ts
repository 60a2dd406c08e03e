import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fingerprintOf } from './deploy/model-files.ts';
import { type Health, noteFailures, startHealth } from './health.ts';
import { type Log, named } from './log.ts';
import type { Metrics } from './metrics.ts';
import { batchFinder } from './predictions/batch-finder.ts';
import { openPoolQueue, type PoolQueue } from './predictions/pool-queue.ts';
import { startSchedule } from './schedule.ts';
import { batchesName, retentionOf, storePlace } from './settings/folders.ts';
import { quietHours } from './settings/quiet-hours.ts';
import { bringBatches } from './settings/reach/buckets.ts';
import { handOverTo } from './settings/reach/hand-overs.ts';
import { poolNames, refreshPool } from './settings/reach/registry.ts';
import type { Settings, Tokens } from './settings/settings.ts';
import type { TaskOnSlack } from './slack/app.ts';
import { sayDamage, sayNotStarted } from './slack/introduce.ts';
import { openChannel } from './slack/out/channel.ts';
import { unasked } from './slack/out/clients.ts';
import { type Outlet, openOutlet } from './slack/out/outlet.ts';
import { openResultChannels, type ResultChannel } from './slack/results.ts';
import { slackSettings } from './slack/settings.ts';
import { startAppAfter } from './slack/start-app-after.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/store.ts';
import type { Task } from './task/asking/verbs.ts';
import { inTurnWithOthers } from './task/going-on/models-turn.ts';
import { openTold } from './task/going-on/told.ts';
import { type Journal, openJournal } from './task/journal.ts';
import { isNeeded } from './task/serving/needed-models.ts';
import { openTask, type RunningTask } from './task/task.ts';
import { forgetWorkOf, openSource } from './workers/open-source.ts';

/** A task of a running bot. */
export type StartedTask = { readonly name: string; readonly settings: Settings; readonly task: Task };

/** A running bot, connected to Slack and looking for batches of every task. */
export type Running = {
  /** Those that could be opened. */
  readonly tasks: readonly [StartedTask, ...StartedTask[]];
  /** Resolves with the reason and its cure when Slack takes the bot back no more, or another has taken over; then `stop` it and end. */
  readonly lost: Promise<Error>;
  /** `reason` stays in the health files. */
  stop(reason?: Error): Promise<void>;
};

/** Whatever still waits for Slack then is dropped: everything that matters is on disk. */
const STOP_MS = 4_000;

const METRICS_AGAIN_MS = 5_000;

/** What the tasks of one process share. */
type Process = {
  readonly tokens: Tokens;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly outlet: Outlet;
  readonly pools: PoolQueue;
  readonly metrics: Metrics | undefined;
  /** By their ids. */
  readonly results: ReadonlyMap<string, ResultChannel>;
  readonly debug: boolean;
  readonly isOnly: boolean;
};

/**
 * Opens every task, connects once, and schedules, in the order in which each needs the one before. Where one of several
 * tasks cannot be opened (another bot works on its data, a secret or a folder is missing), its admins are told and the
 * others work. Throws when none can be, or when Slack refuses the tokens, their scopes or every channel.
 */
export async function start(
  all: readonly [Settings, ...Settings[]],
  tokens: Tokens,
  logLines: Log,
  { debug = false, environment = process.env }: { debug?: boolean; environment?: NodeJS.ProcessEnv } = {},
): Promise<Running> {
  const stopping = new AbortController();
  const outlet = openOutlet(...all.map(({ slack }) => slack?.uploadsPerMinute));
  const isOnly = all.length === 1;
  const port = all.flatMap(({ metrics }) => metrics?.port ?? [])[0];
  const metrics = port === undefined ? undefined : await loadMetrics();
  const opened: OpenedTask[] = [];
  // Whoever has taken a task over speaks for it.
  const mayCall = async (id?: string) => {
    const those = opened.filter(({ settings }) => id === undefined || settings.slack?.results === id);
    for (const { store } of those) await store.refuseIfLost();
  };
  const results = openResultChannels(all, tokens, logLines, outlet, mayCall);
  const aboutRun = { environment, signal: stopping.signal, debug, isOnly };
  const shared = { tokens, outlet, results, ...aboutRun, pools: openPoolQueue(), metrics };
  const failures: Error[] = [];
  for (const settings of all) {
    const log = isOnly ? logLines : named(settings.name, logLines);
    const task = await openOne(settings, shared, log).catch((error: Error) => void failures.push(error));
    if (task) opened.push(task);
  }
  const [first, ...others] = opened;
  if (first === undefined) {
    await metrics?.close();
    throw failures.length === 1 ? failures[0]! : new AggregateError(failures, textOf(failures));
  }
  const undo = async (error: unknown) => {
    await Promise.all([metrics?.close(), ...opened.map(({ store }) => store.close())]);
    throw error;
  };
  // Not before it is this one's turn: another start on the same data has the port, and is the larger trouble.
  if (metrics && port !== undefined) {
    const isStandby = opened.some(({ hasWaited }) => hasWaited);
    await serve(metrics, port, { ...(isStandby && { isStandby }), log: logLines, signal: stopping.signal }).catch(undo);
  }
  const tasks = [first, ...others] as const;
  const onSlack = [first.onSlack, ...others.map((one) => one.onSlack)] as const;
  const listening = { tasks: onSlack, results: [...results.values()], log: logLines, mayCall };
  const app = await startAppAfter(Promise.all(opened.map(({ task }) => task.woken())), listening).catch(undo);
  app.lost.then((reason) => logLines('ended by Slack', { error: reason.message }));
  const schedules = opened.map(schedule);

  return {
    tasks,
    lost: Promise.race([app.lost, ...opened.map(({ store }) => store.lost)]),
    stop: async (reason) => {
      for (const stop of schedules) stop(reason?.message);
      stopping.abort();
      await metrics?.close();
      const closed = app.stop();
      await Promise.all(opened.map((one) => close(one, closed)));
    },
  };
}

type OpenedTask = StartedTask & {
  readonly task: RunningTask;
  readonly onSlack: TaskOnSlack;
  readonly store: Store;
  /** Another bot was at work before. */
  readonly hasWaited: boolean;
  readonly results: ResultChannel | undefined;
  readonly lastFailure: () => Health['lastFailure'];
};

/** Only where the settings of a task name a port. */
async function loadMetrics(): Promise<Metrics> {
  const { openMetrics } = await import('./metrics.ts');
  return openMetrics();
}

type MetricsPlace = { readonly isStandby?: boolean; readonly log: Log; readonly signal: AbortSignal };

/** Throws where the port is taken; a standby tries again instead, as the one before may be stopped and still have it. */
async function serve(metrics: Metrics, port: number, around: MetricsPlace): Promise<void> {
  const { isStandby, log, signal } = around;
  try {
    log('serving metrics', { at: `http://127.0.0.1:${await metrics.serve(port)}/metrics` });
  } catch (error) {
    if (!isStandby) throw error;
    log('metrics not served, will try again', { error: (error as Error).message });
    const again = sleep(METRICS_AGAIN_MS, undefined, { ref: false, signal });
    again.then(() => serve(metrics, port, around)).catch(() => undefined);
  }
}

/** Opens what a task needs. What is in the way of one is told to its admins. */
async function openOne(settings: Settings, shared: Process, logLines: Log): Promise<OpenedTask> {
  const { name } = settings;
  const slack = slackSettings(settings, shared.tokens);
  const { log, lastFailure } = noteFailures(shared.metrics?.counted(name, logLines) ?? logLines);
  for (const setting of settings.outdated) log('setting not needed any more', { setting });
  try {
    // Before anything is opened: a secret that is missing is told at once.
    let journal: Journal | undefined;
    const around = outside(settings, shared, log, () => journal);
    let hasWaited = false;
    const onWait = (holder: string) => {
      hasWaited = true;
      log('waiting for another bot to end', { holder });
    };
    const store = await openStore(storePlace(settings, shared.environment), { onWait });
    journal = openJournal(store, around.now, log);
    const told = openTold(journal);
    const channel = openChannel(slack, log, store.refuseIfLost, shared.outlet, told);
    sayDamage(store.damaged, channel, told, log);
    const source = inTurnWithOthers(around.source, store, shared.pools);
    const results = slack.results === undefined ? undefined : shared.results.get(slack.results);
    const heard = { log, ...(shared.debug && { debug: log }), ...(results && { results: results.partOf(name) }) };
    const task = openTask({ ...{ store, channel, ...heard }, ...around, source });
    shared.metrics?.watch(name, task.figures);
    const onSlack = { name, task, channel, settings: slack, log };
    return { name, settings, task, onSlack, store, hasWaited, results, lastFailure };
  } catch (error) {
    if (!shared.isOnly) sayNotStarted(openChannel(slack, log, unasked, shared.outlet), (error as Error).message, log);
    throw error;
  }
}

/** Looks for batches and keeps the health file, until the returned function is called. */
function schedule({ name, settings, task, onSlack, store, lastFailure }: OpenedTask): (reason?: string) => void {
  const { log } = onSlack;
  const stopSchedule = startSchedule(task, settings, log, store.refuseIfLost);
  const health = { file: join(settings.data, 'health.json'), name, lost: store.lost };
  const stopHealth = startHealth(health, task, lastFailure);
  log('ready', { channel: onSlack.settings.channel, batches: batchesName(settings) });
  task.look().catch((error) => log('not advanced, will try again', { error: String(error) }));
  return (reason) => {
    stopSchedule();
    stopHealth(reason);
  };
}

/** Lets a task finish, within the time there is. `closed`: when nobody can press anything any more. */
async function close({ task, onSlack, store, results }: OpenedTask, closed: Promise<void>): Promise<void> {
  const { channel, log } = onSlack;
  const settled = () => Promise.all([channel.settled(), results?.channel.settled()]);
  const drained = closed.then(() => task.close()).then(settled);
  const outcome = await Promise.race([drained, sleep(STOP_MS, 'late', { ref: false })]);
  if (outcome === 'late') {
    log('stopped before everything was sent; the next start sends it');
    // Clicks that wait behind slow work were acknowledged: they are kept.
    await task.abandon();
  }
  await store.close();
}

function textOf(failures: readonly Error[]): string {
  return failures.map(({ message }) => message).join('\n');
}

/** Where batches, predictions and winners are, and the clock. */
function outside(settings: Settings, { environment, signal }: Process, log: Log, journal: () => Journal | undefined) {
  const now = () => new Date();
  const refuseIfLost = async () => journal()?.refuseIfLost();
  const { folder, others, listeners } = handOverTo(settings, { now, log, signal, environment, refuseIfLost });
  const bring = bringBatches(settings, environment, signal, refuseIfLost);
  const mayBeAskedFor = async (model: string) => isNeeded(await fingerprintOf(model), journal());
  const refresh = refreshPool(settings, environment, mayBeAskedFor);
  return {
    now,
    source: openSource(settings, { environment, log, signal, refresh, refuseIfLost }),
    ...(folder && { target: folder }),
    targets: others,
    listeners,
    findBatch: batchFinder(settings.batches, settings.schedule.settledMinutes, now, log, bring),
    batchNamed: (name: string) => ({ name, folder: join(settings.batches, name) }),
    isQuiet: quietHours(settings.schedule.quiet, settings.schedule.timeZone),
    rules: settings.rules,
    lookingIn: batchesName(settings),
    pool: () => poolNames(settings),
    retention: retentionOf(settings, forgetWorkOf(settings, environment)),
  };
}
