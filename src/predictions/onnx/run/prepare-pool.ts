import { passedGate } from '../describe/gate.ts';
import { type LabelSet, labelSetOf } from '../describe/label-set.ts';
import type { ModelDescription } from '../describe/model-description.ts';
import { readPool } from '../describe/pool.ts';
import { checkExpected } from './expected.ts';
import type { Limits } from './job.ts';

export type PoolRequest = {
  /** Folder of the models. */
  readonly models: string;
  readonly descriptions: readonly ModelDescription[];
  /** The label set; otherwise the models' own. */
  readonly classes?: readonly string[];
  /** File of gate records: only models that passed enter. */
  readonly gate?: string;
  readonly limits?: Partial<Limits>;
  readonly signal?: AbortSignal;
};

/**
 * The models that may run, and the others with what each lacks: a description, the gate's word, the classes, or the right
 * answers to its own examples.
 *
 * @throws when there is no model at all, or nobody names the classes.
 */
export async function preparePool(request: PoolRequest): Promise<LabelSet> {
  const pool = await passedGate(await readPool(request.models, request.descriptions), request.gate);
  const labelSet = labelSetOf(pool.models, request.classes);
  const wrong = await checkExpected(labelSet, request.limits, request.signal);
  const isWrong = new Set(wrong.map(({ name }) => name));
  return {
    classes: labelSet.classes,
    models: labelSet.models.filter(({ name }) => !isWrong.has(name)),
    classMaps: labelSet.classMaps.filter((_, index) => !isWrong.has(labelSet.models[index]!.name)),
    leftOut: [...pool.leftOut, ...labelSet.leftOut, ...wrong],
  };
}
