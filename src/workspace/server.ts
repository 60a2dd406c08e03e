import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { respond } from './api/chat-methods.ts';
import { receiveUpload } from './api/file-methods.ts';
import type { WebApi } from './api/web-api.ts';
import { readArguments, readUpload } from './http-body.ts';
import { type PageRoutes, sendJson } from './page-routes.ts';
import { type Office, report } from './person/people.ts';
import { SlackError } from './slack-error.ts';
import type { State } from './state.ts';

/** The workspace's door: one port on 127.0.0.1 for the Web API, uploads, response URLs, sockets and the page. */
export type Server = {
  /** Without a slash at its end. */
  readonly origin: string;
  close(): Promise<void>;
};

/** @throws the system's error when the port is taken */
export async function openServer(setup: {
  readonly port: number;
  readonly office: Office;
  readonly call: WebApi;
  readonly page: PageRoutes;
}): Promise<Server> {
  const { port, office, call, page } = setup;
  const { state, triggers, socketMode } = office;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', origin);
    if (!isOurs(request, origin)) {
      sendJson(response, 403, { error: 'this workspace answers only at its own address' });
    } else if (pathname.startsWith('/api/')) {
      await answerCall(call, pathname.slice('/api/'.length), request, response);
    } else if (pathname.startsWith('/upload/v1/')) {
      const done = receiveUpload(state, pathname.slice('/upload/v1/'.length), await readUpload(request));
      response.writeHead(200).end(done);
    } else if (pathname.startsWith('/response/')) {
      const args = await readArguments(request);
      respond(state, triggers.useResponsePath(pathname), args);
      response.writeHead(200).end('ok');
    } else if (!(await page.handle(request, response, new URL(request.url ?? '/', origin)))) {
      sendJson(response, 404, { error: 'nothing here' });
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => refuse(state, request, response, error));
  });
  // Whoever opened a line closes it: a busy client would otherwise write to one that is just being closed.
  server.keepAliveTimeout = 0;
  server.on('upgrade', (request, socket, head) => {
    const url = URL.parse(request.url ?? '', origin);
    if (!url || !isOurs(request, origin)) socket.destroy();
    else if (!page.upgrade(request, socket, head, url)) socketMode.upgrade(request, socket, head, url);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    origin,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answerCall(
  call: WebApi,
  method: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { token: formToken, ...args } = await readArguments(request);
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const token = bearer ?? (typeof formToken === 'string' ? formToken : undefined);
  const { status, headers, body, isLost, delayMs } = call(method, token, args);
  if (delayMs > 0) await sleep(delayMs);
  if (isLost) request.socket.destroy();
  else sendJson(response, status, body, headers);
}

function refuse(state: State, request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const isRefusal = error instanceof SlackError;
  if (isRefusal) report(state, request.url?.split('?')[0] ?? '', error);
  if (response.headersSent) response.destroy();
  else sendJson(response, isRefusal ? 404 : 500, isRefusal ? error.toAnswer() : { ok: false, error: 'internal_error' });
}

/** A page of some other site must not be able to reach us through the person's browser (DNS rebinding, CSRF). */
function isOurs(request: IncomingMessage, origin: string): boolean {
  const { port } = new URL(origin);
  const names = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host = '', origin: from } = request.headers;
  return names.includes(host) && (from === undefined || names.some((name) => from === `http://${name}`));
}
