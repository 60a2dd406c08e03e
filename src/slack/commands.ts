import { sentences } from './sentences.ts';

const names = ['status', 'label', 'undo', 'history', 'models', 'pause', 'resume', 'export', 'help'] as const;
type CommandName = (typeof names)[number];

export type Command =
  | { readonly kind: 'command'; readonly name: CommandName; readonly person?: string }
  | { readonly kind: 'unknown'; readonly word: string; readonly nearest?: CommandName };

/** What was asked for in the text after `/modelpicker`; nothing at all asks for help. */
export function parseCommand(text: string): Command {
  const [word = '', ...rest] = text.trim().toLowerCase().split(/\s+/);
  if (word === '') return { kind: 'command', name: 'help' };
  const name = names.find((candidate) => candidate === word);
  if (name === undefined) {
    const near = nearest(word);
    return near === undefined ? { kind: 'unknown', word } : { kind: 'unknown', word, nearest: near };
  }
  const mention = /^<@([uw][a-z0-9]+)(\|[^>]*)?>$/.exec(rest[0] ?? '')?.[1]?.toUpperCase();
  return mention === undefined ? { kind: 'command', name } : { kind: 'command', name, person: mention };
}

export function helpText(): string {
  const lines = names.map((name) => `• \`/modelpicker ${name}\`: ${sentences.commands.help[name]}`);
  return [sentences.commands.intro, ...lines].join('\n');
}

/** The command at most two typing mistakes away, or the one that starts like it. */
function nearest(word: string): CommandName | undefined {
  const byDistance = names
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
