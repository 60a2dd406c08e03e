import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { LeftOut, PoolModel } from '../describe/described-model.ts';
import type { Provider } from './provider.ts';

/** By provider, of those that the runtime lists: null where a session works there, else what it says. */
export type DeviceReport = Record<string, string | null>;

/** A driver that does not answer counts as absent. */
const ANSWER_MS = 60_000;

/** Of the environment, what drivers read; never a secret. */
const READ_BY_DRIVERS = /^(PATH|LD_LIBRARY_PATH|XDG_RUNTIME_DIR|(CUDA|NVIDIA|VK|DXC|ORT)_[A-Z_]+)$/i;

/** The part of the environment by which a device is found, for the processes that run models on one. */
export function deviceEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => READ_BY_DRIVERS.test(name)));
}

/** Models that ask for what is not here, each with what is, and how to get the other; `ask` is asked only where one does. */
export async function withoutDevice(
  models: readonly PoolModel[],
  ask: () => Promise<DeviceReport> = askDevices,
): Promise<LeftOut[]> {
  const wanted = models.flatMap(({ name, spec }) => (spec.providers ? [{ name, providers: spec.providers }] : []));
  if (wanted.length === 0) return [];
  const report = await ask();
  return wanted.flatMap(({ name, providers }) => {
    const missing = providers.find((one) => report[one] !== null);
    return missing === undefined ? [] : [{ name, reason: refusalOf(missing, report) }];
  });
}

/** What there is to compute on, as a process found that ONNX Runtime was loaded in. */
async function askDevices(): Promise<DeviceReport> {
  const child = fork(new URL('./device-process.ts', import.meta.url), {
    ...{ serialization: 'advanced', execArgv: [], env: deviceEnvironment() },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code, killedBy]): DeviceReport => {
    const reason = `a driver ended the process that asked (${killedBy ?? `code ${code}`})`;
    return { cuda: reason, tensorrt: reason, webgpu: reason, dml: reason, coreml: reason, cpu: null };
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), ANSWER_MS);
  const told = once(child, 'message').then(([report]) => report as DeviceReport);
  child.send(ONE_NODE, () => undefined);
  return Promise.race([told, ended]).finally(() => clearTimeout(timer));
}

/** Names the provider, why not, what is here instead, and the cure. */
function refusalOf(provider: Provider, report: DeviceReport): string {
  const here = Object.keys(report).filter((name) => report[name] === null);
  const said = report[provider] === undefined ? 'this ONNX Runtime has none' : plainly(report[provider] ?? '');
  return `it is to run on "${provider}", which is not available here (${said}): there is ${inWords(here)}. ${cureOf(provider)}`;
}

/** The last of what the runtime says: before it stand its own file names. */
function plainly(said: string): string {
  const [first = ''] = said.split('\n');
  return (first.split(/was false\. |: /).at(-1) ?? first).replace(/[.\s]+$/, '').slice(0, 160);
}

function inWords(names: readonly string[]): string {
  return names.length < 2 ? `only ${names[0] ?? 'nothing'}` : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function cureOf(provider: Provider): string {
  switch (provider) {
    case 'cuda':
    case 'tensorrt':
      return 'On linux x64 with CUDA 12 and cuDNN 9, ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node brings it; or take it out of "providers"';
    case 'webgpu':
      return 'It takes a GPU with its driver (Vulkan on linux); or take it out of "providers"';
    case 'dml':
      return 'It is part of ONNX Runtime on Windows alone; take it out of "providers"';
    case 'coreml':
      return 'It is part of ONNX Runtime on macOS alone; take it out of "providers"';
    case 'cpu':
      return 'Install onnxruntime-node again';
  }
}

/** An ONNX model of one node, `b = -a`. */
const ONE_NODE = Buffer.from(
  'CAhCBAoAEBFCDgoKYWkub25ueC5tbBACOjgKDQoBYRIBYiIDTmVnOgASBWdyYXBoWg8KAWESCgoICAESBAoCCAFiDwoBYhIKCggIARIECgIIAQ==',
  'base64',
);
