import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readTruth } from '../../src/demo/truth.ts';
import { nameOfTarget } from '../../src/deploy/target-setting.ts';
import { roundsFolder } from '../../src/settings/folders.ts';
import { readSettings, type Settings } from '../../src/settings/settings.ts';
import { readStore } from '../../src/store/lowdb-store.ts';
import { happeningsSince } from '../../src/task/handing/happenings.ts';
import { readLedger } from '../../src/task/handing/ledger.ts';
import { readJournal } from '../../src/task/journal.ts';
import { wantedIn } from '../../src/task/serving/served.ts';
import { startWorkspace, UNHURRIED_MS, type Workspace } from '../../src/workspace/workspace.ts';
import { type MlflowStandIn, startMlflowStandIn } from '../deploy/mlflow-stand-in.ts';
import { type Receiver, SECRET, startReceiver } from '../deploy/receiver.ts';
import { sha256Of } from '../deploy/stand-in-registry.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const BATCH = '2026-11-02';
export const ADMIN = 'U0ADA';

/** A team with every kind of target on this machine: a folder, a registry, a receiver and a program. */
export type Served = {
  readonly settings: Settings;
  readonly workspace: Workspace;
  readonly mlflow: MlflowStandIn;
  readonly receiver: Receiver;
  /** Ids of the events that the program was told, in order. */
  told(): Promise<string[]>;
  /** `dieAt`: the moment of its life at which it is killed, see `dying.ts`. */
  startBot(dieAt?: number): ChildProcess;
  /** At which moments it died. */
  deaths(): Promise<string[]>;
  close(): Promise<void>;
};

