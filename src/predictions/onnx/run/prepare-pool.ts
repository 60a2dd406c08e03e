import { reasonsOf } from '../../reasons.ts';
import type { Pool } from '../describe/described-model.ts';
import { passedGate } from '../describe/gate.ts';
import { type LabelSet, labelSetOf, without } from '../describe/label-set.ts';
import type { ModelDescription } from '../describe/model-description.ts';
import { readPool } from '../describe/pool.ts';
import { withoutDevice } from '../devices/devices.ts';
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
  /** Other machines run the models: what they are to run on does not have to be here. */
  readonly isElsewhere?: boolean;
  readonly signal?: AbortSignal;
};

/**
 * The models that may run, and the others with what each lacks: a description, the gate's word, the classes, what it is to
 * run on, or the right answers to its own examples.
 *
 * @throws when no model is left, or nobody names the classes, with every reason.
 */
export async function preparePool(request: PoolRequest): Promise<LabelSet> {
  const pool = await passedGate(await readPool(request.models, request.descriptions), request.gate);
  const labelSet = namedSet(pool, request.classes);
  const absent = request.isElsewhere ? [] : await withoutDevice(labelSet.models);
  const able = without(absent, labelSet);
  const wrong = await checkExpected(request.isElsewhere ? onProcessor(able) : able, request);
  const { classes, models, classMaps } = without(wrong, able);
  const out = [...pool.leftOut, ...labelSet.leftOut, ...absent, ...wrong];
  if (models.length === 0) throw new Error(`No model of the pool works:\n${reasonsOf(out)}`);
  return { classes, models, classMaps, leftOut: out };
}

/** For a look at a few images on a machine that may have no such device. */
function onProcessor(labelSet: LabelSet): LabelSet {
  const models = labelSet.models.map(({ spec: { providers: _device, ...spec }, ...model }) => ({ ...model, spec }));
  return { ...labelSet, models };
}

/** Without a model there are no classes either: then the models' own reasons are what helps. */
function namedSet({ models, leftOut }: Pool, classes: readonly string[] | undefined): LabelSet {
  if (models.length === 0) throw new Error(`No model of the pool works:\n${reasonsOf(leftOut)}`);
  try {
    return labelSetOf(models, classes);
  } catch (error) {
    const others = leftOut.length === 0 ? '' : `\nLeft out before that:\n${reasonsOf(leftOut)}`;
    throw new Error(`${(error as Error).message}${others}`, { cause: error });
  }
}
