import { createHash } from 'node:crypto';
import type { EventType, Happening } from '../../deploy/listener.ts';
import type { Fact, FactOf, Result } from '../../round/facts.ts';
import type { Reading } from '../journal.ts';
import { pinNamed } from '../serving/served.ts';
import { LEDGER } from './ledger.ts';

/** What happened longer ago is not news any more, and old rounds are not read for it. */
const ROUNDS_MAX = 50;

/** Below the 20 kB that a webhook should have, whatever names people give. */
const TEXT_MAX = 2_000;

/**
 * Everything there is to tell since a time, in the order in which it happened: read from the facts, so that it is the same
 * after a crash, and its id too.
 *
 * @param names whose facts to read: rounds, and batches that have failed so far, the newest last.
 */
export function happeningsSince(since: string, journal: Reading, names: readonly string[]): Happening[] {
  const places = [...names.filter((name) => name !== LEDGER).slice(-ROUNDS_MAX), LEDGER];
  const found = places.flatMap((place) =>
    journal.facts(place).flatMap((fact) => {
      if (fact.at < since) return [];
      const said = saidBy(fact, place, journal);
      return said ? [{ id: idOf(place, fact.key), at: fact.at, type: said[0], data: said[1] }] : [];
    }),
  );
  // Within one moment, as they stand in their round.
  return found.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** Receivers compare ids and file systems keep them, so it is letters and digits whatever a batch is called. */
function idOf(place: string, key: string): string {
  return `msg_${createHash('sha256').update(`${place}\n${key}`).digest('hex').slice(0, 32)}`;
}

type Telling = readonly [EventType, Record<string, unknown>];

function saidBy(fact: Fact, batch: string, journal: Reading): Telling | undefined {
  switch (fact.kind) {
    case 'round':
      return [
        'round.opened',
        { batch, images: fact.images, models: fact.models.map(({ name }) => name), classes: fact.classes },
      ];
    case 'result':
      return fact.result.isWinner ? ['winner.announced', claimOf(batch, fact.result)] : undefined;
    case 'deployment':
      return ['winner.deployed', claimOf(batch, resultIn(journal, batch, fact.result))];
    case 'placement':
      return placed(fact.of, fact.result, fact.pin, journal);
    case 'withdrawal':
      return withdrawn(batch, fact.result, fact.by, journal);
    case 'failure':
      return ['batch.failed', { batch, reason: clipped(fact.reason) }];
    case 'trouble':
      return ['handover.failed', troubleOf(fact)];
    case 'drift':
      return ['drift.seen', { batch, ...fact.data }];
    default:
      return undefined;
  }
}

/** Of an event that a listener did not take there is no batch to name; what names no target is the folder. */
function troubleOf({ batch, model, target = 'folder', problem }: FactOf<'trouble'>): Record<string, unknown> {
  return { ...(batch !== '' && { batch }), ...(model !== undefined && { model }), target, problem: clipped(problem) };
}

function placed(of: string, number: number, id: string | undefined, journal: Reading): Telling | undefined {
  const pin = id === undefined ? undefined : pinNamed(id, journal);
  if (!pin) return ['winner.deployed', claimOf(of, resultIn(journal, of, number))];
  const { by, why, isRollback, claim } = pin;
  return [isRollback ? 'rolled_back' : 'winner.deployed', { ...claimOf(of, claim), pinned: { by, why } }];
}

function withdrawn(batch: string, number: number, by: string, journal: Reading): Telling | undefined {
  const result = resultIn(journal, batch, number);
  return result.isWinner ? ['winner.withdrawn', { ...claimOf(batch, result), by }] : undefined;
}

function resultIn(journal: Reading, batch: string, number: number): Result {
  return journal.round(batch).results.find(({ result }) => result.number === number)!.result;
}

/** What is claimed of a model, as `deployed.json` says it. */
function claimOf(batch: string, result: Result): Record<string, unknown> {
  const { number, model, tiedWith, confidence, tolerance, accuracy, accuracySd, labels, doubt } = result;
  return {
    batch,
    result: number,
    model,
    tiedWith: tiedWith.slice(0, 50),
    confidence,
    tolerance,
    accuracy,
    accuracySd,
    labels,
    doubt,
  };
}

function clipped(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
}
