import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mlflowRegistry } from '../remote/mlflow.ts';
import { fetchFile, filesOf, type RegisteredFile } from '../remote/mlflow-artifacts.ts';
import type { MlflowServer } from '../remote/mlflow-call.ts';
import type { RegisteredVersion, TaggedVersion } from '../remote/registry.ts';
import { LEFT_POOL } from './left-pool.ts';
import { type Origin, readOrigin, writeOrigin } from './origin.ts';

/** `passed`: tags that a version must have to enter. `folder` gets a sub-folder for each version, named after it. */
export type RegistryPoolOptions = {
  readonly server: MlflowServer;
  readonly names: readonly string[];
  readonly passed: Readonly<Record<string, string>>;
  /** The tag that holds the SHA-256 of a version's model file, where it has one. */
  readonly tag: string;
  readonly folder: string;
  /** The SHA-256 of a model with its weights, where they are files of their own: a tag may hold that one, too. */
  readonly fingerprintOf: (model: string) => Promise<string>;
  /** Whether what has left may yet be asked for, by the path of the model: it is then kept, outside the pool. */
  readonly isNeeded?: (model: string) => Promise<boolean>;
};

type Absent = { readonly name: string; readonly reason: string };

/** A model file, and a file beside it. */
const [FILE_BYTES_MAX, FILES_MAX] = [10e9, 100];

const DAY_MS = 86_400_000;

/** What only Python would read, and must not lie around. */
const NOT_OURS = /(^|\/)(MLmodel|conda\.yaml|python_env\.yaml|requirements\.txt)$|\.(pkl|pickle|pt|pth|py)$/;

/**
 * Makes the folder hold what the registry lets in by now: every ready version with the tags, fetched once and kept by its
 * SHA-256. Gives what does not come in although it should, and what has left, with the reasons.
 *
 * @throws when the registry cannot be asked: nobody knows then who has passed.
 */
export async function fetchPool(options: RegistryPoolOptions): Promise<Absent[]> {
  const { server, names, folder } = options;
  await mkdir(folder, { recursive: true });
  const registry = mlflowRegistry(server);
  const versions = (await Promise.all(names.map((name) => registry.versions(name)))).flat();
  const passed = versions.filter((version) => version.isReady && hasPassed(version, options));
  const absent = names.flatMap((name) =>
    untagged(
      versions.filter((one) => one.name === name),
      options,
    ),
  );
  for (const version of passed) {
    await bring(version, options).catch(async (error: Error) => {
      server.signal.throwIfAborted();
      absent.push({ name: nameFor(version), reason: error.message });
    });
  }
  const present = new Set(passed.map(nameFor));
  for (const name of await foldersIn(folder)) {
    if (present.has(name) && !absent.some((one) => one.name === name)) continue;
    const isNews = await leave(join(folder, name), options);
    if (isNews && !present.has(name) && !absent.some((one) => one.name === name))
      absent.push({ name, reason: `it is not ready with the tag ${wantedTags(options)} any more` });
  }
  await tidyFiles(folder);
  return absent;
}

/** Takes a version out of the pool; false when it had left before. */
async function leave(place: string, { isNeeded = async () => false }: RegistryPoolOptions): Promise<boolean> {
  const had = await readdir(place);
  const model = had.find(isModel);
  if (model !== undefined && (await isNeeded(join(place, model)))) await writeFile(join(place, LEFT_POOL), '');
  else await rm(place, { recursive: true, force: true });
  return !had.includes(LEFT_POOL);
}

/** Removes fetched files that no version has any more. What another process fetches at the moment has no such name. */
async function tidyFiles(folder: string): Promise<void> {
  const used = new Set<string>();
  for (const name of await foldersIn(folder)) {
    const origin = await readOrigin(join(folder, name));
    for (const { sha256 } of Object.values(origin?.files ?? {})) used.add(sha256);
  }
  const kept = await readdir(filesBeside(folder)).catch((): string[] => []);
  const unused = kept.filter((name) => /^[0-9a-f]{64}$/.test(name) && !used.has(name));
  await Promise.all(unused.map((name) => rm(join(filesBeside(folder), name), { force: true })));
  const halfway = [
    ...kept.filter((name) => name.startsWith('fetched-')).map((name) => join(filesBeside(folder), name)),
    ...(await readdir(folder)).filter((name) => name.endsWith('.new')).map((name) => join(folder, name)),
  ];
  await Promise.all(halfway.map(removeAbandoned));
}

/** What a kill left half fetched. Nobody fetches for a day. */
async function removeAbandoned(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found && Date.now() - found.mtimeMs > DAY_MS) await rm(path, { recursive: true, force: true });
}

function filesBeside(folder: string): string {
  return join(dirname(folder), 'files');
}

/**
 * The version whose model has this SHA-256, if it is one that was fetched.
 *
 * @param fingerprintOf the SHA-256 of a model with its weights, where they are files of their own.
 */
export async function fetchedVersion(
  folder: string,
  sha256: string,
  fingerprintOf: (model: string) => Promise<string>,
): Promise<RegisteredVersion | undefined> {
  for (const name of await foldersIn(folder)) {
    const origin = await readOrigin(join(folder, name));
    const model = Object.keys(origin?.files ?? {}).find(isModel);
    if (!origin || model === undefined) continue;
    const found = await fingerprintOf(join(folder, name, model)).catch(() => undefined);
    if (found === sha256) return { name: origin.name, version: origin.version };
  }
  return undefined;
}

