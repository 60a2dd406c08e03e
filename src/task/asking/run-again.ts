import type { Context } from '../context.ts';
import { showRerun } from '../messages/notices.ts';
import type { Openings } from '../openings.ts';
import type { Turns } from '../turns.ts';
import type { RunAgainOutcome, RunAgainRequest } from './verbs.ts';

/** Has the models run again on a batch that they could not look at; what comes of it is seen by whoever looks on. */
export async function runAgain(
  request: RunAgainRequest,
  inTurn: Turns['inTurn'],
  openings: Pick<Openings, 'failed' | 'arriving' | 'look'>,
  context: Context,
): Promise<RunAgainOutcome> {
  const outcome = await inTurn(() => noteRerun(request, openings, context));
  if (outcome.kind === 'begun') await openings.look();
  return outcome;
}

async function noteRerun(
  { batch, failure, by }: RunAgainRequest,
  openings: Pick<Openings, 'failed' | 'arriving'>,
  context: Context,
): Promise<RunAgainOutcome> {
  const { journal } = context;
  const before = journal.facts(batch).find((fact) => fact.kind === 'rerun' && fact.failure === failure);
  if (before?.kind === 'rerun') return { kind: 'begun before', by: before.by };
  if (openings.failed()?.batch !== batch) return { kind: openings.arriving()?.batch === batch ? 'running' : 'over' };
  await journal.record(batch, { kind: 'rerun', key: `rerun:${failure}`, failure, by });
  await showRerun(batch, context);
  return { kind: 'begun' };
}
