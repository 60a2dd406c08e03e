import type { Log } from '../log.ts';
import { mlflowRegistry } from '../remote/mlflow.ts';
import { registerVersion } from '../remote/mlflow-artifacts.ts';
import type { MlflowServer } from '../remote/mlflow-call.ts';
import { unityCatalog } from '../remote/unity-catalog.ts';
import { commandListener } from './command.ts';
import { folderTarget } from './folder.ts';
import type { Listener } from './listener.ts';
import { type MlflowTargetOptions, mlflowTarget } from './mlflow.ts';
import type { Target } from './target.ts';
import { nameOfTarget, type TargetSetting } from './target-setting.ts';
import { tritonTarget } from './triton.ts';
import { webhook } from './webhook.ts';

/** Everything a winner is handed to, and everybody who is told. */
export type Targets = {
  /** Where it is put before anybody hears of it; absent where the settings list none. */
  readonly folder?: Target;
  readonly others: readonly Target[];
  readonly listeners: readonly Listener[];
};

type Surroundings = {
  /** The folder of the settings file: commands run there. */
  readonly folder: string;
  /** Where winners are put when the settings name no folder of their own for them. */
  readonly data: string;
  readonly now: () => Date;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Knows versions whose files were fetched from the registry. */
  readonly versionOf: MlflowTargetOptions['versionOf'];
};

/** What a program gets of the environment unasked: never tokens. */
const PLAIN = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'USER'];

/** @throws naming every secret that the environment lacks, never its value. */
export function openTargets(settings: readonly TargetSetting[], around: Surroundings): Targets {
  const problems: string[] = [];
  const others: Target[] = [];
  const listeners: Listener[] = [];
  let folder: Target | undefined;
  for (const setting of settings) {
    if (setting.to === 'folder') folder = folderTarget(setting.path ?? around.data, around.now);
    else if (setting.to === 'mlflow') others.push(openMlflow(setting, around));
    else if (setting.to === 'triton') others.push(tritonTarget({ ...setting, name: nameOfTarget(setting), ...around }));
    else if (setting.to === 'command') listeners.push(openCommand(setting, around));
    else listeners.push(...openWebhook(setting, around, problems));
  }
  if (problems.length > 0) throw new Error(`Bad environment (docs/handover.md):\n${problems.join('\n')}`);
  return { ...(folder && { folder }), others, listeners };
}

/** How an MLflow server is reached, with MLflow's own environment variables. */
export function mlflowServer(url: string, environment: Surroundings['environment'], signal: AbortSignal): MlflowServer {
  const {
    MLFLOW_TRACKING_TOKEN: token,
    MLFLOW_TRACKING_USERNAME: user,
    MLFLOW_TRACKING_PASSWORD: password,
  } = environment;
  const basic = user === undefined ? undefined : `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`;
  return { url, signal, authorization: token === undefined ? basic : `Bearer ${token}` };
}

function openMlflow(setting: Extract<TargetSetting, { to: 'mlflow' }>, around: Surroundings): Target {
  const { url, models, alias, tag, register, isUnityCatalog } = setting;
  const server = mlflowServer(url, around.environment, around.signal);
  const registry = isUnityCatalog ? unityCatalog(server) : mlflowRegistry(server);
  return mlflowTarget({
    ...{ name: nameOfTarget(setting), registry, models, alias, tag, versionOf: around.versionOf },
    ...(register && {
      register: (...made: Parameters<NonNullable<MlflowTargetOptions['register']>>) => registerVersion(server, ...made),
    }),
  });
}

function openCommand(setting: Extract<TargetSetting, { to: 'command' }>, around: Surroundings): Listener {
  const given = [...PLAIN, ...setting.environment].flatMap((variable) => {
    const value = around.environment[variable];
    return value === undefined ? [] : [[variable, value] as const];
  });
  return commandListener({
    ...{ name: nameOfTarget(setting), run: setting.run, folder: around.folder, events: setting.events },
    ...{ timeoutMs: 1000 * setting.timeoutSeconds, environment: Object.fromEntries(given) },
    ...{ log: around.log, signal: around.signal },
  });
}

function openWebhook(
  setting: Extract<TargetSetting, { to: 'webhook' }>,
  { environment, now, signal }: Surroundings,
  problems: string[],
): Listener[] {
  const { url, secretFrom, events } = setting;
  const name = nameOfTarget(setting);
  try {
    return [webhook({ name, url, secret: environment[secretFrom] ?? '', events, now, signal })];
  } catch {
    const state = environment[secretFrom] === undefined ? 'not set' : 'not such a secret';
    problems.push(`✖ ${secretFrom} is ${state}: set it to "whsec_" and base64, as the receiver of ${name} has it`);
    return [];
  }
}