export async function openServed(deploy: 'automatic' | 'ask'): Promise<Served> {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-served-'));
  const [mlflow, receiver, workspace] = await Promise.all([startMlflowStandIn(), startReceiver(), openRoom()]);
  await fill(folder, mlflow);
  const program = `echo "$MODELPICKER_EVENT_ID" >> ${join(folder, 'told')}`;
  const targets = [
    { to: 'folder' },
    { to: 'mlflow', url: mlflow.url, models: ['wildlife'] },
    { to: 'webhook', url: receiver.url },
    { to: 'command', run: ['/bin/sh', '-c', program] },
  ];
  const { descriptions, classes } = readSettings(join(ROOT, 'data/demo/modelpicker.yaml'));
  const slack = { channel: 'C0MODELS', admins: [ADMIN], uploadsPerMinute: 6_000 };
  const schedule = { look: '*/2 * * * * *', settledMinutes: 0 };
  const file = join(folder, 'modelpicker.yaml');
  // YAML takes JSON as it is.
  const folders = { models: 'pool', batches: 'batches', data: 'live' };
  await writeFile(
    file,
    JSON.stringify({ ...folders, descriptions, classes, targets, slack, schedule, deploy, budget: 150 }),
  );
  const [settings, died] = [readSettings(file), join(folder, 'died')];
  const lines = async (path: string) => (await readFile(path, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  return {
    ...{ settings, workspace, mlflow, receiver },
    told: () => lines(join(folder, 'told')),
    deaths: () => lines(died),
    startBot: (dieAt) => {
      const { botToken, appToken, apiUrl } = workspace;
      const tokens = { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_API_URL: apiUrl };
      const dying = dieAt === undefined ? {} : { DIE_AT: String(dieAt), DIED_AT: died };
      const args = [
        '--import',
        join(ROOT, 'test/journey/dying.ts'),
        join(ROOT, 'src/cli.ts'),
        'start',
        '--config',
        file,
      ];
      return spawn(process.execPath, args, {
        env: { ...process.env, ...tokens, ...dying, WEBHOOK_SECRET: SECRET },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
    },
    close: async () => {
      await Promise.all([mlflow.stop(), receiver.stop(), workspace.close()]);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const openRoom = () =>
  startWorkspace({
    people: [
      { id: ADMIN, name: 'Ada' },
      { id: 'U0BEN', name: 'Ben' },
    ],
    channels: [{ id: 'C0MODELS', name: 'models' }],
    commands: [{ command: '/modelpicker', description: 'Model Picker', usageHint: 'help' }],
    rates: 'off',
    deadlineMs: UNHURRIED_MS,
  });

/** Two models in files and one whose answers come with the batch; the registry knows all three. */
async function fill(folder: string, mlflow: MlflowStandIn): Promise<void> {
  await cp(join(ROOT, 'data/demo/batches', BATCH), join(folder, 'batches', BATCH), { recursive: true });
  await mkdir(join(folder, 'pool'));
  for (const model of ['fog', 'night-infrared']) {
    const file = join(folder, 'pool', `${model}.onnx`);
    await cp(join(ROOT, 'data/demo/models', `${model}.onnx`), file);
    await mlflow.register('wildlife', file, { sha256: await sha256Of(file) });
  }
  await mlflow.register('wildlife', join(folder, 'pool/fog.onnx'), { 'modelpicker.name': 'distant' });
  const truth = [...readTruth(join(ROOT, 'data/demo/truth', `${BATCH}.csv`))];
  const names = [...new Set(truth.map(([, name]) => name))];
  // Wrong on two images of three.
  const wrong = (name: string, at: number) => (at % 3 > 0 ? names[(names.indexOf(name) + 1) % names.length] : name);
  const rows = truth.map(([image, name], at) => `${image},${wrong(name, at)}`);
  await writeFile(join(folder, 'batches', BATCH, 'predictions.csv'), ['file,distant', ...rows, ''].join('\n'));
}

/** The facts on disk, as another process reads them. */
export async function readFacts({ settings }: Pick<Served, 'settings'>) {
  const store = await readStore(roundsFolder(settings));
  return { store, journal: readJournal(store), ledger: readLedger(store) };
}

/** What does not hold, in words: of what was delivered, and of what serves once everything is handed over. */
export async function faultsOf(served: Served, { isAtRest }: { isAtRest: boolean }): Promise<string[]> {
  const { store, journal, ledger } = await readFacts(served);
  const faults: string[] = [];
  const heard = {
    webhook: served.receiver.taken.map(({ id }) => id),
    command: await served.told(),
  };
  for (const [name, ids] of Object.entries(heard)) {
    const listener = nameOfTarget(served.settings.targets.find(({ to }) => to === name)!);
    const { since } = ledger.heardBy(listener);
    const due = since === undefined ? [] : happeningsSince(since, journal, store.rounds()).map(({ id }) => id);
    faults.push(...orderFaults(name, ids, due, isAtRest));
  }
  if (served.receiver.forged.length > 0) faults.push(`${served.receiver.forged.length} webhooks did not verify`);
  if (isAtRest) faults.push(...(await servingFaults(served, wantedIn(journal))));
  return faults;
}

/** Each event at least once, in order: what comes again comes right after itself. */
function orderFaults(name: string, ids: readonly string[], due: readonly string[], isAtRest: boolean): string[] {
  const once = ids.filter((id, at) => id !== ids[at - 1]);
  const isInOrder = once.every((id, at) => id === due[at]);
  const faults = isInOrder ? [] : [`${name}: told ${once.join()} where ${due.join()} was due`];
  return isAtRest && once.length !== due.length ? [...faults, `${name}: told ${once.length} of ${due.length}`] : faults;
}

async function servingFaults(served: Served, wanted: ReturnType<typeof wantedIn>): Promise<string[]> {
  if (!wanted) return [];
  const { data } = served.settings;
  const about = JSON.parse(await readFile(join(data, 'deployed/deployed.json'), 'utf8').catch(() => '{}'));
  const { registry } = served.mlflow;
  const version = registry.aliases.get('wildlife@champion');
  const tags = registry.versions.find((one) => one.version === version)?.tags ?? new Map<string, string>();
  const pin = wanted.pin?.id;
  const pinnedThere = (text = '') => (text === '' ? undefined : (JSON.parse(text) as { id: string }).id);
  const says = `${wanted.result.model} ${pin}`;
  const found = {
    folder: `${about.model} ${about.pinned?.id}`,
    mlflow: `${tags.get('modelpicker.model')} ${pinnedThere(tags.get('modelpicker.pinned'))}`,
  };
  return Object.entries(found).flatMap(([where, what]) => (what === says ? [] : [`${where}: ${what}, not ${says}`]));
}

/** Waits until everything is handed over by what the facts say; gives what does not hold after that time. */
export async function untilAtRest(served: Served, withinMs: number): Promise<string[]> {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    const faults = await faultsOf(served, { isAtRest: true });
    if (faults.length === 0 || Date.now() > giveUpAt) return faults;
    await sleep(100);
  }
}

/** Resolves when the process has ended. */
export async function ended(bot: ChildProcess): Promise<void> {
  if (bot.exitCode === null && bot.signalCode === null) await once(bot, 'exit');
}
