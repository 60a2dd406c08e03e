import type { DescribedModel, LeftOut, PoolModel } from './described-model.ts';
import { chooseOutput, singleOf } from './output-choice.ts';
import { distinct, isNumbered } from './published/class-names.ts';

/** The label set, and for each model where its outputs stand in it. */
export type LabelSet = {
  readonly classes: readonly string[];
  readonly models: readonly PoolModel[];
  /** `classMaps[model][output]`; `undefined` where the outputs are in the label set's order. */
  readonly classMaps: readonly (readonly number[] | undefined)[];
  readonly leftOut: readonly LeftOut[];
};

/**
 * Maps class names between models. Without a label set in the settings it is the one that holds most models' classes; a
 * model whose classes are only numbered takes its names from it, and of equal names the second is another class.
 *
 * @throws when nobody names the classes.
 */
export function labelSetOf(models: readonly DescribedModel[], wanted: readonly string[] | undefined): LabelSet {
  const lists = models.map(({ classes }) => classes ?? []);
  const classes = distinct(wanted ?? widest(lists.filter((list) => !isNumbered(list))) ?? widest(lists) ?? []);
  if (classes.length < 2) {
    throw new Error('Nobody names the classes: put "classes" into the settings, in the order of the models’ outputs.');
  }
  const kept: PoolModel[] = [];
  const classMaps: (number[] | undefined)[] = [];
  const leftOut: LeftOut[] = [];
  for (const model of models) {
    try {
      const own = namesOf(model, classes);
      kept.push(withOutput(model, own));
      classMaps.push(mapOf(own, classes));
    } catch (error) {
      leftOut.push({ name: model.name, reason: (error as Error).message });
    }
  }
  return { classes, models: kept, classMaps, leftOut };
}

/** The same without these models. */
export function without<Set extends Pick<LabelSet, 'models' | 'classMaps'>>(
  out: readonly { readonly name: string }[],
  labelSet: Set,
): Set {
  const isOut = new Set(out.map(({ name }) => name));
  const isLeft = ({ name }: { readonly name: string }) => !isOut.has(name);
  return {
    ...labelSet,
    models: labelSet.models.filter(isLeft),
    classMaps: labelSet.classMaps.filter((_, index) => isLeft(labelSet.models[index]!)),
  };
}

/** What the model's outputs are called among `classes`: by its own names, or where it has none by theirs, in order. */
function namesOf({ classes: own, saidBy }: DescribedModel, classes: readonly string[]): readonly string[] {
  if (own === undefined) return classes;
  const names = distinct(own);
  const unknown = names.find((name) => !classes.includes(name));
  if (unknown === undefined) return names;
  if (isNumbered(own) && own.length === classes.length) return classes;
  throw new Error(
    `its class "${unknown}" (${saidBy.classes}) is none of the ${classes.length} of the label set: name its classes as there, in the order of its outputs, in a modelpicker.json beside it`,
  );
}

function mapOf(own: readonly string[], classes: readonly string[]): number[] | undefined {
  const isSame = own.length === classes.length && own.every((name, index) => classes[index] === name);
  return isSame ? undefined : own.map((name) => classes.indexOf(name));
}

function withOutput(model: DescribedModel, classes: readonly string[]): PoolModel {
  const { outputs, output: wanted, spec, saidBy, ...known } = model;
  const { length: count } = classes;
  const isOwn = model.classes?.[0] === classes[0];
  const output = chooseOutput(outputs, wanted, count, isOwn ? saidBy.classes : undefined);
  return {
    ...known,
    saidBy: isOwn ? saidBy : { ...saidBy, classes: undefined },
    spec: { ...spec, output: output.name, single: singleOf(output, count), classes },
  };
}

/** The list that holds the classes of most models; of several the longest, so that it holds the shorter ones. */
function widest(lists: readonly (readonly string[])[]): readonly string[] | undefined {
  const named = lists.filter(({ length }) => length > 0).map(distinct);
  const candidates = [...new Map(named.map((list) => [JSON.stringify(list), list])).values()];
  const ranked = candidates.map((list) => {
    const names = new Set(list);
    return { list, models: named.filter((other) => other.every((name) => names.has(name))).length };
  });
  ranked.sort((a, b) => b.models - a.models || b.list.length - a.list.length);
  return ranked[0]?.list;
}
