/** The 95 % interval of an estimated share and its standard deviation, within 0 and 1. */
export function interval({ accuracy, accuracySd }: { readonly accuracy: number; readonly accuracySd: number }) {
  return { low: Math.max(0, accuracy - 1.96 * accuracySd), high: Math.min(1, accuracy + 1.96 * accuracySd) };
}
