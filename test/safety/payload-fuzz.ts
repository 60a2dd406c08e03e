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
  const { unanswered, facts, faults } = await deliverAll(desk, fc.sample(badPayload, { numRuns: count, seed }));
  // A question put to somebody who may label is no harm.
  return { unanswered, faults, facts: facts.filter(({ kind }) => kind !== 'question') };
}

/**
 * Hands it payloads whose ids name what is really there: questions, answers, results. Some of them count, as they would
 * from Slack; `facts` are those that count and must not.
 */
export async function fuzzWithRealIds(desk: Desk, count: number, seed: number): Promise<Fuzzed> {
  const { unanswered, facts, faults } = await deliverAll(desk, fc.sample(realPayload, { numRuns: count, seed }));
  return { unanswered, faults, facts: facts.filter((fact) => !isRightful(fact, desk.facts())) };
}

async function deliverAll(desk: Desk, payloads: readonly Payload[]): Promise<Fuzzed> {
  const faults: string[] = [];
  const note = (fault: unknown) => void faults.push(fault instanceof Error ? String(fault.stack) : String(fault));
  process.on('unhandledRejection', note).on('uncaughtException', note);
  await desk.task.idle();
  const before = new Set(desk.facts().map(({ key }) => key));
  let unanswered = 0;
  for (let start = 0; start < payloads.length; start += AT_ONCE) {
    // On a busy machine the line may die of so much at once; what is not delivered would not be tried.
    while (desk.workspace.connectionCount() === 0) await sleep(50);
    const outcomes = payloads.slice(start, start + AT_ONCE).map(({ type, body }) => desk.workspace.deliver(type, body));
    unanswered += (await Promise.all(outcomes)).filter(({ kind }) => kind !== 'acknowledged').length;
  }
  await desk.task.idle();
  process.off('unhandledRejection', note).off('uncaughtException', note);
  return { unanswered, facts: desk.facts().filter(({ key }) => !before.has(key)), faults };
}

/** Whoever comes under this name comes from elsewhere. */
const STRANGER = 'UELSEWHERE';

/** Whether a fact is one that somebody who may do so has brought about. */
function isRightful(fact: Fact, facts: readonly Fact[]): boolean {
  switch (fact.kind) {
    case 'answer': {
      const asked = facts.find(({ key }) => key === fact.question);
      const isTheirs = asked?.kind === 'question' && (asked.askedOf ?? fact.annotator) === fact.annotator;
      return isTheirs && fact.annotator !== STRANGER && [null, 0, 1, 2].includes(fact.class);
    }
    case 'undo': {
      const given = facts.find(({ key }) => key === fact.answer);
      return given?.kind === 'answer' && [given.annotator, ADMIN].includes(fact.by);
    }
    case 'question':
      return fact.askedOf !== STRANGER;
    case 'pause':
    case 'resume':
    case 'withdrawal':
    case 'ruling':
      return fact.by === ADMIN;
    default:
      return true;
  }
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

const real = fc
  .tuple(fc.constantFrom('', 'answer:'), fc.nat({ max: 45 }), fc.constantFrom(1, 1, 2))
  .map(([kind, image, nth]) => `${kind}2026-11-02:${image}:${nth}`);
const place = fc.oneof(real, fc.constantFrom('2026-11-02:1', '2026-11-02:2', '2026-11-01:1', '2026-11-02:0'));
const choice = fc.constantFrom('0', '1', '2', '3', '-1', '99', '1e0', ' 1', 'none', 'null');
const anybody = fc.oneof(
  fc.record({ user: fc.constantFrom(ADMIN, ADMIN, ADMIN, MEMBER, 'UCLEO', 'UDAN') }),
  fc.constant({ user: STRANGER, team: 'TELSEWHERE' }),
);
const verbs = [
  'undo',
  'undo-first',
  'undo-relied',
  'undo-asked',
  'lane-undo',
  'lane',
  'resume',
  'reopen',
  'deploy',
  'keep',
];
const entries = ['guidelines', 'why', 'undo', 'history', 'pause'];
const words = [
  'label',
  'pause',
  'resume',
  'resume',
  'resume',
  'undo',
  `undo <@${MEMBER}>`,
  `undo <@${ADMIN}>`,
  'history',
  'people',
];

/** Ids that name what is there, or nearly, from those who may and those who may not. */
const wellMeant: fc.Arbitrary<Payload> = fc.oneof(
  fc.tuple(anybody, choice, real).map(([by, chose, value]) => press(by, { action_id: `label:${chose}`, value })),
  fc.tuple(anybody, choice, real).map(([by, value, id]) => press(by, { action_id: `search:${id}`, ...chosen(value) })),
  fc
    .tuple(anybody, choice, real)
    .map(([by, chose, value]) => pressInModal(by, { action_id: `lane-label:${chose}`, value })),
  fc.tuple(anybody, fc.constantFrom(...verbs), place).map(([by, action_id, value]) => press(by, { action_id, value })),
  fc
    .tuple(anybody, fc.constantFrom(...verbs), place)
    .map(([by, action_id, value]) => pressInModal(by, { action_id, value })),
  fc
    .tuple(anybody, fc.constantFrom(...entries))
    .map(([by, value]) => press(by, { action_id: 'menu', type: 'overflow', ...chosen(value) })),
  fc.tuple(anybody, real, choice).map(([by, question, chose]) => submitLane(by, question, chose)),
  fc.tuple(anybody, fc.constantFrom(...words)).map(([by, text]) => command(by, text)),
);

/** The same with one value replaced or left out; whoever a payload then names is no worse than anybody else. */
const realPayload = fc.oneof(
  wellMeant,
  fc
    .tuple(wellMeant, fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 6 }), fc.option(fc.anything()))
    .map(([{ type, body }, path, value]): Payload => ({ type, body: mutated(structuredClone(body), path, value) })),
);

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
