/** What stands where nobody named the classes: Hugging Face's filler, or the bare number. */
const FILLER = /^label_(\d+)$/i;
const NUMBER = /^\d+$/;

/** Whether these are only `LABEL_0`, `LABEL_1` …: no names, but how many there are. */
export function isFiller(names: readonly string[]): boolean {
  return names.every((name, index) => FILLER.exec(name)?.[1] === String(index));
}

/** Whether these are only `0`, `1` …: names of digits, or none, if another model of the pool has better. */
export function isNumbered(names: readonly string[]): boolean {
  return names.every((name, index) => NUMBER.test(name) && Number(name) === index);
}

/** Equal names stand for different classes (ImageNet has two cranes): the second becomes `crane (2)`. */
export function distinct(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}

/**
 * Names in the order of the outputs, from a list, or from a dict of index and name in either direction.
 *
 * @throws with what is wrong with them.
 */
export function classNamesOf(value: unknown, field: string): string[] {
  if (Array.isArray(value)) return value.map((name, index) => nameOf(name, field, index));
  if (typeof value !== 'object' || value === null) throw new Error(`"${field}" is neither a list nor a dict of names`);
  const entries = Object.entries(value);
  const isByIndex = entries.every(([key]) => NUMBER.test(key.trim()));
  const byIndex = isByIndex ? entries : entries.map(([name, index]) => [String(index), name] as const);
  const names = new Map(byIndex.map(([index, name]) => [Number(index), name]));
  return [...entries.keys()].map((index) => {
    if (!names.has(index)) throw new Error(`"${field}" names ${entries.length} classes, but none is number ${index}`);
    return nameOf(names.get(index), field, index);
  });
}

function nameOf(name: unknown, field: string, index: number): string {
  const isName = ['string', 'number', 'boolean'].includes(typeof name);
  const text = isName ? String(name).trim() : '';
  if (text === '') throw new Error(`"${field}" has no name for class ${index}`);
  return text;
}
