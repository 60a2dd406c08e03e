import { type HandOver, isServed, type Serving, type Target } from '../../deploy/target.ts';
import type { Predicted } from '../../predictions/source.ts';
import type { Result } from '../../round/facts.ts';
import type { Context } from '../context.ts';
import type { CurrentRound } from '../current-round.ts';
import { pinInForce, type ToServe } from '../serving/served.ts';

/**
 * Hands a winner over, and only then says so in a fact: after a crash in between it is handed over again. False when
 * that does not work yet, or something else serves by now: a later batch's winner, or what was pinned. People go first
 * meanwhile, so the winner may be withdrawn when it comes to serve: the keeper then says that beside it.
 */
export async function deploy(current: CurrentRound, result: Result, context: Context): Promise<boolean> {
  const { name } = current.batch;
  const { journal, target, attempts, aside } = context;
  const { number, model } = result;
  if (isSuperseded(name, context)) return false;
  const effort = {
    round: name,
    name: `${name}:deployment:${number}`,
    trouble: (problem: string) => ({ kind: 'hand-over' as const, batch: name, model, problem }),
  };
  return attempts.attempt(effort, async () => {
    const winner = handOverOf({ batch: name, result }, current.predicted, context);
    if (target) await aside(() => target.handOver(winner));
    await journal.record(name, { kind: 'deployment', key: `deployment:${number}`, result: number });
  });
}

/** Whether the winner of a newer batch has been put in place, or an admin has pinned a model. */
export function isSuperseded(batch: string, { journal }: Pick<Context, 'journal'>): boolean {
  if (pinInForce(journal)) return true;
  const names = journal.names();
  return names.slice(names.indexOf(batch) + 1).some((name) => lastDeployment(name, { journal }) !== undefined);
}

/** Looks after what serves. */
export type Keeper = {
  /**
   * Where what serves is not what the facts say, hands it over again: once for each process, as somebody may have
   * touched it meanwhile, when its result was withdrawn, which is said beside the model, and when an admin has pinned a
   * model or taken that back. True when that is news.
   */
  keep(): Promise<boolean>;
};

/** A keeper that has looked at nothing yet. */
export function openKeeper(context: Context, predictedOf: (batch: string) => Promise<Predicted>): Keeper {
  const { target, attempts, aside } = context;
  let kept: string | undefined;

  async function put(wanted: ToServe): Promise<boolean> {
    const winner = handOverOf(wanted, await predictedOf(wanted.batch), context);
    if (target) await aside(() => bringTo(target, winner));
    return notePlacement(wanted, context);
  }

  return {
    async keep() {
      const wanted = keptOf(context);
      if (!wanted) return false;
      const { batch, result, pin } = wanted;
      const isWithdrawn = context.journal.round(batch).withdrawnBy.has(result.number);
      const state = `${pin?.id ?? `${batch}:${result.number}`}:${isWithdrawn}`;
      if (kept === state) return false;
      const effort = {
        round: batch,
        name: `${batch}:kept:${pin?.id ?? result.number}`,
        trouble: (problem: string) => ({ kind: 'hand-over' as const, batch, model: result.model, problem }),
      };
      let isNews = false;
      const isThere = await attempts.attempt(effort, async () => {
        isNews = await put(wanted);
      });
      if (isThere) kept = state;
      return isNews;
    },
  };
}

async function bringTo(target: Target, winner: HandOver): Promise<void> {
  const found = await target.serving().catch(() => undefined);
  if (!isServed(found, winner)) await target.handOver(winner);
}

/** What is pinned, or the winner that was put in place last. */
function keptOf({ journal }: Context): ToServe | undefined {
  const pin = pinInForce(journal);
  if (pin) return { batch: pin.of, result: pin.claim, pin };
  const batch = journal.names().findLast((name) => journal.holds(name, 'deployment'));
  if (batch === undefined) return undefined;
  const number = lastDeployment(batch, { journal });
  const of = journal.round(batch).results.find(({ result }) => result.number === number);
  return of && { batch, result: of.result };
}

/** Says in a fact what serves, where the last one that served is something else. */
async function notePlacement({ batch, result, pin }: ToServe, { journal }: Context): Promise<boolean> {
  const [last] = journal.deployments();
  if (last && last.batch === batch && last.result.number === result.number && last.pinned?.id === pin?.id) return false;
  const newest = journal.newest()!;
  const count = journal.facts(newest).filter(({ kind }) => kind === 'placement').length;
  const of = { of: batch, result: result.number, ...(pin && { pin: pin.id }) };
  return journal.record(newest, { kind: 'placement', key: `placement:${count + 1}`, ...of });
}

/** Whether what the facts name last really serves, read where it does; nobody is told of what is not there. */
export async function isServing(named: { batch: string; result: Result }, { target }: Context) {
  if (!target) return true;
  return isThat(await target.serving().catch(() => undefined), named);
}

/** Pins of one batch have no results of their own, so the model is part of the name. */
export function isThat(found: Serving | undefined, { batch, result }: { batch: string; result: Result }): boolean {
  return found?.batch === batch && found.result === result.number && found.model === result.model;
}

/** What a target is handed, of the models as they were when they said something about that batch. */
export function handOverOf({ batch, result, pin }: ToServe, predicted: Predicted, { journal }: Context): HandOver {
  const model = predicted.models.find(({ name }) => name === result.model);
  if (!model) throw new Error(`There is no model ${result.model} in batch ${batch} any more.`);
  const { file, sha256, classes, fed } = model;
  const withdrawnBy = journal.round(batch).withdrawnBy.get(result.number);
  return {
    ...{ batch, result, sha256, classes: classes ?? predicted.classes },
    ...(file !== undefined && { model: file }),
    ...(fed && { fed }),
    ...(withdrawnBy !== undefined && { withdrawnBy }),
    ...(pin && { pinned: { id: pin.id, by: pin.by, at: pin.at, ...(pin.why !== undefined && { why: pin.why }) } }),
  };
}

/** The number of the result that a round put in place last. */
function lastDeployment(name: string, { journal }: Pick<Context, 'journal'>): number | undefined {
  const fact = journal.facts(name).findLast((one) => one.kind === 'deployment');
  return fact?.kind === 'deployment' ? fact.result : undefined;
}
