import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';
import { type RealMlflow, startMlflow } from '../deploy/mlflow-server.ts';
import { type MlflowStandIn, startMlflowStandIn } from '../deploy/mlflow-stand-in.ts';
import { type Delivery, SECRET, startReceiver } from '../deploy/receiver.ts';
import { sha256Of } from '../deploy/stand-in-registry.ts';
import { startTritonStandIn } from '../deploy/triton-stand-in.ts';

/** A place that winners are handed to, as the settings name it, and as somebody reads it who knows nothing of the bot. */
export type Place = {
  readonly setting: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** What serves there, by what the place itself says; undefined while nothing does. */
  serving(): Promise<{ readonly model: string; readonly isWithdrawn: boolean } | undefined>;
  /** The events it was told, in order, where it is somebody who is told. */
  told?(): Promise<readonly Omit<Delivery, 'id'>[]>;
  /** Another text whenever something was changed there. */
  state(): Promise<string>;
  /** Lets nobody in, or everybody again. */
  shut(isShut: boolean): Promise<void>;
};

/** The demo's models that take part, in the order in which they do well. */
export const MODELS = ['fog', 'rain', 'snow'] as const;

export const fileOf = (model: string) => `data/demo/models/${model}.onnx`;

export async function folderPlace(data: string): Promise<Place> {
  const deployed = join(data, 'deployed');
  return {
    setting: { to: 'folder', path: data },
    async serving() {
      const about = await readJson(join(deployed, 'deployed.json'));
      if (!about) return undefined;
      await checkFile(join(deployed, 'model.onnx'), about);
      return { model: String(about.model), isWithdrawn: about.withdrawn !== undefined };
    },
    state: async () => {
      const versions = await readdir(join(data, 'deployments')).catch(() => []);
      return [...versions, await readFile(join(deployed, 'deployed.json'), 'utf8').catch(() => '')].join();
    },
    // Somebody's own folder of that name is not replaced.
    shut: async (isShut) => {
      if (isShut) await rename(deployed, `${deployed}.aside`).then(() => mkdir(deployed));
      else await rm(deployed, { recursive: true }).then(() => rename(`${deployed}.aside`, deployed));
    },
  };
}

export async function tritonPlace(folder: string): Promise<Place> {
  const repository = join(folder, 'repository');
  const triton = await startTritonStandIn(repository);
  triton.authorization = 'Bearer of-triton';
  onTestFinished(triton.stop);
  const version = async () => {
    const headers = { authorization: 'Bearer of-triton' };
    const said = await fetch(`${triton.url}v2/repository/index`, { method: 'POST', headers });
    const index = (await said.json()) as { name: string; version?: string }[];
    return index.find(({ name }) => name === 'wildlife')?.version;
  };
  return {
    setting: { to: 'triton', url: triton.url, repository, model: 'wildlife', tokenFrom: 'TRITON_TOKEN' },
    environment: { TRITON_TOKEN: 'of-triton' },
    async serving() {
      const loaded = join(repository, 'wildlife', String(await version()));
      const about = await readJson(join(loaded, 'deployed.json'));
      if (about) await checkFile(join(loaded, 'model.onnx'), about);
      return about && { model: String(about.model), isWithdrawn: about.withdrawn !== undefined };
    },
    state: async () => `${triton.loads} ${await readdir(join(repository, 'wildlife')).catch(() => '')}`,
    shut: async (isShut) => {
      triton.isShut = isShut;
    },
  };
}

async function openStandIn(): Promise<MlflowStandIn> {
  const mlflow = await startMlflowStandIn();
  onTestFinished(mlflow.stop);
  return mlflow;
}

export const mlflowStandInPlace = async () => mlflowPlace(await openStandIn(), 'wildlife', 'MLFLOW_TRACKING_TOKEN');

/** A real server takes long to start, so all tests of a file share one, each with a registered model of its own. */
let real: Promise<RealMlflow> | undefined;
let realModels = 0;
afterAll(async () => (await real)?.stop());

