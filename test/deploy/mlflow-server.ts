import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.ts';

/** Where `.ci/run` installs MLflow, outside the checkout. */
const PROGRAM = process.env.MODELPICKER_MLFLOW ?? join(homedir(), '.cache', 'modelpicker', 'mlflow', 'bin', 'mlflow');

/** Why tests against a real server are passed over; undefined where there is one. */
export const noMlflow = existsSync(PROGRAM) ? undefined : 'there is no MLflow: .ci/run installs one where it can';

/** It loads half of Python's world before it answers, on a machine that has other things to do. */
const START_MS = 300_000;

/** A real MLflow server, behind a door that can be shut; `asked` are the changes that came through it. */
export type RealMlflow = {
  readonly url: string;
  readonly asked: string[];
  isShut: boolean;
  /** Registers a model file, and what lies beside it, as the next version of a name, as a training run would. */
  register(name: string, file: string, tags: Record<string, string>, ...beside: string[]): Promise<string>;
  call(method: string, path: string, body?: unknown): Promise<Record<string, never>>;
  stop(): Promise<void>;
};

export async function startMlflow(): Promise<RealMlflow> {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-mlflow-'));
  const port = await freePort();
  const server = spawn(
    PROGRAM,
    [
      ...['server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'],
      ...[
        '--backend-store-uri',
        `sqlite:///${join(folder, 'mlflow.db')}`,
        '--artifacts-destination',
        join(folder, 'files'),
      ],
    ],
    {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false', MLFLOW_DISABLE_TELEMETRY: 'true' },
    },
  );
  await untilHealthy(server, port);
  const door = openDoor(port);
  const url = `http://127.0.0.1:${await door.port}`;
  return Object.assign(door.state, {
    url,
    ...mlflowClient(`http://127.0.0.1:${port}`),
    stop: async () => {
      door.close();
      process.kill(-server.pid!, 'SIGKILL');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  });
}

async function untilHealthy(server: ChildProcess, port: number): Promise<void> {
  let output = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  }
  const giveUpAt = Date.now() + START_MS;
  for (;;) {
    const isUp = await fetch(`http://127.0.0.1:${port}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    if (server.exitCode !== null || Date.now() > giveUpAt) throw new Error(`MLflow did not start:\n${output}`);
    await sleep(200);
  }
}

/** Passes everything on, and nothing while it is shut. */
function openDoor(to: number) {
  const state = { isShut: false, asked: [] as string[] };
  const door = createServer((incoming, answer) => {
    if (state.isShut) return void incoming.socket.destroy();
    if (incoming.method !== 'GET') state.asked.push(`${incoming.method} ${incoming.url}`);
    const { method, url: path, headers } = incoming;
    const onward = request({ host: '127.0.0.1', port: to, method, path, headers }, (response) => {
      answer.writeHead(response.statusCode!, response.headers);
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
  const port = new Promise<number>((resolve) => {
    door.once('listening', () => resolve((door.address() as AddressInfo).port));
  });
  const close = () => {
    door.closeAllConnections();
    door.close();
  };
  return { state, port, close };
}

/** What a person at a notebook does. */
export function mlflowClient(url: string): Pick<RealMlflow, 'register' | 'call'> {
  const api = `${url}/api/2.0/mlflow`;
  async function call(method: string, path: string, body?: unknown) {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${api}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const said = (await response.json()) as Record<string, never>;
    if (!response.ok && !JSON.stringify(said).includes('ALREADY_EXISTS')) throw new Error(JSON.stringify(said));
    return said;
  }
  return {
    call,
    async register(name, file, tags, ...beside) {
      await call('POST', '/registered-models/create', { name });
      const { run } = (await call('POST', '/runs/create', { experiment_id: '0', start_time: 1 })) as unknown as {
        run: { info: { run_id: string; artifact_uri: string } };
      };
      const source = `${run.info.artifact_uri}/model`;
      const folder = `${url}/api/2.0/mlflow-artifacts/artifacts/${source.replace('mlflow-artifacts:/', '')}`;
      const files = [['model.onnx', file], ...beside.map((one) => [basename(one), one])] as const;
      for (const [as, from] of files) {
        const sent = await fetch(`${folder}/${as}`, { method: 'PUT', body: new Uint8Array(await readFile(from!)) });
        if (!sent.ok) throw new Error(await sent.text());
      }
      const made = (await call('POST', '/model-versions/create', {
        ...{ name, source, run_id: run.info.run_id },
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      })) as unknown as { model_version: { version: string } };
      return made.model_version.version;
    },
  };
}
