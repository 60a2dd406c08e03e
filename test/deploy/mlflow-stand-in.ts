import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mlflowClient, type RealMlflow } from './mlflow-server.ts';
import {
  type Asked,
  nameIn,
  onVersion,
  type Said,
  type StandInRegistry,
  type StandInVersion,
  searched,
} from './stand-in-registry.ts';
import { unityCatalogRoutes } from './unity-catalog-stand-in.ts';

/**
 * A stand-in for MLflow's server, in memory: the calls that this program makes, written from the documentation of the REST
 * API, and held to the same tests as a real one. `authorization`: the header that it wants, where it wants one.
 *
 * @see https://mlflow.org/docs/latest/api_reference/rest-api.html
 */
export type MlflowStandIn = RealMlflow & {
  readonly registry: StandInRegistry;
  authorization: string | undefined;
  /** Called with each change before it is made, and after it is answered. */
  onChange: (moment: 'before' | 'after', change: string) => Promise<void> | void;
};

const ARTIFACTS = '/api/2.0/mlflow-artifacts/artifacts';

export async function startMlflowStandIn(): Promise<MlflowStandIn> {
  const registry: StandInRegistry = { versions: [], aliases: new Map() };
  const files = new Map<string, Buffer>();
  const state = {
    ...{ isShut: false, asked: [] as string[], authorization: undefined as string | undefined },
    onChange: (() => {}) as MlflowStandIn['onChange'],
  };
  const server = createServer((request, response) => {
    receive(request, response).catch((error: Error) => response.writeHead(500).end(error.message));
  });

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (state.isShut) return void request.socket.destroy();
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk as Buffer);
    if (state.authorization !== undefined && request.headers.authorization !== state.authorization)
      return void response.writeHead(401).end('Unauthorized');
    const change = `${request.method} ${request.url}`;
    if (request.method === 'GET') return answer(request, response, Buffer.concat(body));
    await state.onChange('before', change);
    state.asked.push(change);
    answer(request, response, Buffer.concat(body));
    await state.onChange('after', change);
  }

  function answer({ url, method = '' }: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const { pathname, searchParams } = new URL(url!, 'http://stand-in');
    const path = decodeURIComponent(pathname);
    if (path.startsWith(`${ARTIFACTS}/`)) {
      sendFile(response, method, path.slice(ARTIFACTS.length + 1), body, files);
      return;
    }
    const say = method === 'GET' ? Object.fromEntries(searchParams) : JSON.parse(body.toString('utf8') || '{}');
    const [status, said] = answerTo({ method, path, say }, registry, files);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async () => {
    server.closeAllConnections();
    server.close();
  };
  const { register, call } = mlflowClient(url);
  return Object.assign(state, { url, registry, register, call, stop });
}

function sendFile(response: ServerResponse, method: string, path: string, body: Buffer, files: Map<string, Buffer>) {
  if (method === 'PUT') files.set(path, body);
  const found = files.get(path);
  if (found) response.writeHead(200).end(method === 'PUT' ? '{}' : found);
  else response.writeHead(404).end();
}

function answerTo(asked: Asked, registry: StandInRegistry, files: ReadonlyMap<string, Buffer>): Said {
  const { method, path, say } = asked;
  const inUnityCatalog = unityCatalogRoutes(asked, registry);
  if (inUnityCatalog) return inUnityCatalog;
  if (path === ARTIFACTS) return [200, { files: listing(say.path!, files) }];
  const route = `${method} ${path.replace('/api/2.0/mlflow/', '')}`;
  const made = routes[route]?.(say, registry);
  return made ?? [404, { error_code: 'ENDPOINT_NOT_FOUND', message: `No such endpoint: ${route}` }];
}

const routes: Record<string, (say: Record<string, string>, registry: StandInRegistry) => Said> = {
  'POST registered-models/create': () => [200, {}],
  'POST runs/create': () => {
    const id = randomUUID().replaceAll('-', '');
    return [200, { run: { info: { run_id: id, artifact_uri: `mlflow-artifacts:/0/${id}/artifacts` } } }];
  },
  'POST runs/update': () => [200, {}],
  'POST model-versions/create': ({ name, source, tags }, { versions }) => {
    const version = String(1 + versions.filter((one) => one.name === name).length);
    const given = (tags ?? []) as unknown as { key: string; value: string }[];
    const made = { name: name!, version, source: source!, status: 'READY', tags: new Map<string, string>() };
    for (const { key, value } of given) made.tags.set(key, value);
    versions.push(made);
    return [200, { model_version: shown(made) }];
  },
  'GET model-versions/search': ({ filter, max_results: most, page_token: from }, { versions }) =>
    searched(versions.filter(({ name }) => name === nameIn(filter!)).map(shown), Number(most ?? 200), from),
  'GET model-versions/get': (say, registry) => onVersion(say, registry, (one) => ({ model_version: shown(one) })),
  'GET model-versions/get-download-uri': (say, registry) =>
    onVersion(say, registry, ({ source }) => ({ artifact_uri: source })),
  'POST model-versions/set-tag': (say, registry) =>
    onVersion(say, registry, ({ tags }) => {
      tags.set(say.key!, say.value!);
      return {};
    }),
  'POST registered-models/alias': (say, registry) =>
    onVersion(say, registry, ({ name, version }) => {
      registry.aliases.set(`${name}@${say.alias}`, version);
      return {};
    }),
  'GET registered-models/alias': ({ name, alias }, registry) => {
    const version = registry.aliases.get(`${name}@${alias}`);
    if (version !== undefined)
      return onVersion({ name: name!, version }, registry, (one) => ({ model_version: shown(one) }));
    return [400, { error_code: 'INVALID_PARAMETER_VALUE', message: `Registered model alias ${alias} not found.` }];
  },
  'DELETE registered-models/alias': ({ name, alias }, { aliases }) => {
    aliases.delete(`${name}@${alias}`);
    return [200, {}];
  },
};

function shown({ name, version, status, tags }: StandInVersion) {
  return { name, version, status, tags: [...tags].map(([key, value]) => ({ key, value })) };
}

function listing(folder: string, files: ReadonlyMap<string, Buffer>) {
  const below = [...files].filter(([path]) => path.startsWith(`${folder}/`));
  const names = new Set(below.map(([path]) => path.slice(folder.length + 1).split('/')[0]!));
  return [...names].map((name) => {
    const file = files.get(`${folder}/${name}`);
    return { path: name, is_dir: file === undefined, ...(file && { file_size: file.length }) };
  });
}
