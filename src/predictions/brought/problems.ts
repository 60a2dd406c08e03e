/** Lines in a message about a file: it must not grow with the number of rows. */
const TOLD_MOST = 20;

/** What is wrong with a file, as it is found: the first problems, and how many there are. */
export type Problems = {
  /** `place`: where it stands among these problems, where that is not behind those before. */
  tell(problem: string, place?: number): void;
  readonly count: number;
  first(): string[];
};

/** With nothing wrong found yet. */
export function openProblems(): Problems {
  let kept: { readonly problem: string; readonly place: number }[] = [];
  let count = 0;
  const sort = () => {
    kept = kept.sort((a, b) => a.place - b.place).slice(0, TOLD_MOST);
  };
  return {
    tell(problem, place = count) {
      count += 1;
      kept.push({ problem, place });
      if (kept.length > 2 * TOLD_MOST) sort();
    },
    get count() {
      return count;
    },
    first() {
      sort();
      return kept.map(({ problem }) => problem);
    },
  };
}

/** A line a problem, those of the first first, and how many more there are; undefined where nothing is wrong. */
export function linesAbout(all: readonly Problems[]): string | undefined {
  const told = all.flatMap((one) => one.first()).slice(0, TOLD_MOST);
  const more = all.reduce((sum, { count }) => sum + count, 0) - told.length;
  const lines = [...told.map((problem) => `- ${problem}`), ...(more > 0 ? [`- and ${more} more`] : [])];
  return lines.length > 0 ? lines.join('\n') : undefined;
}
