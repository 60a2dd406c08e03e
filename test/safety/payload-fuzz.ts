import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { Fact } from '../../src/round/facts.ts';
import { ADMIN, type Desk, MEMBER } from './desk.ts';
import { command, openHome, type Payload, press, pressInModal, submitLane, typeInSearch } from './payloads.ts';

export type Fuzzed = {
  /** Payloads without an acknowledgement: those that name no kind the program listens to. */
  readonly unanswered: number;
  /** Facts that appeared although nobody did anything that counts. */
  readonly facts: readonly Fact[];
  /** Rejections and exceptions nobody handled. */
  readonly faults: readonly string[];
};

/** So many at once: one that nobody acknowledges takes Slack's 3 s. */
const AT_ONCE = 80;

/** Hands the program payloads no Slack would send, by a seed: forged, mutated, huge and of wrong types. */
export async function fuzzPayloads(desk: Desk, count: number, seed: number): Promise<Fuzzed> {
  const faults: string[] = [];
  const note = (fault: unknown) => void faults.push(fault instanceof Error ? String(fault.stack) : String(fault));
  process.on('unhandledRejection', note).on('uncaughtException', note);
  await desk.task.idle();
  const before = new Set(desk.facts().map(({ key }) => key));
  const payloads = fc.sample(badPayload, { numRuns: count, seed });
  let unanswered = 0;
  for (let start = 0; start < count; start += AT_ONCE) {
    // On a busy machine the line may die of so much at once; what is not delivered would not be tried.
    while (desk.workspace.connectionCount() === 0) await sleep(50);
    const outcomes = payloads.slice(start, start + AT_ONCE).map(({ type, body }) => desk.workspace.deliver(type, body));
    unanswered += (await Promise.all(outcomes)).filter(({ kind }) => kind !== 'acknowledged').length;
  }
  await desk.task.idle();
  process.off('unhandledRejection', note).off('uncaughtException', note);
  // A question put to somebody who may label is no harm.
  const facts = desk.facts().filter(({ kind, key }) => kind !== 'question' && !before.has(key));
  return { unanswered, facts, faults };
}

/** Ids of questions, answers and classes that are none. */
const forged = fc.oneof(
  fc.constantFrom(
    '',
    'none',
    '0',
    '-1',
    '1e9',
    '2026-11-02:0',
    '2026-11-02:9999:1',
    '__proto__',
    'answer:x:1:1',
    '../../x',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer({ min: 1_000, max: 300_000 }).map((length) => 'x'.repeat(length)),
);

const who = fc.record({
  user: fc.oneof(fc.constantFrom(ADMIN, MEMBER, 'UNOBODY'), fc.string()),
  team: fc.constantFrom('T0000000LOC', 'TELSEWHERE', ''),
  channel: fc.constantFrom('CMODELS', 'COTHER', ''),
});

const chosen = (value: string) => ({ selected_option: { value, text: { type: 'plain_text', text: value } } });

/** Well-formed, but about things that are not. */
const forgedPayload: fc.Arbitrary<Payload> = fc.oneof(
  fc.tuple(who, forged, forged).map(([by, id, value]) => press(by, { action_id: `label:${id}`, value })),
  fc.tuple(who, forged, forged).map(([by, id, value]) => press(by, { action_id: `search:${id}`, ...chosen(value) })),
  fc
    .tuple(who, forged)
    .map(([by, value]) => press(by, { action_id: 'menu', type: 'overflow', ...chosen(`x${value}`) })),
  fc.tuple(who, forged).map(([by, value]) => pressInModal(by, { action_id: 'undo', value })),
  fc.tuple(who, forged).map(([by, id]) => press(by, { action_id: id, value: id })),
  fc.tuple(who, forged, forged).map(([by, question, choice]) => submitLane(by, question, choice)),
  fc.tuple(who, forged, forged).map(([by, question, query]) => typeInSearch(by, question, query)),
  fc.tuple(who, forged).map(([by, text]) => command(by, `x${text}`)),
  who.map(openHome),
);

/** One value somewhere in the payload is replaced by anything, or left out. */
const mutatedPayload = fc
  .tuple(forgedPayload, fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 6 }), fc.option(fc.anything()))
  .map(([{ type, body }, path, value]): Payload => ({ type, body: mutated(structuredClone(body), path, value) }));

const badPayload = fc.oneof(forgedPayload, mutatedPayload);

function mutated(body: Record<string, unknown>, path: readonly number[], value: unknown): Record<string, unknown> {
  let place: Record<string, unknown> = body;
  for (const [depth, step] of path.entries()) {
    const names = Object.keys(place);
    const name = names[step % Math.max(1, names.length)] ?? 'x';
    const inner = place[name];
    if (depth < path.length - 1 && typeof inner === 'object' && inner !== null)
      place = inner as Record<string, unknown>;
    else {
      if (value === null) delete place[name];
      else place[name] = toJson(value);
      break;
    }
  }
  return body;
}

/** As it would arrive: what JSON cannot say is not there. */
function toJson(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null');
  } catch {
    return String(value);
  }
}
