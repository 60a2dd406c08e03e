import type { PoolModel } from './pool.ts';

/** The label set, and for each model where its outputs stand in it. */
export type LabelSet = {
  readonly classes: readonly string[];
  readonly models: readonly PoolModel[];
  /** `classMaps[model][output]`; `undefined` where the outputs are in the label set's order. */
  readonly classMaps: readonly (readonly number[] | undefined)[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
};

/**
 * Maps class names between models. Without a label set in the settings it is that of the model that names most classes.
 *
 * @throws when nobody names the classes.
 */
export function labelSetOf(models: readonly PoolModel[], wanted: readonly string[] | undefined): LabelSet {
  const classes = wanted ?? longest(models.map(({ spec }) => spec.classes ?? []));
  if (classes.length < 2) {
    throw new Error('Nobody names the classes: put "classes" into the settings, in the order of the models’ outputs.');
  }
  const kept: PoolModel[] = [];
  const classMaps: (number[] | undefined)[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  for (const model of models) {
    const own = model.spec.classes;
    const unknown = own?.find((name) => !classes.includes(name));
    if (unknown !== undefined) {
      leftOut.push({
        name: model.name,
        reason: `its class "${unknown}" is none of the ${classes.length} of the label set`,
      });
      continue;
    }
    kept.push(model);
    const isSameOrder = own === undefined || own.every((name, index) => classes[index] === name);
    classMaps.push(
      isSameOrder && (own?.length ?? classes.length) === classes.length ? undefined : mapOf(own!, classes),
    );
  }
  return { classes, models: kept, classMaps, leftOut };
}

function mapOf(own: readonly string[], classes: readonly string[]): number[] {
  return own.map((name) => classes.indexOf(name));
}

function longest(lists: readonly (readonly string[])[]): readonly string[] {
  return lists.reduce((best, list) => (list.length > best.length ? list : best), []);
}
