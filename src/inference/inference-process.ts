import { setPriority } from 'node:os';
import type { Job, Report } from './protocol.ts';
import { runJob } from './run-job.ts';

// The bot's clicks come first.
setPriority(10);

// Nobody waits for the results any more. A plain exit during a run would abort with a core dump.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

process.once('message', (job: Job) => {
  const report = (message: Report) => process.send?.(message);
  runJob(job, report, giveUp).then(
    () => report({ kind: 'done' }),
    (error: Error) => report({ kind: 'failed', reason: error.message }),
  );
});

/** A run that is under way cannot be stopped from inside: say why, then end the process with it. */
function giveUp(models: readonly string[], reason: string): void {
  const end = () => process.kill(process.pid, 'SIGKILL');
  process.send?.({ kind: 'giving up', models, reason } satisfies Report, end);
}
