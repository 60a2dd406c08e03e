import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BadDays, GOOD_DAY } from './bad-days.ts';
import { respond } from './chat-methods.ts';
import { receiveUpload } from './file-methods.ts';
import { readArguments, readUpload } from './http-body.ts';
import { createPageRoutes, sendJson } from './page-routes.ts';
import { type Office, report } from './people.ts';
import { createPersonClient, type PersonClient } from './person-client.ts';
import { createRateLimiter, type Rate, SLACK_RATES } from './rates.ts';
import { readRights } from './rights.ts';
import { SlackError } from './slack-error.ts';
import { createSocketMode, type Delivery, type EnvelopeType } from './socket-mode.ts';
import { type Channel, type Command, createState, type Person, type State } from './state.ts';
import { createTriggers } from './triggers.ts';
import { createWebApi } from './web-api.ts';

export type WorkspaceOptions = {
  /** 0 (the default) takes any free port. */
  readonly port?: number;
  readonly teamName?: string;
  readonly appName?: string;
  readonly people: readonly Person[];
  readonly channels: readonly (Omit<Channel, 'isBotMember'> & { readonly isBotMember?: boolean })[];
  readonly commands?: readonly (Omit<Command, 'words'> & { readonly words?: readonly string[] })[];
  /** The parsed app manifest: its scopes, commands and events are then enforced. */
  readonly manifest?: unknown;
  /** Milliseconds; for message times, triggers, rates and the readiness of files. */
  readonly clock?: () => number;
  /** Slack's rates by default, with these on top; `'off'` for none. */
  readonly rates?: Readonly<Record<string, Rate>> | 'off';
  readonly badDays?: Partial<BadDays>;
};

export type Workspace = {
  /** Of the page, with the key of this run; add `&as=U…` to be somebody else. */
  readonly url: string;
  /** For Bolt's `slackApiUrl`; ends in `/api/`. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  /** Everything the workspace remembers: messages, files, calls, violations. */
  readonly state: State;
  /** Change a number to make trouble. */
  readonly badDays: BadDays;
  /** Somebody who uses the workspace over the page's own HTTP interface. */
  person(id: string): PersonClient;
  /** `refresh`: Slack asks the app to reconnect; `cut`: the line dies. */
  dropSocket(how: 'refresh' | 'cut'): void;
  connectionCount(): number;
  /** Hands the app any payload at all, for tests of bad input. */
  deliver(type: EnvelopeType, payload: unknown): Promise<Delivery>;
  /** Ends every connection and frees the port. */
  close(): Promise<void>;
};

/**
 * Starts a local stand-in for Slack, as strict as Slack, on 127.0.0.1.
 *
 * @example
 * const workspace = await startWorkspace({
 *   people: [{ id: 'U1', name: 'Ada' }],
 *   channels: [{ id: 'C1', name: 'models' }],
 * });
 * new App({ token: workspace.botToken, appToken: workspace.appToken, socketMode: true,
 *           clientOptions: { slackApiUrl: workspace.apiUrl } });
 */
export async function startWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const now = options.clock ?? Date.now;
  const badDays: BadDays = { ...GOOD_DAY, ...options.badDays };
  const tokens = { bot: `xoxb-local-${newKey()}`, app: `xapp-local-${newKey()}` };
  const key = newKey();
  let origin = '';
  const state = createState({
    teamName: options.teamName ?? 'Local workspace',
    appName: options.appName ?? 'Model Picker',
    people: options.people,
    channels: options.channels.map((channel) => ({ isBotMember: true, ...channel })),
    commands: (options.commands ?? []).map((command) => ({ words: [], ...command })),
    now,
  });
  const socketMode = createSocketMode({ state, badDays });
  const triggers = createTriggers({ now, badDays });
  const rights = readRights(options.manifest);
  const office: Office = { state, rights, triggers, socketMode, offers: new Map(), origin: () => origin };
  const rates = options.rates === 'off' ? 'off' : { ...SLACK_RATES, ...options.rates };
  const call = createWebApi({ office, badDays, tokens, rateLimiter: createRateLimiter(rates) });
  const page = createPageRoutes({ office, badDays, key });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', origin);
    if (!isOurs(request, origin))
      return sendJson(response, 403, { error: 'this workspace answers only at its own address' });
    if (url.pathname.startsWith('/api/')) return answerCall(request, response, url.pathname.slice('/api/'.length));
    if (url.pathname.startsWith('/upload/v1/')) {
      const done = receiveUpload(state, url.pathname.slice('/upload/v1/'.length), await readUpload(request));
      response.writeHead(200).end(done);
    } else if (url.pathname.startsWith('/response/')) {
      const args = await readArguments(request);
      respond(state, triggers.useResponsePath(url.pathname), args);
      response.writeHead(200).end('ok');
    } else if (!(await page.handle(request, response, url))) sendJson(response, 404, { error: 'nothing here' });
  }

  async function answerCall(request: IncomingMessage, response: ServerResponse, method: string): Promise<void> {
    const { token: formToken, ...args } = await readArguments(request);
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    const { status, headers, body, isLost, delayMs } = call(method, bearer ?? textOf(formToken), args);
    if (delayMs > 0) await sleep(delayMs);
    if (isLost) request.socket.destroy();
    else sendJson(response, status, body, headers);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      const isRefusal = error instanceof SlackError;
      if (isRefusal) report(state, request.url?.split('?')[0] ?? '', error);
      const shown = isRefusal ? error.toAnswer() : { ok: false, error: 'internal_error' };
      if (response.headersSent) response.destroy();
      else sendJson(response, isRefusal ? 404 : 500, shown);
    });
  });
  server.on('upgrade', (request, socket, head) => {
    if (isOurs(request, origin)) socketMode.upgrade(request, socket, head, request.url ?? '');
    else socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url: `${origin}/?key=${key}`,
    apiUrl: `${origin}/api/`,
    botToken: tokens.bot,
    appToken: tokens.app,
    state,
    badDays,
    person: (id) => createPersonClient({ origin, key, person: id }),
    dropSocket: socketMode.drop,
    connectionCount: socketMode.connectionCount,
    deliver: socketMode.deliver,
    async close() {
      page.close();
      socketMode.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function newKey(): string {
  return randomBytes(16).toString('hex');
}

/** A page of some other site must not be able to reach us through the person's browser (DNS rebinding, CSRF). */
function isOurs(request: IncomingMessage, origin: string): boolean {
  const { port } = new URL(origin);
  const names = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host = '', origin: from } = request.headers;
  return names.includes(host) && (from === undefined || names.some((name) => from === `http://${name}`));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
