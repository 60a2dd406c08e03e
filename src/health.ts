import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { isFailure, type Log } from './log.ts';
import type { RunningTask } from './task/task.ts';

/** What a supervisor reads from the health file; it is renewed every 15 s, so an old one means that the bot is stuck. */
export type Health = {
  /** The task it is about: each has its own file. */
  readonly task: string;
  readonly pid: number;
  readonly startedAt: string;
  /** When the bot had last done what was asked of it; ISO 8601, UTC. */
  readonly at: string;
  /** The last thing that failed and is tried again. */
  readonly lastFailure?: { readonly at: string; readonly what: string; readonly error: string };
  /** Why the bot has ended by itself, e.g. because Slack revoked its token; a restart alone does not help. */
  readonly endedBy?: string;
};

const EVERY_MS = 15_000;

/** Keeps failures for the health file on their way into the log. */
export function noteFailures(log: Log): { readonly log: Log; lastFailure(): Health['lastFailure'] } {
  let last: Health['lastFailure'];
  return {
    log: (event, fields = {}) => {
      if (isFailure(event)) last = { at: new Date().toISOString(), what: event, error: String(fields.error) };
      log(event, fields);
    },
    lastFailure: () => last,
  };
}

/**
 * Writes the health file whenever the bot gets through its work, until the returned function is called. The file goes
 * with the bot, unless there was a `reason` to end: then it stays and says it. Once `lost` has resolved, another bot renews the
 * file, and this one leaves it alone.
 */
export function startHealth(
  { file, name, lost }: { readonly file: string; readonly name: string; readonly lost?: Promise<unknown> },
  task: Pick<RunningTask, 'caughtUp'>,
  lastFailure: () => Health['lastFailure'],
  everyMs = EVERY_MS,
): (reason?: string) => void {
  const startedAt = new Date().toISOString();
  let isWaiting = false;
  /** A busy disk may take a tenth of a second, and nobody's click waits for that. */
  let writing: Promise<void> | undefined;
  let isLost = false;
  lost?.then(() => {
    isLost = true;
  });

  async function renew(): Promise<void> {
    if (isWaiting) return;
    isWaiting = true;
    await task.caughtUp();
    if (!isStopped && !isLost) {
      writing = writeAside(file, text());
      await writing;
      writing = undefined;
    }
    isWaiting = false;
  }

  /** At once, as the process may end. */
  function end(endedBy?: string): void {
    if (endedBy === undefined) rmSync(file, { force: true });
    else writeAtOnce(file, text(endedBy));
  }

  const text = (endedBy?: string) => textOf({ task: name, startedAt, lastFailure: lastFailure(), endedBy });

  let isStopped = false;
  const timer = setInterval(() => void renew(), everyMs);
  void renew();
  return (reason) => {
    isStopped = true;
    clearInterval(timer);
    if (isLost) return;
    end(reason);
    // A renewal that was on its way may come after that.
    writing?.then(() => end(reason));
  };
}

function textOf({
  task,
  startedAt,
  lastFailure,
  endedBy,
}: Pick<Health, 'task' | 'startedAt'> & { [K in 'lastFailure' | 'endedBy']: Health[K] | undefined }): string {
  const health: Health = {
    ...{ task, pid: process.pid, startedAt, at: new Date().toISOString() },
    ...(lastFailure && { lastFailure }),
    ...(endedBy !== undefined && { endedBy }),
  };
  return `${JSON.stringify(health, undefined, 2)}\n`;
}

/** Never rejects: a full disk is told about where it matters, and the file that gets old says the rest. */
async function writeAside(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text)
    .then(() => rename(`${file}.new`, file))
    .catch(() => undefined);
}

function writeAtOnce(file: string, text: string): void {
  try {
    writeFileSync(`${file}.last`, text);
    renameSync(`${file}.last`, file);
  } catch {
    // As above.
  }
}
