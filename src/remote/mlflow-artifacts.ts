import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ask, download } from './http.ts';
import { ModelVersion } from './mlflow.ts';
import { call, headersFor, type MlflowServer } from './mlflow-call.ts';
import type { RegisteredVersion } from './registry.ts';

const API = '/api/2.0/mlflow';
const ARTIFACTS = '/api/2.0/mlflow-artifacts/artifacts';
const SCHEME = 'mlflow-artifacts:';

/** For sending or fetching one file. */
const TRANSFER_MS = 600_000;

/** How long a version may be on its way into the registry. */
const READY_MS = 60_000;

/** A file of a version: below the version's folder, and where the server has it. */
export type RegisteredFile = { readonly file: string; readonly path: string; readonly bytes: number };

/**
 * Every file of a version that the server itself hands out, folders below it included.
 *
 * @throws where the files lie in a store that only other programs reach, with the cure.
 */
export async function filesOf(server: MlflowServer, version: RegisteredVersion): Promise<RegisteredFile[]> {
  const Answer = z.object({ artifact_uri: z.string() });
  const path = `${API}/model-versions/get-download-uri`;
  const { artifact_uri: uri } = await call(server, Answer, { path, say: { ...version } });
  const [, root] = /^mlflow-artifacts:\/*(?:[^/]*:\d+\/)?(.+)$/.exec(uri) ?? [];
  if (root !== undefined) return filesBelow(server, root, '');
  const { name, version: number } = version;
  throw new Error(
    `version ${number} of ${name} lies at ${uri.split(':')[0]}:, which the server does not hand out: start it with --serve-artifacts, and log models through it.`,
  );
}

const Files = z.object({
  files: z
    .array(z.object({ path: z.string(), is_dir: z.boolean(), file_size: z.coerce.number().default(0) }))
    .default([]),
});

async function filesBelow(server: MlflowServer, root: string, below: string): Promise<RegisteredFile[]> {
  const folder = below === '' ? root : `${root}/${below}`;
  const { files } = await call(server, Files, { path: ARTIFACTS, say: { path: folder } });
  const found: RegisteredFile[] = [];
  for (const { path, is_dir: isFolder, file_size: bytes } of files) {
    const name = path.split('/').at(-1)!;
    const file = below === '' ? name : `${below}/${name}`;
    if (isFolder) found.push(...(await filesBelow(server, root, file)));
    else found.push({ file, path: `${root}/${file}`, bytes });
  }
  return found;
}

/** Fetches a file to a path, whole or not at all, and gives its SHA-256; refuses more than `bytesMax`. */
export async function fetchFile(server: MlflowServer, { path, file }: RegisteredFile, to: string, bytesMax: number) {
  const hash = createHash('sha256');
  const unfinished = await open(`${to}.new`, 'w');
  let bytes = 0;
  try {
    await download({ ...requestFor(server, path), timeoutMs: TRANSFER_MS }, async (piece) => {
      bytes += piece.length;
      if (bytes > bytesMax) throw new Error(`${file} has more than ${bytesMax / 1e6} MB`);
      hash.update(piece);
      await unfinished.writeFile(piece);
    });
    await unfinished.sync();
  } finally {
    await unfinished.close();
  }
  await rename(`${to}.new`, to);
  return hash.digest('hex');
}

function requestFor(server: MlflowServer, path: string) {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const { signal, url } = server;
  return { url: `${url.replace(/\/+$/, '')}${ARTIFACTS}/${encoded}`, headers: headersFor(server), signal };
}

/**
 * Sends a model's files and registers them as a new version with these tags; resolves when it is ready. Servers take no
 * files but those of a run, so there is one for it.
 */
export async function registerVersion(
  server: MlflowServer,
  name: string,
  files: ReadonlyMap<string, string>,
  tags: Readonly<Record<string, string>>,
): Promise<RegisteredVersion> {
  const Run = z.object({ run: z.object({ info: z.object({ run_id: z.string(), artifact_uri: z.string() }) }) });
  const begin = { experiment_id: '0', run_name: `Model Picker: ${name}`, start_time: Date.now() };
  const { info } = (await call(server, Run, { method: 'POST', path: `${API}/runs/create`, say: begin })).run;
  if (!info.artifact_uri.startsWith(SCHEME))
    throw new Error(
      `${new URL(server.url).origin} takes no files: start it with --serve-artifacts, or set register: false.`,
    );
  const source = `${info.artifact_uri}/model`;
  for (const [file, from] of files) {
    const path = `${source.slice(SCHEME.length).replace(/^\/+/, '')}/${file}`;
    const body = new Uint8Array(await readFile(from));
    await server.mayChange?.();
    const { status } = await ask({ ...requestFor(server, path), method: 'PUT', body, timeoutMs: TRANSFER_MS });
    if (status >= 300)
      throw new Error(`${new URL(server.url).origin} does not take the model’s file (status ${status}).`);
  }
  const say = { name, source, run_id: info.run_id, tags: Object.entries(tags).map(([key, value]) => ({ key, value })) };
  const Answer = z.object({ model_version: ModelVersion });
  const { model_version: made } = await call(server, Answer, {
    method: 'POST',
    path: `${API}/model-versions/create`,
    say,
  });
  await call(server, z.looseObject({}), {
    ...{ method: 'POST', path: `${API}/runs/update` },
    say: { run_id: info.run_id, status: 'FINISHED', end_time: Date.now() },
  });
  await untilReady(server, made);
  return { name, version: made.version };
}

async function untilReady(server: MlflowServer, { name, version }: RegisteredVersion): Promise<void> {
  const Answer = z.object({ model_version: ModelVersion });
  const giveUpAt = Date.now() + READY_MS;
  for (;;) {
    const path = `${API}/model-versions/get`;
    const { status } = (await call(server, Answer, { path, say: { name, version } })).model_version;
    if (status === 'READY') return;
    if (status === 'FAILED_REGISTRATION' || Date.now() > giveUpAt)
      throw new Error(`The registry did not take version ${version} of ${name} (${status}). Look into its log.`);
    await sleep(1_000, undefined, { signal: server.signal });
  }
}
