import type { Log } from '../log.ts';
import { bearer, type Environment, MissingSecret, mlflowCredentials } from '../remote/credentials.ts';
import { mlflowRegistry } from '../remote/mlflow.ts';
import { registerVersion } from '../remote/mlflow-artifacts.ts';
import { unityCatalog } from '../remote/unity-catalog.ts';
import type { Store } from '../store/store.ts';
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
  /** Where winners go that no other folder is named for. */
  readonly data: string;
  /** The folder of the settings file: commands run there. */
  readonly folder: string;
  readonly now: () => Date;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly environment: Environment;
  /** Knows versions whose files were fetched from the registry. */
  readonly versionOf: MlflowTargetOptions['versionOf'];
  /** Asked right before each step that others see; throws where another process has taken the task over since. */
  readonly refuseIfLost: Store['refuseIfLost'];
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
    try {
      if (setting.to === 'folder') folder = folderTarget(setting.path ?? around.data, around.now, around);
      else if (setting.to === 'mlflow') others.push(openMlflow(setting, around));
      else if (setting.to === 'triton') others.push(openTriton(setting, around));
      else if (setting.to === 'command') listeners.push(unlessLost(openCommand(setting, around), around));
      else listeners.push(unlessLost(openWebhook(setting, around), around));
    } catch (error) {
      if (!(error instanceof MissingSecret)) throw error;
      problems.push(`✖ ${error.message} (${nameOfTarget(setting)})`);
    }
  }
  if (problems.length > 0) throw new Error(`Bad environment (docs/handover.md):\n${problems.join('\n')}`);
  return { ...(folder && { folder }), others, listeners };
}

/** Whoever has taken the task over since tells it. */
function unlessLost(listener: Listener, { refuseIfLost }: Surroundings): Listener {
  return {
    ...listener,
    tell: async (event) => {
      await refuseIfLost();
      return listener.tell(event);
    },
  };
}

function openMlflow(setting: Extract<TargetSetting, { to: 'mlflow' }>, around: Surroundings): Target {
  const { url, models, alias, tag, register, isUnityCatalog } = setting;
  const reached = { url, signal: around.signal, mayChange: around.refuseIfLost };
  const server = { ...reached, ...mlflowCredentials(setting, around.environment) };
  const registry = isUnityCatalog ? unityCatalog(server) : mlflowRegistry(server);
  return mlflowTarget({
    ...{ name: nameOfTarget(setting), registry, models, alias, tag, versionOf: around.versionOf },
    ...(register && {
      register: (...made: Parameters<NonNullable<MlflowTargetOptions['register']>>) => registerVersion(server, ...made),
    }),
  });
}

function openTriton(setting: Extract<TargetSetting, { to: 'triton' }>, around: Surroundings): Target {
  const { tokenFrom } = setting;
  const authorization = tokenFrom === undefined ? undefined : bearer(tokenFrom, around.environment);
  return tritonTarget({ ...setting, name: nameOfTarget(setting), ...around, authorization });
}

function openCommand(setting: Extract<TargetSetting, { to: 'command' }>, around: Surroundings): Listener {
  const given = (variables: readonly string[]) =>
    variables.flatMap((variable) => {
      const value = around.environment[variable];
      return value === undefined ? [] : [[variable, value] as const];
    });
  const secrets = given(setting.environment).map(([, value]) => value);
  return commandListener({
    ...{ name: nameOfTarget(setting), run: setting.run, folder: around.folder, events: setting.events },
    ...{ timeoutMs: 1000 * setting.timeoutSeconds, secrets },
    environment: Object.fromEntries(given([...PLAIN, ...setting.environment])),
    ...{ log: around.log, signal: around.signal },
  });
}

function openWebhook(
  setting: Extract<TargetSetting, { to: 'webhook' }>,
  { environment, now, signal }: Surroundings,
): Listener {
  const { url, secretFrom, events } = setting;
  const secret = environment[secretFrom];
  try {
    return webhook({ name: nameOfTarget(setting), url, secret: secret ?? '', events, now, signal });
  } catch {
    // What the library throws may quote the secret, so nothing of it is kept.
    const state = secret === undefined ? 'not set' : 'not such a secret';
    throw new MissingSecret(`${secretFrom} is ${state}: set it to "whsec_" and base64, as the receiver has it`);
  }
}