/** The versions that came after the newest one that passed: somebody may wait for them. Older ones are history. */
function untagged(newestFirst: readonly TaggedVersion[], options: RegistryPoolOptions): Absent[] {
  const last = newestFirst.findIndex((version) => hasPassed(version, options));
  return newestFirst.slice(0, last < 0 ? 1 : last).map((version) => ({
    name: nameFor(version),
    reason: `it does not have the tag ${wantedTags(options)}, so it has not passed`,
  }));
}

function wantedTags({ passed }: RegistryPoolOptions): string {
  return Object.entries(passed)
    .map(([key, value]) => `${key} = ${value}`)
    .join(' and ');
}

function hasPassed({ tags }: TaggedVersion, { passed }: RegistryPoolOptions): boolean {
  return Object.entries(passed).every(([key, value]) => tags[key] === value);
}

/** A name with its version, for people and for the file system. */
function nameFor({ name, version }: RegisteredVersion): string {
  return `${name.replaceAll(/[^\w.-]+/g, '_').replace(/^[.]/, '_')}-v${version}`;
}

const isModel = (file: string) => file.endsWith('.onnx');

async function bring(version: TaggedVersion, options: RegistryPoolOptions): Promise<void> {
  const { server, folder } = options;
  const place = join(folder, nameFor(version));
  const wanted = modelFiles(await filesOf(server, version));
  const before = await readOrigin(place);
  if (before && (await isWhole(place, before, wanted))) return rm(join(place, LEFT_POOL), { force: true });
  // Somebody may look at the pool from the terminal meanwhile, and fetch, too.
  const unfinished = join(folder, `.${nameFor(version)}.${process.pid}.new`);
  await fill(unfinished, version, wanted, options).catch(async (error) => {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  });
  await rm(place, { recursive: true, force: true });
  await rename(unfinished, place);
}

/** Fetches all that is wanted of a version into a new folder. */
async function fill(
  unfinished: string,
  version: TaggedVersion,
  wanted: readonly RegisteredFile[],
  { server, folder, tag, fingerprintOf }: Pick<RegistryPoolOptions, 'server' | 'folder' | 'tag' | 'fingerprintOf'>,
): Promise<void> {
  await rm(unfinished, { recursive: true, force: true });
  const files: Origin['files'] = {};
  for (const one of wanted) files[one.file] = await keep(server, one, join(unfinished, one.file), folder);
  const said = version.tags[tag];
  const model = wanted.find(({ file }) => isModel(file))!.file;
  const isThat = said === undefined || said === files[model]!.sha256;
  // A hand-over tags it with the SHA-256 of the model and its weights.
  if (!isThat && said !== (await fingerprintOf(join(unfinished, model)).catch(() => undefined)))
    throw new Error(`its file is not the one that its tag ${tag} names: register it anew`);
  await writeOrigin(unfinished, { name: version.name, version: version.version, files });
}

/** The one model of a version, and what lies beside it. */
function modelFiles(all: readonly RegisteredFile[]): RegisteredFile[] {
  const models = all.filter(({ file }) => isModel(file));
  if (models.length !== 1)
    throw new Error(`it has ${models.length} .onnx files, and there must be one: log it with mlflow.onnx.log_model`);
  const folder = dirname(models[0]!.file);
  const beside = all.filter(({ file }) => dirname(file) === folder && !NOT_OURS.test(file));
  if (beside.length > FILES_MAX) throw new Error(`it has ${beside.length} files, and at most ${FILES_MAX} are fetched`);
  for (const { file } of beside)
    if (/(^|[\\/])\.|\\/.test(file)) throw new Error(`"${file}" is not a name for a file of a model`);
  return beside.map((one) => ({ ...one, file: one.file.slice(folder === '.' ? 0 : folder.length + 1) }));
}

/** Fetches a file into the cache and gives it a second name in the pool, which costs no room. */
async function keep(server: MlflowServer, one: RegisteredFile, to: string, folder: string) {
  const cache = filesBeside(folder);
  await mkdir(cache, { recursive: true });
  await mkdir(dirname(to), { recursive: true });
  const fresh = join(cache, `fetched-${process.pid}`);
  const sha256 = await fetchFile(server, one, fresh, FILE_BYTES_MAX);
  const { size: bytes } = await stat(fresh);
  if (bytes !== one.bytes)
    throw new Error(`"${one.file}" came with ${bytes} bytes, and the registry says ${one.bytes}`);
  await rename(fresh, join(cache, sha256));
  await link(join(cache, sha256), to);
  return { sha256, bytes };
}

/** Whether all that is wanted is there, unchanged. */
async function isWhole(place: string, { files }: Origin, wanted: readonly RegisteredFile[]): Promise<boolean> {
  if (wanted.length !== Object.keys(files).length) return false;
  for (const { file, bytes } of wanted) {
    const known = files[file];
    if (!known || known.bytes !== bytes) return false;
    if ((await hashOf(join(place, file)).catch(() => undefined)) !== known.sha256) return false;
  }
  return true;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest('hex');
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
}
