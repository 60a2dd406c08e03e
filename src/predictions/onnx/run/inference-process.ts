import { writeFileSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { keepCompiled } from '../compiled.ts';
import type { Job, RunReport, Suspect } from './protocol.ts';
import { runJob } from './run-job.ts';

const PULSE_MS = 1_000;

// The bot's clicks come first.
// Where the bot itself was given less, that stays: raising it takes rights that it may not have.
setPriority(Math.max(constants.priority.PRIORITY_BELOW_NORMAL, getPriority()));
preferForMemoryKills();
keepCompiled();

// Nobody waits for the results any more. A plain exit during a run would abort with a core dump.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

process.on('message', (job: Job) => {
  // Where the bot was killed, a send may fail before the disconnect is told; without a listener it would be shouted.
  const report = (message: RunReport) => process.send?.(message, () => undefined);
  const pulse = setInterval(() => report({ kind: 'alive' }), PULSE_MS);
  pulse.unref();
  runJob(job, report, giveUp)
    .then(
      () => report({ kind: 'done' }),
      (error: Error) => report({ kind: 'failed', reason: error.message }),
    )
    .finally(() => clearInterval(pulse))
    .then(() => endIfLarge(job));
});

/** What one job has left behind in memory is not to be held against the models of the next. */
function endIfLarge({ memoryMax }: Job): void {
  if (process.memoryUsage.rss() > memoryMax / 2) setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50);
}

/** A run that is under way cannot be stopped from inside: say why, then end the process with it. */
function giveUp(tasks: readonly Suspect[], reason: string): void {
  const end = () => process.kill(process.pid, 'SIGKILL');
  process.send?.({ kind: 'giving up', tasks, reason } satisfies RunReport, end);
}

/** Where Linux runs out of memory it is to end this process, not the bot's. */
function preferForMemoryKills(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Other systems decide by themselves.
  }
}
