/** A value as Python writes it: tuples are lists, `None` is null, and so are the numbers that JSON does not have. */
type Literal = string | number | boolean | null | Literal[] | { [key: string]: Literal };

const WORDS: Readonly<Record<string, Literal>> = {
  ...{ True: true, true: true, False: false, false: false, None: null, null: null },
  ...{ NaN: null, nan: null, Infinity: null, inf: null, '-Infinity': null, '-inf': null },
};

const TOKEN = /\s*([{}[\](),:]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[-+.\w]+)\s*/y;

/**
 * JSON as Python's writer leaves it (`NaN`, `Infinity`), or what `str` makes of a dict or list, as some exporters put it
 * into a model's metadata.
 *
 * @throws when it is neither, with the place.
 */
export function parseJsonOrPython(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // What is wrong with it is said of JSON: that is what most of these texts should be.
    const value = parsePython(text);
    if (value === undefined) throw error;
    return value;
  }
}

function parsePython(text: string): Literal | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const found = TOKEN.exec(text);
    if (!found) return undefined;
    tokens.push(found[1]!);
  }
  tokens.reverse();
  const value = readValue(tokens);
  return tokens.length === 0 ? value : undefined;
}

const ENDS: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' };

/** Takes one value off the end of `tokens`, which are in reverse. */
function readValue(tokens: string[]): Literal | undefined {
  const token = tokens.pop();
  if (token === undefined) return undefined;
  if (token === '{') return readDict(tokens);
  if (token === '[' || token === '(') return readItems(tokens, ENDS[token]!, readValue);
  if (token.startsWith("'") || token.startsWith('"')) return unquote(token);
  if (token in WORDS) return WORDS[token];
  const number = Number(token.replaceAll('_', ''));
  return Number.isFinite(number) ? number : undefined;
}

function readDict(tokens: string[]): Literal | undefined {
  const entries = readItems(tokens, '}', (rest) => {
    const key = readValue(rest);
    const value = rest.pop() === ':' ? readValue(rest) : undefined;
    return key === undefined || value === undefined ? undefined : [String(key), value];
  });
  return entries && Object.fromEntries(entries as [string, Literal][]);
}

function readItems(
  tokens: string[],
  end: string,
  readItem: (tokens: string[]) => Literal | undefined,
): Literal[] | undefined {
  const items: Literal[] = [];
  while (tokens.at(-1) !== end) {
    const item = readItem(tokens);
    if (item === undefined) return undefined;
    items.push(item);
    if (tokens.at(-1) === ',') tokens.pop();
    else if (tokens.at(-1) !== end) return undefined;
  }
  tokens.pop();
  return items;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unquote(token: string): string {
  return token
    .slice(1, -1)
    .replace(/\\(x[\da-f]{2}|u[\da-f]{4}|.)/gi, (_, code: string) =>
      /^[xu]./i.test(code) ? String.fromCodePoint(Number.parseInt(code.slice(1), 16)) : (ESCAPES[code] ?? code),
    );
}
