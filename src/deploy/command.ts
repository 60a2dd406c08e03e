import { spawn } from 'node:child_process';
import type { Log } from '../log.ts';
import { bodyOf, type EventType, type Listener } from './listener.ts';

/** `run`: the program and its arguments; no shell reads them. `folder`: where it runs. */
export type CommandOptions = {
  readonly name: string;
  readonly run: readonly string[];
  readonly folder: string;
  readonly timeoutMs: number;
  /** All that the program finds in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** What must not be read in its output. */
  readonly secrets?: readonly string[];
  readonly events?: readonly EventType[] | undefined;
  readonly log: Log;
  readonly signal: AbortSignal;
};

/** Of a program's output, the last of it is kept for the log. */
const OUTPUT_MAX = 4_000;

/** How long its last words may take after its end. */
const OUTPUT_MS = 1_000;

/** Runs a program for each event, which is on its standard input as JSON; its output goes into the log. */
export function commandListener(options: CommandOptions): Listener {
  const { name, events, log } = options;
  return {
    name,
    wants: (type) => events?.includes(type) ?? true,
    async tell(event) {
      const { ended, output } = await run(options, `${bodyOf(event)}\n`, event.id);
      log('command', { command: name, event: event.type, ended, output });
      if (ended === 'code 0') return 'taken';
      throw new Error(
        `${name} ended with ${ended}${output === '' ? '' : `: ${output.slice(-300)}`}. Its output is in the log.`,
      );
    },
  };
}

/**
 * Runs a program (`$@`, which the shell does not read) that ends with this process, also with one that is killed: its fourth
 * stream is open for as long as this process lives. One that outlived it could tell an event after the next one.
 */
const WITH_THIS_PROCESS = `
exec 4<&0
"$@" <&4 3<&- 4<&- &
program=$!
exec 4<&-
{ read -r _ <&3; kill -KILL -$$; } >/dev/null 2>&1 &
watcher=$!
wait $program
ended=$?
kill -KILL $watcher
exit $ended`;

async function run(
  { run: program, folder, timeoutMs, environment, secrets = [], signal }: CommandOptions,
  input: string,
  id: string,
) {
  // A group of its own, so that what it started ends with it.
  const child = spawn('/bin/sh', ['-c', WITH_THIS_PROCESS, 'sh', ...program], {
    cwd: folder,
    env: { ...environment, MODELPICKER_EVENT_ID: id },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  let output = '';
  const note = (chunk: unknown) => {
    output = withoutSecrets(`${output}${chunk}`, secrets).slice(-OUTPUT_MAX);
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  // It may end without reading.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  let isLate = false;
  const end = () => {
    if (child.pid !== undefined) killGroup(child.pid);
  };
  const limit = setTimeout(() => {
    isLate = true;
    end();
  }, timeoutMs);
  signal.addEventListener('abort', end, { once: true });
  const ended = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`an error (${error.message})`));
    const say = (code: number | null, killedBy: string | null) =>
      resolve(killedBy === null ? `code ${code}` : `signal ${killedBy}`);
    child.once('close', say);
    // What it left running elsewhere may hold its output open for ever.
    child.once('exit', (code, killedBy) => setTimeout(say, OUTPUT_MS, code, killedBy));
  });
  clearTimeout(limit);
  signal.removeEventListener('abort', end);
  return {
    ended: isLate ? `its time limit of ${timeoutMs / 1000} s` : ended,
    output: output.trim(),
  };
}

/** A program that prints what it does prints its token, too. Short values are plain words. */
function withoutSecrets(output: string, secrets: readonly string[]): string {
  const long = secrets.filter((secret) => secret.length >= 8);
  return long.reduce((text, secret) => text.replaceAll(secret, '•••'), output);
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
