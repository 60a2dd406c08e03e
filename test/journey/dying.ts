/**
 * Loaded before the bot, in its process: ends it as `kill -9` does at its nth moment, where a moment is right before or after
 * anything that another life, or a target, can tell happened: a fact or a copy that reached the disk, a name that changed, a
 * request, a program that was started. What is said to Slack, and what models say, has tests of its own. `DIE_AT` counts from the first one; where it died is added to the file `DIED_AT`.
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';

const { DIE_AT, DIED_AT, SLACK_API_URL } = process.env;
let moments = 0;

function moment(when: 'before' | 'after', what: string): void {
  moments += 1;
  if (moments < Number(DIE_AT)) return;
  fs.appendFileSync(DIED_AT!, `${when} ${what}\n`);
  process.kill(process.pid, 'SIGKILL');
}

/** The same function, with a moment before it and one after it. */
function between<Args extends unknown[], T>(work: (...args: Args) => Promise<T>, name: (...args: Args) => string) {
  return async function (this: unknown, ...args: Args): Promise<T> {
    moment('before', name(...args));
    const result = await work.apply(this, args);
    moment('after', name(...args));
    return result;
  };
}

/** Names that differ from run to run are called the same. */
function called(path: unknown): string {
  return basename(String(path)).replace(/(pin-|[-.])\d+(\.new)?$/, '$1n$2');
}

const originOf = (url: unknown) => URL.parse(String(url))?.origin;
const isElsewhere = (path: string) => path.includes('/predictions/');

async function watch(): Promise<void> {
  const probe = await fs.promises.open('/dev/null');
  const handle = Object.getPrototypeOf(probe) as { sync: () => Promise<void> };
  await probe.close();
  const opened = new WeakMap<object, string>();
  const open = fs.promises.open;
  fs.promises.open = async (...args) => {
    const file = await open(...args);
    opened.set(file, String(args[0]));
    return file;
  };
  const sync = handle.sync;
  handle.sync = function (this: object) {
    const path = opened.get(this);
    if (path === undefined || isElsewhere(path)) return sync.call(this);
    return between(sync, () => `sync of ${called(path)}`).call(this);
  };
  const { rename, symlink } = fs.promises;
  const named = between(rename, (_, to) => `rename to ${called(to)}`);
  fs.promises.rename = (from, to) => (isElsewhere(String(to)) ? rename(from, to) : named(from, to));
  fs.promises.symlink = between(symlink, (_, to) => `link ${called(to)}`);
  const request = globalThis.fetch;
  const asked = between(request, (url, _init) => `request to ${new URL(String(url)).pathname}`);
  globalThis.fetch = (url, init) => (originOf(url) === originOf(SLACK_API_URL) ? request(url, init) : asked(url, init));
  const spawn = childProcess.spawn as (...args: unknown[]) => childProcess.ChildProcess;
  Object.assign(childProcess, {
    spawn: (...args: unknown[]) => {
      if (args[0] !== '/bin/sh') return spawn(...args);
      moment('before', 'a command');
      const child = spawn(...args);
      moment('after', 'the start of a command');
      child.once('exit', () => moment('after', 'a command'));
      return child;
    },
  });
  syncBuiltinESMExports();
}

// The processes that run models have the same environment.
if (DIE_AT !== undefined && process.argv[1]?.endsWith('cli.ts')) await watch();
