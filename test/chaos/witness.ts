/** What people did and were told, as they would say it themselves. */
export type Witness = {
  /** Every click anybody made. */
  readonly clicks: Set<string>;
  /** By question: the click that somebody was told has counted. */
  readonly counted: Map<string, string>;
  /** Every undo anybody who may asked for. */
  readonly undos: Set<string>;
  /** Answers somebody was told are undone. */
  readonly undone: Set<string>;
  /** What must not happen and did. */
  readonly broken: string[];
};

export function createWitness(): Witness {
  return { clicks: new Set(), counted: new Map(), undos: new Set(), undone: new Set(), broken: [] };
}

export type Click = { readonly question: string; readonly class: number | null; readonly annotator: string };

export function clickText({ question, class: chosen, annotator }: Click): string {
  return `${question} ${chosen} ${annotator}`;
}

/** Failures that a bad day explains; any other is a bug. */
export function isExplained(error: unknown): boolean {
  return excuses.test(String(error));
}

const excuses =
  /Slack cannot be reached|ratelimited|socket hang up|Can't save|read-only file system|stale file handle|out of memory|Put it back|Put them back|The method fails|invalid_blocks|It still waits|Class 99 is not|is_archived|The bot has stopped|The bot is stopping/;
