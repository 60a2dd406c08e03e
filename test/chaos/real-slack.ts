import { setTimeout as sleep } from 'node:timers/promises';
import { roundOf } from '../../src/round/round-of.ts';
import { chanceFrom } from '../../src/simulate/chance.ts';
import { isResultOf } from '../../src/task/messages/keys.ts';
import type { PersonClient } from '../../src/workspace/person/person-client.ts';
import { cards, type Desk, openDesk } from '../safety/desk.ts';
import { pick } from './people.ts';

const BATCH = '2026-11-02';
const PEOPLE = ['UADA', 'UBEN', 'UCLEO', 'UDAN'];
const STEPS = 25;

/**
 * The same idea through the real Slack app and a local workspace with bad days: what `play` stands in for is real here,
 * and so are the seconds, which is why there are fewer of these. Returns what was broken.
 */
export async function playRealSlack(seed: number): Promise<string[]> {
  const chance = chanceFrom(seed, 77);
  const desk = await openDesk({ images: 24, rules: { budget: 12 } });
  await desk.arrive(BATCH);
  const people = PEOPLE.map((id) => desk.workspace.person(id));
  const actions: Promise<unknown>[] = [];
  for (let step = 0; step < STEPS; step++) {
    spoil(desk, chance);
    // Whatever people see may have changed under their finger, or not be there on a day like this.
    actions.push(act(pick(people, chance), chance).catch(() => undefined));
    await sleep(chance() * 120);
  }
  await Promise.all(actions);
  await finish(desk, people);
  const broken = check(desk);
  await desk.stop();
  return broken;
}

/** One more trouble that is coming. */
function spoil({ workspace }: Desk, chance: () => number): void {
  const { badDays } = workspace;
  const troubles = [
    'rateLimited',
    'serverErrors',
    'lostReplies',
    'duplicateDeliveries',
    'reorderedDeliveries',
  ] as const;
  if (chance() < 0.3) badDays[pick([...troubles, 'expiredTriggers'] as const, chance)] += 1;
  if (chance() < 0.1) badDays.uploadDelayMs = pick([0, 300, 1_500], chance);
  if (chance() < 0.04) workspace.dropSocket(pick(['refresh', 'cut'] as const, chance));
}

async function act(person: PersonClient, chance: () => number): Promise<void> {
  const { messages, modals } = await person.see();
  const lane = modals.at(-1);
  if (lane?.callback_id === 'lane' && chance() < 0.6)
    await person.submit(lane, { choice: pick(['0', '1', 'none'], chance) });
  else if (lane) await person.close(lane, { all: true });
  const card = messages.findLast(({ metadata }) => metadata?.event_payload.key === `${BATCH}:card`)!;
  const wanted = pick(['label:0', 'label:1', 'label:1', 'label:none', 'lane', 'undo'], chance);
  if (wanted === 'undo') await person.type('CMODELS', '/modelpicker undo');
  else await person.click(card, { actionId: wanted });
}

/** A good day: somebody answers the card until it is over. */
async function finish(desk: Desk, people: readonly PersonClient[]): Promise<void> {
  Object.assign(desk.workspace.badDays, {
    ...{ rateLimited: 0, serverErrors: 0, lostReplies: 0, duplicateDeliveries: 0 },
    ...{ reorderedDeliveries: 0, expiredTriggers: 0, uploadDelayMs: 0 },
  });
  const giveUpAt = performance.now() + 40_000;
  for (let turn = 0; !isAnnounced(desk) && performance.now() < giveUpAt; turn++) {
    // By turns they open their own lane, where a question may wait for them, and answer what they see.
    for (const person of people) await act(person, () => (turn % 2 === 0 ? 0.7 : 0.4)).catch(() => undefined);
    await desk.task.advance().catch(() => undefined);
    await sleep(100);
  }
  // The last edit of the card follows the announcement.
  await sleep(1_500);
}

function isAnnounced({ workspace }: Desk): boolean {
  return [...workspace.state.messages.values()].some(({ metadata }) => isResult(String(metadata?.event_payload.key)));
}

function isResult(key: string): boolean {
  return isResultOf(BATCH, key);
}

function check(desk: Desk): string[] {
  const round = roundOf(desk.store.facts(BATCH))!;
  const broken: string[] = [];
  for (const [image, answers] of Map.groupBy(round.answers, (answer) => answer.image)) {
    if (answers.length > 1) broken.push(`${answers.length} labels for image ${image}`);
  }
  const keys = [...desk.workspace.state.messages.values()].map(({ metadata }) => String(metadata?.event_payload.key));
  for (const [key, same] of Map.groupBy(keys, (key) => key)) {
    if (key !== 'undefined' && same.length > 1) broken.push(`${key} was posted ${same.length} times`);
  }
  if (!round.result) broken.push(`the round never ended: ${desk.logged.slice(-12).join(' | ')}`);
  else if (keys.filter(isResult).length !== round.results.length) broken.push('results and announcements differ');
  if (/"label:/.test(JSON.stringify(cards(desk.workspace)))) broken.push('the card still asks');
  const faults = desk.logged.filter((line) => /TypeError(?!: fetch failed)|RangeError|ZodError/.test(line));
  return [...broken, ...faults];
}
