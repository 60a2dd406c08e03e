import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { afterEach } from 'vitest';
import { startWorkspace, UNHURRIED_MS, type Workspace, type WorkspaceOptions } from '../../src/workspace/workspace.ts';

export const CHANNEL = 'C0MODELS1';
export const ADA = 'U1';
export const BOB = 'U2';

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  while (closers.length > 0) await closers.pop()?.();
});

/** Runs after the test, last one first. */
export function afterwards(close: () => Promise<unknown>): void {
  closers.push(close);
}

export async function openWorkspace(options: Partial<WorkspaceOptions> = {}): Promise<Workspace> {
  const workspace = await startWorkspace({
    people: [
      { id: ADA, name: 'Ada' },
      { id: BOB, name: 'Bob' },
    ],
    channels: [{ id: CHANNEL, name: 'models' }],
    commands: [{ command: '/picker', description: 'Compares models', usageHint: 'status | help', words: ['status'] }],
    deadlineMs: UNHURRIED_MS,
    ...options,
  });
  afterwards(() => workspace.close());
  return workspace;
}

/** The official client; it neither retries nor waits, so that each test sees the first answer. */
export function clientOf(workspace: Workspace): WebClient {
  return new WebClient(workspace.botToken, {
    slackApiUrl: workspace.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silent,
  });
}

/**
 * The real Bolt over Socket Mode; `register` adds the listeners. `reconnectMs` is also Bolt's deadline for a pong: when
 * it is short, a busy machine looks like a dead line.
 */
export async function startApp(
  workspace: Workspace,
  register: (app: App) => void,
  { reconnectMs = 5_000 } = {},
): Promise<App> {
  const receiver = new SocketModeReceiver({
    appToken: workspace.appToken,
    clientPingTimeout: reconnectMs,
    logger: silent,
    installerOptions: { clientOptions: { slackApiUrl: workspace.apiUrl } },
  });
  const clientOptions = { slackApiUrl: workspace.apiUrl, retryConfig: { retries: 0 } };
  const app = new App({ token: workspace.botToken, receiver, clientOptions, logger: silent });
  register(app);
  await app.start();
  // Bolt's stop resolves while the socket is still open.
  afterwards(async () => {
    await app.stop();
    await eventually(() => workspace.connectionCount() === 0);
  });
  return app;
}

/** Looks every few milliseconds until `look` gives something. */
export async function eventually<Found>(
  look: () => Found | undefined | false | Promise<Found | undefined | false>,
): Promise<Found> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('waited 5 s in vain');
}

const silent = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};
