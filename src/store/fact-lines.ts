import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Fact } from '../round/facts.ts';

/** Of the files this release writes. 1 was the whole round as one JSON text below its SHA-256. */
const VERSION = 2;

const TITLE = 'Model Picker facts, format';

/** The first line of a file. */
export const HEAD = `${TITLE} ${VERSION}\n`;

/** Of a checksum, in hex digits. */
const SUM_LENGTH = 8;

/** The checksum of a file that has only its head. */
export const HEAD_SUM = crc32(HEAD);

/**
 * Facts added together as a line: 8 hex digits of a checksum over all lines up to this one, and a JSON list. So a line that is
 * missing or moved is noticed, too.
 */
export function lineOf(facts: readonly Fact[], sumBefore: number): { line: string; sum: number } {
  const text = JSON.stringify(facts);
  const sum = crc32(text, sumBefore);
  return { line: `${hex(sum)} ${text}\n`, sum };
}

/** What a file holds: all that can be trusted, and what is wrong with the rest. */
export type Lines = {
  readonly isEmpty: boolean;
  /** Made of the text at the first call: checking it costs a tenth of that, and most rounds are never asked about again. */
  facts(): Fact[];
  /** Whether there is a fact of this kind. */
  holds(kind: Fact['kind']): boolean;
  /** `unfinished`: its last line was never acknowledged, as a power cut leaves it. */
  readonly flaw?: Flaw;
};

type Flaw = { readonly kind: 'unfinished' | 'damaged'; readonly reason: string };

/** Facts that were written as they are here, by a release whose format this one does not know. It is not ours to touch. */
export class UnknownFormat extends Error {}

const DAMAGED: Flaw = { kind: 'damaged', reason: 'its checksum does not fit' };

/**
 * Checks a file of this format or an older one.
 *
 * @throws UnknownFormat where it is of a newer one, or holds facts of an unknown kind.
 */
export function readLines(text: string): Lines {
  const end = text.indexOf('\n');
  const head = text.slice(0, end);
  if (/^[0-9a-f]{64}$/.test(head)) return readFirstFormat(head, text.slice(end + 1));
  const version = head.startsWith(TITLE) ? Number(head.slice(TITLE.length)) : Number.NaN;
  if (version > VERSION) throw new UnknownFormat(`it is of format ${version}, and this release knows ${VERSION}`);
  if (`${head}\n` !== HEAD) return linesOf('', [], { kind: 'damaged', reason: 'it does not begin as it should' });
  const starts: number[] = [];
  const upTo = (end: number, flaw?: Flaw) => linesOf(text.slice(0, end), starts, flaw);
  let sum = HEAD_SUM;
  for (let at = HEAD.length; at < text.length; ) {
    const stop = text.indexOf('\n', at);
    if (stop < 0) return upTo(at, { kind: 'unfinished', reason: 'its last line was never finished' });
    const start = at + SUM_LENGTH + 1;
    sum = crc32(text.slice(start, stop), sum);
    if (text[start - 1] !== ' ' || Number.parseInt(text.slice(at, start), 16) !== sum) return upTo(at, DAMAGED);
    starts.push(start);
    at = stop + 1;
  }
  return upTo(text.length);
}

/** Facts that somebody else keeps whole, as a JSON list on one line. Throws UnknownFormat as `readLines` does. */
export function factsIn(list: string): Lines {
  return linesOf(list, [0]);
}

function readFirstFormat(sha256: string, body: string): Lines {
  const isWhole = createHash('sha256').update(body).digest('hex') === sha256;
  // On one line for the reader below: in JSON a line never ends inside a text.
  return isWhole ? linesOf(body.replaceAll('\n', ''), [0]) : linesOf('', [], DAMAGED);
}

/** `starts`: where in the text the lists of facts begin that were added together, each JSON until the end of its line. */
function linesOf(text: string, starts: readonly number[], flaw?: Flaw): Lines {
  const listAt = (start: number): Fact[] => JSON.parse(text.slice(start, text.indexOf('\n', start) + 1 || undefined));
  let made: Fact[] | undefined;
  const facts = () => {
    made ??= starts.flatMap(listAt);
    return made;
  };
  if (MAYBE_UNKNOWN.test(text)) refuseUnknown(facts());
  return {
    isEmpty: starts.length === 0,
    facts,
    holds: (kind) => new RegExp(`"kind": ?"${kind}"`).test(text),
    ...(flaw && { flaw }),
  };
}

const KINDS: ReadonlySet<string> = new Set(Fact.options.map((option) => option.shape.kind.value));

/** Quotes inside a text are escaped, so what this does not find is not there; what it finds may stand inside a fact's data. */
const MAYBE_UNKNOWN = new RegExp(`"kind": ?"(?!(?:${[...KINDS].join('|')})")`);

/** The checksum says that we wrote it, and the format how: all that may be new is a kind. */
function refuseUnknown(facts: readonly Fact[]): void {
  for (const { kind } of facts) {
    if (KINDS.has(kind)) continue;
    throw new UnknownFormat(`it holds a fact of the kind "${kind}", which this release does not know`);
  }
}

function hex(sum: number): string {
  return sum.toString(16).padStart(SUM_LENGTH, '0');
}
