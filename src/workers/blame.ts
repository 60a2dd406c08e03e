import { KILLS_MAX } from '../predictions/onnx/death.ts';

/** In what company models run, one group after the other; and those that do not run any more, with what they did. */
export type Groups = {
  readonly groups: readonly (readonly number[])[];
  readonly blamed: readonly { readonly model: number; readonly reason: string }[];
};

/**
 * Where no worker has died at a part, its models run together, so that each image is decoded once. After a death each that
 * was at work then runs alone: a model that was there at three deaths is blamed, and no innocent one is in its company for
 * more than the first.
 *
 * @param deaths how many workers have died while a model was at work on this part.
 */
export function groupsOf(models: readonly number[], deaths: ReadonlyMap<number, number>): Groups {
  const countOf = (model: number) => deaths.get(model) ?? 0;
  const blamed = models.filter((model) => countOf(model) >= KILLS_MAX);
  const together = models.filter((model) => countOf(model) === 0);
  const alone = models.filter((model) => countOf(model) > 0 && countOf(model) < KILLS_MAX);
  return {
    groups: [...(together.length > 0 ? [together] : []), ...alone.map((model) => [model])],
    blamed: blamed.map((model) => ({ model, reason: `workers died ${countOf(model)} times while it ran` })),
  };
}
