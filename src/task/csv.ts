import { roundOf } from '../round/round.ts';
import type { Store } from '../store/store.ts';

/** Every answer of every round, oldest first, as CSV with a header line. */
export function csvOf(store: Store): string {
  const rows = [['batch', 'image', 'class', 'annotator', 'at', 'undone by']];
  for (const name of store.rounds()) {
    const round = roundOf(store.facts(name));
    if (!round) continue;
    for (const { key, file, class: answered, annotator, at } of round.given) {
      const label = answered === null ? '' : round.opened.classes[answered]!;
      rows.push([name, file, label, annotator, at, round.undone.get(key)?.by ?? '']);
    }
  }
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/**
 * Quoted where needed; a leading `'` keeps a spreadsheet from running a class name as a formula.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
