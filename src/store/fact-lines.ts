import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Fact } from '../round/facts.ts';

/** Of the files this release writes. 1 was the whole round as one JSON text below its SHA-256. */
const VERSION = 2;

const TITLE = 'Model Picker facts, format';

/** The first line of a file. */
export const HEAD = `${TITLE} ${VERSION}\n`;

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
  readonly facts: readonly Fact[];
  /** `unfinished`: its last line was never acknowledged, as a power cut leaves it. */
  readonly flaw?: { readonly kind: 'unfinished' | 'damaged'; readonly reason: string };
};

/** Facts that were written as they are here, by a release whose format this one does not know. It is not ours to touch. */
export class UnknownFormat extends Error {}

const DAMAGED = 'its checksum does not fit';

/**
 * Reads a file of this format or an older one.
 *
 * @throws UnknownFormat where it is of a newer one, or holds facts of an unknown kind.
 */
export function readLines(text: string): Lines {
  const end = text.indexOf('\n');
  const head = text.slice(0, end);
  if (/^[0-9a-f]{64}$/.test(head)) return readFirstFormat(head, text.slice(end + 1));
  const version = head.startsWith(TITLE) ? Number(head.slice(TITLE.length)) : Number.NaN;
  if (version > VERSION) throw new UnknownFormat(`it is of format ${version}, and this release knows ${VERSION}`);
  if (`${head}\n` !== HEAD) return { facts: [], flaw: { kind: 'damaged', reason: 'it does not begin as it should' } };
  const facts: Fact[] = [];
  let sum = HEAD_SUM;
  for (let at = HEAD.length; at < text.length; ) {
    const stop = text.indexOf('\n', at);
    if (stop < 0) return { facts, flaw: { kind: 'unfinished', reason: 'its last line was never finished' } };
    const json = text.slice(at + 9, stop);
    sum = crc32(json, sum);
    if (text.slice(at, at + 9) !== `${hex(sum)} `) return { facts, flaw: { kind: 'damaged', reason: DAMAGED } };
    for (const fact of JSON.parse(json) as Fact[]) facts.push(known(fact));
    at = stop + 1;
  }
  return { facts };
}

function readFirstFormat(sha256: string, body: string): Lines {
  if (createHash('sha256').update(body).digest('hex') !== sha256) {
    return { facts: [], flaw: { kind: 'damaged', reason: DAMAGED } };
  }
  return { facts: (JSON.parse(body) as Fact[]).map(known) };
}

const KINDS: ReadonlySet<string> = new Set(Fact.options.map((option) => option.shape.kind.value));

/** The checksum says that we wrote it, and the format how: all that may be new is a kind. */
function known(fact: Fact): Fact {
  if (KINDS.has(fact.kind)) return fact;
  throw new UnknownFormat(`it holds a fact of the kind "${String(fact.kind)}", which this release does not know`);
}

function hex(sum: number): string {
  return sum.toString(16).padStart(8, '0');
}
