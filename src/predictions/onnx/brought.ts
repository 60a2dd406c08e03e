import { predictionsAside } from '../aside/aside.ts';
import type { KeptPredictions } from '../kept.ts';
import { type ImageList, PREDICTIONS_FILE } from '../list-images.ts';
import { reasonsOf } from '../reasons.ts';
import type { LabelSet } from './describe/label-set.ts';

type BroughtRequest = {
  readonly classes?: readonly string[];
  readonly gate?: string;
};

/**
 * The predictions that a batch brings itself, checked against the label set and the names of the pool that runs beside
 * them, if one does. A gate is about files: where there is one, models without a file are left out.
 *
 * @throws with every problem of the file at once; where there is no pool, also when nothing names the classes, or no model
 * is left.
 */
export async function broughtBy(
  { classes: wanted, gate }: BroughtRequest,
  { folder, list }: { readonly folder: string; readonly list: ImageList },
  pool: LabelSet | undefined,
): Promise<KeptPredictions | undefined> {
  const known = { classes: pool?.classes ?? wanted ?? [], taken: pool?.models.map(({ name }) => name) ?? [] };
  if (known.classes.length < 2) {
    throw new Error('Nobody names the classes: put "classes" into the settings, as the predictions name them.');
  }
  const brought = await predictionsAside(folder, list, known);
  if (!brought && !pool) {
    throw new Error(
      `There is no ${PREDICTIONS_FILE} in ${folder}, and no "models" in the settings: put the file there, or name a folder of models.`,
    );
  }
  const passed = brought && gate !== undefined ? refused(brought) : brought;
  if (!pool && passed?.models.length === 0) {
    throw new Error(`No model of the pool works:\n${reasonsOf(passed.leftOut)}`);
  }
  return passed;
}

function refused(brought: KeptPredictions): KeptPredictions {
  const reason = `it has a column in ${PREDICTIONS_FILE} but no file, and the gate lets only files pass`;
  return {
    ...brought,
    models: [],
    leftOut: [...brought.leftOut, ...brought.models.map(({ name }) => ({ name, reason }))],
    predictions: { ...brought.predictions, models: 0, classes: new Int16Array() },
    scores: new Uint16Array(),
  };
}
