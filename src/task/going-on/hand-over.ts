import type { HandOver, Serving } from '../../deploy/target.ts';
import type { Predicted } from '../../predictions/source.ts';
import type { Result } from '../../round/facts.ts';
import type { Context } from '../context.ts';
import type { CurrentRound } from '../current-round.ts';

/**
 * Hands a winner over, and only then says so in a fact: after a crash in between it is handed over again. False when
 * that does not work yet, or a later batch's winner serves by now.
 */
export async function deploy(current: CurrentRound, result: Result, context: Context): Promise<boolean> {
  const { name } = current.batch;
  const { journal, target, attempts } = context;
  const { number, model } = result;
  if (isSuperseded(name, context)) return false;
  const effort = {
    round: name,
    name: `${name}:deployment:${number}`,
    trouble: (problem: string) => ({ kind: 'hand-over' as const, batch: name, model, problem }),
  };
  return attempts.attempt(effort, async () => {
    await target.handOver(handOverOf(name, result, current.predicted, context));
    await journal.record(name, { kind: 'deployment', key: `deployment:${number}`, result: number });
  });
}

/** Whether the winner of a newer batch has been put in place. */
export function isSuperseded(batch: string, { journal }: Pick<Context, 'journal'>): boolean {
  const names = journal.names();
  return names.slice(names.indexOf(batch) + 1).some((name) => lastDeployment(name, { journal }) !== undefined);
}

/** Looks after what serves. */
export type Keeper = {
  /**
   * Where what serves is not what the facts say, hands it over again: once for each process, as somebody may have
   * touched it meanwhile, and when its result was withdrawn, which is said beside the model.
   */
  keep(): Promise<void>;
};

export function openKeeper(context: Context, predictedOf: (batch: string) => Promise<Predicted>): Keeper {
  const { journal, target, attempts } = context;
  let kept: string | undefined;

  async function put(batch: string, result: Result): Promise<void> {
    const winner = handOverOf(batch, result, await predictedOf(batch), context);
    await target.handOver(winner);
  }

  return {
    async keep() {
      const batch = journal.names().findLast((name) => lastDeployment(name, context) !== undefined);
      if (batch === undefined) return;
      const number = lastDeployment(batch, context)!;
      const { results, withdrawnBy } = journal.round(batch);
      const result = results.find((one) => one.result.number === number)?.result;
      const state = `${batch}:${number}:${withdrawnBy.has(number)}`;
      if (!result || kept === state) return;
      const effort = {
        round: batch,
        name: `${batch}:kept:${number}`,
        trouble: (problem: string) => ({ kind: 'hand-over' as const, batch, model: result.model, problem }),
      };
      const isRight = await attempts.attempt(effort, async () => {
        const found = await target.serving().catch(() => undefined);
        if (!isThat(found, batch, number, withdrawnBy.has(number))) await put(batch, result);
      });
      if (isRight) kept = state;
    },
  };
}

/** Whether what the facts name last really serves, read where it does; nobody is told of what is not there. */
export async function isServing({ batch, result }: { batch: string; result: Result }, context: Context) {
  const found = await context.target.serving().catch(() => undefined);
  return found?.batch === batch && found.result === result.number;
}

function isThat(found: Serving | undefined, batch: string, result: number, isWithdrawn: boolean): boolean {
  return found?.batch === batch && found.result === result && found.isWithdrawn === isWithdrawn;
}

function handOverOf(batch: string, result: Result, predicted: Predicted, { journal }: Context): HandOver {
  const { file, sha256, classes, fed } = predicted.models.find(({ name }) => name === result.model)!;
  const withdrawnBy = journal.round(batch).withdrawnBy.get(result.number);
  return {
    ...{ batch, result, sha256, classes: classes ?? predicted.classes },
    ...(file !== undefined && { model: file }),
    ...(fed && { fed }),
    ...(withdrawnBy !== undefined && { withdrawnBy }),
  };
}

/** The number of the result that a round put in place last. */
function lastDeployment(name: string, { journal }: Pick<Context, 'journal'>): number | undefined {
  const fact = journal.facts(name).findLast((one) => one.kind === 'deployment');
  return fact?.kind === 'deployment' ? fact.result : undefined;
}
