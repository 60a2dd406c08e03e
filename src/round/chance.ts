/** How a model's predictions stand beside the labels people gave. */
export type Hits = {
  /** Labels that name a class, and how many of them the model had predicted. */
  readonly labels: number;
  readonly right: number;
  /** How often people gave the class they gave most. */
  readonly commonest: number;
};

/** One-sided 95 %. */
const Z = 1.645;

/**
 * Whether even the leader seems to guess: it is expected to have no more of the batch right than a blind guess would, or
 * than one class said of every image, and the labels do not show clearly that it has more. They are about the hard images,
 * chosen to tell the models apart, so either alone would be wrong too often (`docs/decisions.md` has the figures).
 *
 * @param classes how many there are.
 * @param accuracy expected share of the batch the leader has right.
 */
export function seemsToGuess({ labels, right, commonest }: Hits, classes: number, accuracy: number): boolean {
  if (labels === 0) return false;
  const chance = Math.max(1 / classes, lowEnd(commonest, labels));
  const byChance = labels * chance + 2 * Math.sqrt(labels * chance * (1 - chance));
  return right <= byChance && accuracy <= chance;
}

/** The least share of all that seeing `seen` of `of` still fits (Wilson's interval). @see https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval */
function lowEnd(seen: number, of: number): number {
  const share = seen / of;
  const slack = Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of));
  return (share + (Z * Z) / (2 * of) - slack) / (1 + (Z * Z) / of);
}
