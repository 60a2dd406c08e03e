import { randomBytes } from 'node:crypto';
import { createRateLimiter, type Rate, SLACK_RATES } from './api/rates.ts';
import { readRights } from './api/rights.ts';
import { createTriggers } from './api/triggers.ts';
import { createWebApi } from './api/web-api.ts';
import { type BadDays, GOOD_DAY } from './bad-days.ts';
import type { Delivery, EnvelopeType } from './events/deliveries.ts';
import { createSocketMode, type Drop } from './events/socket-mode.ts';
import { createPageRoutes } from './page-routes.ts';
import type { Office } from './person/people.ts';
import { createPersonClient, type PersonClient } from './person/person-client.ts';
import type { Person, WorkspaceChannel, WorkspaceCommand } from './scene.ts';
import { openServer } from './server.ts';
import { createState, type State } from './state.ts';

/** Slack's deadline for acknowledgements and triggers. */
const SLACK_DEADLINE_MS = 3_000;
/** For whatever is about something else: how it ends must not depend on how busy the machine is. */
export const UNHURRIED_MS = 60_000;

/** Who and what the workspace holds, and how it behaves. */
export type WorkspaceOptions = {
  /** 0 (the default) takes any free port. */
  readonly port?: number;
  readonly teamName?: string;
  readonly appName?: string;
  readonly people: readonly Person[];
  readonly channels: readonly (Omit<WorkspaceChannel, 'isBotMember'> & { readonly isBotMember?: boolean })[];
  readonly commands?: readonly (Omit<WorkspaceCommand, 'words'> & { readonly words?: readonly string[] })[];
  /** The parsed app manifest: its scopes, commands and events are then enforced. */
  readonly manifest?: unknown;
  /** Milliseconds; for message times, triggers, rates and the readiness of files. */
  readonly clock?: () => number;
  /** Slack's rates by default, with these on top; `'off'` for none. */
  readonly rates?: Readonly<Record<string, Rate>> | 'off';
  readonly badDays?: Partial<BadDays>;
  /** How long an app has to acknowledge what it is told, and to use a trigger; as long as Slack gives it by default. */
  readonly deadlineMs?: number;
};

/** A running workspace, for tests and the demo. */
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
  /** `refresh`: Slack asks the app to reconnect; `disabled`: it switched Socket Mode off; `cut`: the line dies. */
  dropSocket(how: Drop): void;
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
  const deadlineMs = options.deadlineMs ?? SLACK_DEADLINE_MS;
  const tokens = { bot: `xoxb-local-${newKey()}`, app: `xapp-local-${newKey()}` };
  const key = newKey();
  const state = createState({
    teamName: options.teamName ?? 'Local workspace',
    appName: options.appName ?? 'Model Picker',
    people: options.people,
    channels: options.channels.map((channel) => ({ isBotMember: true, ...channel })),
    commands: (options.commands ?? []).map((command) => ({ words: [], ...command })),
    now,
    badDays,
  });
  const socketMode = createSocketMode({ state, badDays, deadlineMs });
  let origin = '';
  const office: Office = {
    state,
    rights: readRights(options.manifest),
    triggers: createTriggers({ now, badDays, deadlineMs }),
    socketMode,
    offers: new Map(),
    // The port is known only once the server listens.
    origin: () => origin,
  };
  const rateLimiter = createRateLimiter(options.rates === 'off' ? 'off' : { ...SLACK_RATES, ...options.rates });
  const call = createWebApi({ office, badDays, tokens, rateLimiter });
  const page = createPageRoutes({ office, badDays, key });
  const server = await openServer({ port: options.port ?? 0, office, call, page });
  origin = server.origin;

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
      await server.close();
    },
  };
}

function newKey(): string {
  return randomBytes(16).toString('hex');
}
