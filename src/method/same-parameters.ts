import { OTHER, STRENGTH, WEIGHTS } from './layout.ts';
import type { Problem } from './problem.ts';

/**
 * What a batch's indices stand for: `models[model]` is the same text on two days where it is the same model (its file's
 * SHA-256), `classes[class]` the class's name.
 */
export type Names = { readonly models: readonly string[]; readonly classes: readonly string[] };

/** A batch and what its indices stand for. */
type NamedBatch = { readonly problem: Problem; readonly names: Names };

/** `sources[parameter]`: where the other day keeps the same parameter; -1 where it has none. */
export function sourcesOf({ problem, names }: NamedBatch, before: NamedBatch): Int32Array {
  const { kept, classCount, layout } = problem;
  const { layout: old, classCount: oldClasses, kept: oldKept } = before.problem;
  const sources = new Int32Array(layout.size).fill(-1);
  for (const shared of [STRENGTH, OTHER]) sources[shared] = shared;
  const models = matchModels(problem, names, before);
  const classes = matchClasses(classCount, names, before);
  const hasClasses = layout.classTerms >= 0 && old.classTerms >= 0;
  for (const [index, from] of classes) if (hasClasses) sources[layout.classTerms + index] = old.classTerms + from;
  for (const [model, source] of models) {
    sources[WEIGHTS + model] = WEIGHTS + source;
    if (layout.skillTerms < 0 || old.skillTerms < 0) continue;
    for (const [index, from] of classes)
      sources[layout.skillTerms + model * classCount + index] = old.skillTerms + source * oldClasses + from;
  }
  for (const [one, a] of models) {
    for (const [other, b] of models) {
      if (one >= other || layout.pairs === 0 || old.pairs === 0) continue;
      const source = pairOf(Math.min(a, b), Math.max(a, b), oldKept.length);
      sources[layout.pairTerms + pairOf(one, other, kept.length)] = old.pairTerms + source;
    }
  }
  return sources;
}

/** The other day's distinct model of each distinct one that it has; each is used once. */
function matchModels({ kept }: Problem, names: Names, before: NamedBatch): ReadonlyMap<number, number> {
  const matched = new Map<number, number>();
  const used = new Set<number>();
  for (const [model, original] of kept.entries()) {
    const place = before.names.models.indexOf(names.models[original]!);
    const source = before.problem.group[place];
    if (source === undefined || used.has(source)) continue;
    used.add(source);
    matched.set(model, source);
  }
  return matched;
}

function matchClasses(classCount: number, names: Names, before: NamedBatch): ReadonlyMap<number, number> {
  const places = new Map(before.names.classes.map((name, index) => [name, index]));
  const all = Array.from({ length: classCount }, (_, index): [number, number] => [
    index,
    places.get(names.classes[index]!) ?? -1,
  ]);
  return new Map(all.filter(([, source]) => source >= 0 && source < before.problem.classCount));
}

/** The number of a pair among all in the order (0, 1), (0, 2) .. (1, 2) .. */
function pairOf(one: number, other: number, models: number): number {
  return one * models - (one * (one + 1)) / 2 + other - one - 1;
}
