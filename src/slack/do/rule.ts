import { nearest } from '../../nearest.ts';
import type { PinOutcome, RuleOutcome } from '../../task/asking/verbs.ts';
import type { NamedResult } from '../../task/people.ts';
import { type Parts, tell, type Visitor } from '../parts.ts';
import { mayRule } from '../rights.ts';
import { resultNamed } from '../say/blocks.ts';
import { renderEarlier } from '../say/result.ts';
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
  await onResult(parts, visitor, value, async (named) =>
    rulingNote(await parts.task.rule({ by: visitor.user, named, deploys }), deploys, parts, visitor),
  );
}

/** Undefined where the message itself says it all. */
function rulingNote(
  outcome: RuleOutcome,
  deploys: boolean,
  { task }: Pick<Parts, 'task'>,
  { user }: Pick<Visitor, 'user'>,
): string | undefined {
  switch (outcome.kind) {
    case 'ruled':
      return deploys ? notes.deploying : notes.kept(task.results()[0]?.result.model);
    case 'repeated':
      return undefined;
    case 'already ruled':
      return notes.ruledBefore(outcome, user);
    case 'over':
      return notes.notRuled;
  }
}

/** Has the models run again on the batch that the button names, with the number of the failure that it stands under. */
export async function runAgain(parts: Parts, visitor: Visitor, value: string): Promise<void> {
  await onResult(parts, visitor, value, async ({ batch, result: failure }) => {
    const outcome = await parts.task.runAgain({ by: visitor.user, batch, failure });
    return sentences.rerun.note(outcome, batch, visitor.user);
  });
}

/** Reasons stand in a button's value, which has room for 2,000 characters. */
const WHY_MAX = 500;

/** Offers an admin the earlier winners; what stands after the command is why. */
export async function offerEarlier(parts: Parts, visitor: Visitor, why: string): Promise<void> {
  if (!(await mayRule(parts, visitor))) return;
  const winners = parts.task.earlierWinners();
  if (winners.length === 0) return tell(visitor, notes.noEarlier);
  await visitor.reply.note(renderEarlier(winners, why.slice(0, WHY_MAX)));
}

/** Goes back to the winner that the button names, as `batch:number` and why. */
export async function goBack(parts: Parts, visitor: Visitor, value: string): Promise<void> {
  const [, winner = '', why = ''] = /^(\S+) ?(.*)$/s.exec(value) ?? [];
  await onResult(parts, visitor, winner, async (named) =>
    pinNote(await parts.task.pin({ kind: 'winner', named, by: visitor.user, why }), ''),
  );
}

/** Pins the model that stands at the beginning of the text; the rest is why. */
export async function pin(parts: Parts, visitor: Visitor, text: string): Promise<void> {
  if (!(await mayRule(parts, visitor))) return;
  const status = await parts.task.status();
  const models = status.kind === 'round' ? status.leaderboard.models.map(({ name }) => name) : [];
  const isNamed = (name: string) => text === name || text.startsWith(`${name} `);
  // A name may hold spaces, and begin with another one.
  const named = models.filter(isNamed).sort((a, b) => b.length - a.length)[0];
  const model = named ?? text.split(' ')[0]!;
  const why = text.slice(model.length).trim().slice(0, WHY_MAX);
  await tell(visitor, pinNote(await parts.task.pin({ kind: 'model', model, by: visitor.user, why }), model));
}

/** Takes the pin back, where an admin wants it: the last winner serves again. */
export async function unpin(parts: Parts, visitor: Visitor): Promise<void> {
  if (!(await mayRule(parts, visitor))) return;
  const outcome = await parts.task.unpin(visitor.user);
  const isPinned = outcome.kind === 'unpinned';
  await tell(visitor, isPinned ? notes.unpinnedNow(outcome.model, outcome.serves) : notes.notPinned);
}

function pinNote(outcome: PinOutcome, word: string): string {
  switch (outcome.kind) {
    case 'pinned':
      return notes.pinnedNow(outcome.model);
    case 'no such model':
      return notes.noSuchModel(word, nearest(word, outcome.models), outcome.models);
    case 'no such winner':
      return notes.noSuchWinner;
    case 'no round':
      return sentences.lane.nothing['no round'];
  }
}

/** Does what only an admin may to the result that a button names as `batch:number`, and tells them what came of it. */
async function onResult(
  parts: Parts,
  visitor: Visitor,
  value: string,
  work: (named: NamedResult) => Promise<string | undefined>,
): Promise<void> {
  if (!(await mayRule(parts, visitor))) return;
  const named = resultNamed(value);
  const note = named === undefined ? notes.stale : await work(named);
  if (note !== undefined) await tell(visitor, note);
}
