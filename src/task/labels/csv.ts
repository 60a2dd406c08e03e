import type { Round } from '../../round/round.ts';

/** Every answer of these rounds, in order, as CSV with a header line. */
export function csvOf(rounds: readonly Round[]): string {
  const rows = [['batch', 'image', 'class', 'annotator', 'at', 'undone by']];
  for (const round of rounds) {
    for (const { key, file, class: answered, annotator, at } of round.given) {
      const label = answered === null ? '' : round.opened.classes[answered]!;
      rows.push([round.opened.batch, file, label, annotator, at, round.undone.get(key)?.by ?? '']);
    }
  }
  return csvText(rows);
}

/** Rows as CSV, safe to open in a spreadsheet. */
export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/**
 * Where a spreadsheet begins a cell: at the start, and after what some of them take for the end of the cell before
 * although it is quoted. Half of Europe's split lines at `;`.
 */
const FORMULAS = /(^|[;\t\r\n])([ "]*)(?=[=+\-@＝＋－＠])/g;

/**
 * Quoted where needed; a `'` before it keeps a spreadsheet from running a class name as a formula.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
function cell(text: string): string {
  const tame = text.replace(FORMULAS, "$1$2'");
  const safe = /^[\t\r\n]/.test(tame) ? `'${tame}` : tame;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