export async function realMlflowPlace(): Promise<Place> {
  real ??= startMlflow();
  realModels += 1;
  return mlflowPlace(await real, `wildlife-${realModels}`);
}

export const unityCatalogPlace = async () =>
  mlflowPlace(await openStandIn(), 'main.vision.wildlife', 'DATABRICKS_TOKEN', { isUnityCatalog: true });

/** `token`: the variable that it is let in by, where the server wants one. */
async function mlflowPlace(
  mlflow: RealMlflow & { authorization?: string | undefined },
  name: string,
  token?: string,
  more: Record<string, unknown> = {},
): Promise<Place> {
  for (const model of MODELS) await mlflow.register(name, fileOf(model), { sha256: await sha256Of(fileOf(model)) });
  if (token !== undefined) mlflow.authorization = `Bearer of-${token}`;
  mlflow.asked.length = 0;
  return {
    setting: { to: 'mlflow', url: mlflow.url, models: [name], ...more },
    ...(token !== undefined && { environment: { [token]: `of-${token}` } }),
    serving: async () => {
      const headers = { authorization: mlflow.authorization ?? '' };
      const address = `${mlflow.url}/api/2.0/mlflow/registered-models/alias?name=${name}&alias=champion`;
      const said = await fetch(address, { headers });
      const found = (await said.json()) as {
        model_version?: { version: string; tags?: { key: string; value: string }[] };
      };
      const tags = new Map(found.model_version?.tags?.map(({ key, value }) => [key, value]));
      const model = tags.get('modelpicker.model');
      // They were registered in this order.
      if (model !== undefined && MODELS[Number(found.model_version?.version) - 1] !== model)
        throw new Error('Another version serves.');
      return model === undefined ? undefined : { model, isWithdrawn: (tags.get('modelpicker.withdrawn') ?? '') !== '' };
    },
    state: async () => String(mlflow.asked.length),
    shut: async (isShut) => {
      mlflow.isShut = isShut;
    },
  };
}

export async function webhookPlace(): Promise<Place> {
  const receiver = await startReceiver();
  onTestFinished(receiver.stop);
  return {
    setting: { to: 'webhook', url: receiver.url, secretFrom: 'HOOK_SECRET' },
    environment: { HOOK_SECRET: SECRET },
    serving: async () => servedBy(receiver.taken),
    told: async () => receiver.taken,
    state: async () => String(receiver.tries.length + receiver.forged.length),
    shut: async (isShut) => {
      receiver.mood = isShut ? 'closes early' : 'well';
    },
  };
}

export async function commandPlace(folder: string): Promise<Place> {
  const [log, closed] = [join(folder, 'told'), join(folder, 'closed')];
  const script = `read -r event; test -e "${closed}" && echo "closed" && exit 3; echo "$event" >> "${log}"`;
  const told = async () => {
    const lines = (await readFile(log, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Delivery);
  };
  return {
    setting: { to: 'command', run: ['/bin/sh', '-c', script] },
    serving: async () => servedBy(await told()),
    told,
    state: async () => String((await told()).length),
    shut: async (isShut) => (isShut ? writeFile(closed, '') : rm(closed)),
  };
}

/** What serves by the events that somebody was told. */
function servedBy(events: readonly Omit<Delivery, 'id'>[]) {
  const last = events.findLast(({ type }) => type === 'winner.deployed' || type === 'rolled_back');
  if (!last) return undefined;
  const { model, batch, result } = last.data;
  const isThat = ({ type, data }: Omit<Delivery, 'id'>) =>
    type === 'winner.withdrawn' && data.batch === batch && data.result === result;
  return { model: String(model), isWithdrawn: events.some(isThat) };
}

/** What is said is what is there. */
async function checkFile(model: string, about: Record<string, unknown>): Promise<void> {
  if ((await sha256Of(model)) !== about.sha256) throw new Error('Another file serves.');
}

async function readJson(file: string): Promise<Record<string, unknown> | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}
