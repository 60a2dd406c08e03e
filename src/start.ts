import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openTargets } from './deploy/open-targets.ts';
import { noteFailures, startHealth } from './health.ts';
import type { Log } from './log.ts';
import { newestBatch, type Passed } from './predictions/batches.ts';
import { listModels } from './predictions/onnx/describe/list-models.ts';
import { onnxSource } from './predictions/onnx/onnx-source.ts';
import { fetchedVersion } from './predictions/registry-pool.ts';
import type { Source } from './predictions/source.ts';
import { startSchedule } from './schedule.ts';
import { predictionsFolder, roundsFolder } from './settings/folders.ts';
import { quietHours } from './settings/quiet-hours.ts';
import { refreshPool } from './settings/registry.ts';
import type { Settings, Tokens } from './settings/settings.ts';
import { registryFolder } from './settings/targets.ts';
import { startApp } from './slack/app.ts';
import { openChannel } from './slack/out/channel.ts';
import type { SlackSettings } from './slack/settings.ts';
import { openLowdbStore } from './store/lowdb-store.ts';
import type { Task } from './task/asking/verbs.ts';
import { openTask } from './task/task.ts';

/** A running bot, connected to Slack and looking for batches. */
export type Running = {
  readonly task: Task;
  /** Resolves with the reason and its cure when Slack takes the bot back no more; then `stop` it and end. */
  readonly lost: Promise<Error>;
  /** `reason` stays in the health file. */
  stop(reason?: Error): Promise<void>;
};

/** Whatever still waits for Slack then is dropped: everything that matters is on disk. */
const STOP_MS = 4_000;

/**
 * Opens, connects and schedules, in the order in which each needs the one before. Throws when another bot works on the
 * same data, when Slack refuses the tokens, their scopes or the channel, or when a folder is missing.
 */
export async function start(
  settings: Settings,
  tokens: Tokens,
  logLines: Log,
  { debug = false, environment = process.env }: { debug?: boolean; environment?: NodeJS.ProcessEnv } = {},
): Promise<Running> {
  const slack = slackSettings(settings, tokens);
  const { log, lastFailure } = noteFailures(logLines);
  for (const setting of settings.outdated) log('setting not needed any more', { setting });
  const stopping = new AbortController();
  const { signal } = stopping;
  // Before anything is opened: a secret that is missing is told at once.
  const around = outside(settings, environment, signal, log);
  const store = await openLowdbStore(roundsFolder(settings));
  for (const { file, reason } of store.damaged) log('damaged file set aside', { file, reason });
  const channel = openChannel(slack, log);
  const task = openTask({ ...{ store, channel, log, ...(debug && { debug: log }) }, ...around });
  const app = await startApp({ task, channel, settings: slack, log }).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const stopSchedule = startSchedule(task, settings, log);
  app.lost.then((reason) => log('ended by Slack', { error: reason.message }));
  const stopHealth = startHealth(join(settings.data, 'health.json'), task, lastFailure);
  log('ready', { channel: slack.channel, batches: settings.batches });
  task.look().catch((error) => log('not advanced, will try again', { error: String(error) }));

  async function drain(): Promise<'drained'> {
    await app.stop();
    await task.close();
    await channel.settled();
    return 'drained';
  }

  return {
    task,
    lost: app.lost,
    stop: async (reason) => {
      stopSchedule();
      stopHealth(reason?.message);
      stopping.abort();
      const outcome = await Promise.race([drain(), sleep(STOP_MS, 'late', { ref: false })]);
      if (outcome === 'late') {
        log('stopped before everything was sent; the next start sends it');
        // Clicks that wait behind slow work were acknowledged: they are kept.
        await task.abandon();
      }
      await store.close();
    },
  };
}

/** Where batches, predictions and winners are, and the clock. */
function outside(settings: Settings, environment: NodeJS.ProcessEnv, signal: AbortSignal, log: Log) {
  const now = () => new Date();
  const versionOf = (sha256: string) => fetchedVersion(registryFolder(settings.data), sha256);
  const reached = { folder: dirname(settings.file), now, log, signal, environment, versionOf };
  const { folder, others, listeners } = openTargets(settings.targets, reached);
  return {
    now,
    source: openSource(settings, environment, signal),
    ...(folder && { target: folder }),
    targets: others,
    listeners,
    findBatch: findBatch(settings, now, log),
    batchNamed: (name: string) => ({ name, folder: join(settings.batches, name) }),
    isQuiet: quietHours(settings.schedule.quiet, settings.schedule.timeZone),
    rules: settings.rules,
    lookingIn: settings.batches,
    pool: () => modelNames(settings),
  };
}

async function modelNames({ models }: Settings): Promise<string[]> {
  return models === undefined ? [] : (await listModels(models)).map(({ name }) => name);
}

/** Looks for a batch; what lies beside and is not taken is told to the operator once, not every minute. */
function findBatch({ batches, schedule }: Settings, now: () => Date, log: Log) {
  let told = new Map<string, string>();
  return async (after?: string) => {
    const passed = new Map<string, string>();
    const pass = ({ name, reason }: Passed) => void passed.set(name, reason);
    const batch = await newestBatch(batches, schedule.settledMinutes * 60_000, now(), { after, pass });
    for (const [name, reason] of passed) if (told.get(name) !== reason) log('not taken for a batch', { name, reason });
    told = passed;
    return batch;
  };
}

/** The models of the settings' folder; what they said is kept per batch below the data folder. */
function openSource(settings: Settings, environment: NodeJS.ProcessEnv, signal: AbortSignal): Source {
  const { models, descriptions, classes, gate } = settings;
  const refresh = refreshPool(settings, environment);
  const source = onnxSource({
    ...(refresh && { refresh }),
    ...{ models, descriptions, signal },
    ...(classes && { classes }),
    ...(gate !== undefined && { gate }),
    resultsOf: (batch) => predictionsFolder(settings, batch),
  });
  // What was stopped is not a failure that anybody has to hear of.
  const unlessStopped = (error: Error) => (signal.aborted ? new Promise<never>(() => {}) : Promise.reject(error));
  return { ...source, predict: (...wanted) => source.predict(...wanted).catch(unlessStopped) };
}

function slackSettings({ slack, schedule }: Settings, tokens: Tokens): SlackSettings {
  if (!slack) {
    throw new Error('The settings have no "slack" part. Name at least the channel: slack: { channel: C0123ABCD }.');
  }
  const { channel, team, allowed, admins, uploadsPerMinute, keepImagesDays, guidelines } = slack;
  return {
    ...tokens,
    channel,
    ...(team !== undefined && { team }),
    ...(allowed && { allowed }),
    ...(uploadsPerMinute !== undefined && { uploadsPerMinute }),
    ...(keepImagesDays !== undefined && { keepImagesDays }),
    admins,
    timeZone: schedule.timeZone,
    guidelines,
  };
}
