import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../free-port.ts';

/** Where the server's programs may be: named, on the PATH, or where Debian puts them. */
const FOLDERS = [
  process.env.MODELPICKER_POSTGRES ?? '',
  ...(process.env.PATH ?? '').split(delimiter),
  ...globSync('/usr/lib/postgresql/*/bin').sort().reverse(),
];
const programs = FOLDERS.find(
  (folder) => folder !== '' && ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))),
);

/** Why tests against a real server are passed over; undefined where there is one. */
export const noPostgres =
  programs === undefined
    ? 'there is no Postgres: .ci/run installs one, MODELPICKER_POSTGRES names its folder of programs'
    : undefined;

/** A real Postgres of its own, reached by TCP with a password. */
export type RealPostgres = {
  /** Of a new, empty database, without the password. */
  database(): Promise<string>;
  /** The same address with the password in it. */
  withPassword(address: string): string;
  readonly password: string;
  /** Ends as a power cut would end it: its next start recovers. */
  crash(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
};

const USER = 'picker';
const PASSWORD = 'a-secret-of-the-database';

export async function startPostgres(): Promise<RealPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-postgres-'));
  const data = join(folder, 'data');
  const port = await freePort();
  const owner = ownerOf();
  await writeFile(join(folder, 'password'), PASSWORD);
  for (const path of [folder, join(folder, 'password')]) if (owner) await chown(path, owner.uid, owner.gid);
  const options = ['-A', 'scram-sha-256', '-U', USER, '--pwfile', join(folder, 'password'), '-E', 'UTF8', '-N'];
  execFileSync(join(programs!, 'initdb'), ['-D', data, ...options], { ...owner, stdio: 'ignore', cwd: folder });
  let server = await startServer(data, port, owner);
  const address = (database: string) => `postgres://${USER}@127.0.0.1:${port}/${database}`;
  const withPassword = (plain: string) => plain.replace('@', `:${PASSWORD}@`);
  let count = 0;

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (server.exitCode !== null) return;
    server.kill(signal);
    await once(server, 'exit');
  }

  return {
    password: PASSWORD,
    withPassword,
    async database() {
      count += 1;
      const name = `d${count}`;
      const client = new pg.Client(withPassword(address('postgres')));
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return address(name);
    },
    crash: () => end('SIGQUIT'),
    start: async () => {
      server = await startServer(data, port, owner);
    },
    stop: async () => {
      await end('SIGQUIT');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function startServer(data: string, port: number, owner: Owner | undefined) {
  // Nobody pulls a plug here, so nothing has to reach the disk.
  const options = ['-p', `${port}`, '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-F'];
  const server = spawn(join(programs!, 'postgres'), ['-D', data, ...options], { ...owner, stdio: 'ignore', cwd: data });
  for (;;) {
    const client = new pg.Client(`postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres`);
    const isUp = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => undefined);
    if (isUp) return server;
    if (server.exitCode !== null) throw new Error(`Postgres did not start (code ${server.exitCode}).`);
    await sleep(50);
  }
}

type Owner = { readonly uid: number; readonly gid: number };

/** Postgres refuses to run as root. */
function ownerOf(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string, user: string) =>
    Number(execFileSync('id', [flag, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  for (const user of ['postgres', 'nobody']) {
    try {
      return { uid: idOf('-u', user), gid: idOf('-g', user) };
    } catch {}
  }
  throw new Error('Postgres does not run as root, and there is no other user to run it as.');
}
