/** The known word at most two typing mistakes away, or the one that starts like it. */
export function nearest<Known extends string>(word: string, known: readonly Known[]): Known | undefined {
  const byDistance = known
    .map((name) => ({ name, distance: name.startsWith(word) ? 0 : typingMistakes(word, name) }))
    .toSorted((a, b) => a.distance - b.distance);
  const best = byDistance[0];
  return best !== undefined && best.distance <= 2 ? best.name : undefined;
}

/**
 * Letters to add, drop, change or swap with their neighbour to make one word of the other.
 * @see https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance (optimal string alignment)
 */
function typingMistakes(a: string, b: string): number {
  const rows: number[][] = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  const at = (i: number, j: number) => rows[i]?.[j] ?? i + j;
  for (let i = 0; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      if (i === 0) {
        rows[0]!.push(j);
        continue;
      }
      const change = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      rows[i]!.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, change, swap));
    }
  }
  return at(a.length, b.length);
}
