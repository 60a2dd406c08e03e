/** Names numbered in their order, and the number of each text. */
export function byName(texts: readonly string[]): { names: string[]; data: Int32Array } {
  const names = [...new Set(texts)].sort();
  const places = new Map(names.map((name, place) => [name, place]));
  return { names, data: Int32Array.from(texts, (text) => places.get(text)!) };
}

/** 3, 3.0, 3e0, and 3,0 where a comma is a decimal point; `NaN` for what is not a number. */
export function numberIn(text: string): number {
  if (!/^[-+]?(\d+([.,]\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(text)) return Number.NaN;
  return Number(text.replace(',', '.'));
}

/** Beyond what a class may be, but still recognized as too much. */
export function clamped(number: number): number {
  return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, number));
}

/** What tools write into a cell without a value. */
export function isMissing(text: string): boolean {
  return /^(|nan|na|n\/a|<na>)$/i.test(text);
}
