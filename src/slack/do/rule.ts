import type { NamedResult } from '../../task/people.ts';
import { type Parts, tell, type Visitor } from '../parts.ts';
import { mayRule } from '../rights.ts';
import { resultNamed } from '../say/result.ts';
import { sentences } from '../say/sentences.ts';

const notes = sentences.notes;

/** Withdraws the announced result that the button names. */
export async function reopen(parts: Parts, visitor: Visitor, value: string): Promise<void> {
  await onResult(parts, visitor, value, async (named) =>
    (await parts.task.reopen(visitor.user, named)) ? notes.reopened : notes.notReopened,
  );
}

/** An admin's word on the winner that the button names: deploy it, or keep what is deployed. */
export async function rule(parts: Parts, visitor: Visitor, value: string, deploys: boolean): Promise<void> {
  await onResult(parts, visitor, value, async (named) => {
    if (!(await parts.task.rule({ by: visitor.user, named, deploys }))) return notes.notRuled;
    return deploys ? notes.deployedNow : notes.keptNow;
  });
}

/** Does what only an admin may to the result that a button names as `batch:number`, and tells them what came of it. */
async function onResult(
  parts: Parts,
  visitor: Visitor,
  value: string,
  work: (named: NamedResult) => Promise<string>,
): Promise<void> {
  if (!(await mayRule(parts, visitor))) return;
  const named = resultNamed(value);
  await tell(visitor, named === undefined ? notes.stale : await work(named));
}
