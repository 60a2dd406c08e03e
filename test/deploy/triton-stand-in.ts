import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** `loads`: how often it was told to load. `authorization`: the header that it wants, where it wants one. */
export type TritonStandIn = {
  readonly url: string;
  mode: 'explicit' | 'poll';
  loads: number;
  /** It answers before it has loaded anything. */
  isSlow: boolean;
  isShut: boolean;
  authorization: string | undefined;
  stop(): Promise<void>;
};

/**
 * A stand-in for Triton in explicit mode, and no more: written from the documentation of its model repository extension. It
 * serves the highest version that it finds when it is told to load.
 *
 * @see https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_model_repository.md
 */
export async function startTritonStandIn(repository: string): Promise<TritonStandIn> {
  const state = {
    ...{ mode: 'explicit' as const, loads: 0, isSlow: false, isShut: false },
    authorization: undefined as string | undefined,
  } as Omit<TritonStandIn, 'url' | 'stop'>;
  let loaded: { model: string; version: string } | undefined;
  const highest = async (model: string) => {
    const names = await readdir(join(repository, model));
    return names.filter((name) => /^[1-9]\d*$/.test(name)).sort((a, b) => Number(b) - Number(a))[0];
  };
  const server = createServer(async (request, response) => {
    if (state.isShut) return void request.socket.destroy();
    if (state.authorization !== undefined && request.headers.authorization !== state.authorization)
      return response.writeHead(403).end('{"error":"This API is restricted"}');
    const [, model] = /^\/v2\/repository\/models\/(.+)\/load$/.exec(request.url!) ?? [];
    if (model !== undefined && state.mode !== 'explicit')
      return response
        .writeHead(503)
        .end('{"error":"explicit model load / unload is not allowed if polling is enabled"}');
    if (model !== undefined) {
      state.loads += 1;
      const version = await highest(model);
      if (!state.isSlow && version !== undefined) loaded = { model, version };
      return response.writeHead(200).end();
    }
    if (request.url !== '/v2/repository/index') return response.writeHead(404).end();
    const index = loaded === undefined ? [{ name: 'wildlife' }] : [{ ...readyOf(loaded) }];
    return response.writeHead(200).end(JSON.stringify([...index, { name: 'other', version: '9', state: 'READY' }]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = async () => {
    server.closeAllConnections();
    server.close();
  };
  return Object.assign(state, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, stop });
}

function readyOf({ model, version }: { model: string; version: string }) {
  return { name: model, version, state: 'READY' };
}
