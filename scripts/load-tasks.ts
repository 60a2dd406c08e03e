/**
 * Twenty people label for a minute, 240 labels in all, over so many tasks of one app; Slack's rates are enforced. With two
 * counts, one run after the other, so that the machine is the same for both. Prints what it took.
 *
 * Run: npm exec -- node scripts/load-tasks.ts [--tasks 1,3]
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { PersonClient, SeenView } from '../src/workspace/person/person-client.ts';
import { openTeam, type Team } from '../test/tasks/team.ts';

const { values } = parseArgs({
  options: { tasks: { type: 'string', default: '1,3' }, 'head-start': { type: 'string', default: '130' } },
});
const SECONDS = 60;
const PEOPLE = 20;
const EVERY_MS = 4_900;
const names = Array.from({ length: PEOPLE }, (_, nth) => `U${nth}`);

for (const count of values.tasks.split(',')) await measure(Number(count));
process.exit();

type Lane = { readonly client: PersonClient; readonly modal: SeenView };

async function measure(count: number): Promise<void> {
  const setup = Array.from({ length: count }, (_, nth) => ({ name: `task${nth}`, classes: 5 }));
  const team = await openTeam(setup, names, 320);
  const lanes = await Promise.all(names.map((person, nth) => openLane(team, person, nth)));
  await sleep(Number(values['head-start']) * 1000);
  console.log(`${PEOPLE} people, ${count} ${count === 1 ? 'task' : 'tasks'}, ${SECONDS} s…`);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const refusedBefore = team.workspace.state.violations.length;
  const endsAt = performance.now() + SECONDS * 1000;
  const labels = (await Promise.all(lanes.map((lane, nth) => labelInLane(lane, nth, endsAt)))).flat();
  for (const { task } of team.tasks) await task.idle();
  const answers = team.tasks.map(
    ({ store }) => store.facts('2026-11-02').filter(({ kind }) => kind === 'answer').length,
  );
  const refused = team.workspace.state.violations.slice(refusedBefore).map(({ where, code }) => `${where} ${code}`);
  console.log(`acknowledged ${labels.length}, in the facts ${answers.join(' + ')}`);
  console.log(`calls refused ${refused.length} ${[...new Set(refused)].join(', ')}`);
  console.log(`click to acknowledgement, ms: ${spreadOf(labels.map(({ acknowledgedMs }) => acknowledgedMs))}`);
  console.log(`click to the next image, ms: ${spreadOf(labels.map(({ nextMs }) => nextMs))}`);
  console.log(
    `the process was late by, ms: p99 ${(delay.percentile(99) / 1e6).toFixed(0)}, at most ${(delay.max / 1e6).toFixed(0)}`,
  );
  await team.stop();
}

async function openLane(team: Team, person: string, nth: number): Promise<Lane> {
  await sleep(nth * 400);
  const client = team.workspace.person(person);
  const { channel } = team.tasks[nth % team.tasks.length]!;
  for (;;) {
    await client.type(channel, '/modelpicker label');
    for (let looks = 0; looks < 40; looks++) {
      const modal = (await client.see()).modals[0];
      if (modal?.callback_id.endsWith('lane')) return { client, modal };
      if (modal && JSON.stringify(modal).includes('on its way')) {
        await client.close(modal);
        break;
      }
      await sleep(50);
    }
  }
}

function spreadOf(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.toFixed(1);
  return `p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, longest ${at(1)}`;
}

/** How long after a press on *Next* it was acknowledged, and the next image stood in the window, in ms. */
type Label = { readonly acknowledgedMs: number; readonly nextMs: number };

async function labelInLane({ client, modal: first }: Lane, nth: number, endsAt: number): Promise<Label[]> {
  const labels: Label[] = [];
  let modal: SeenView | undefined = first;
  await sleep((nth * EVERY_MS) / PEOPLE);
  while (modal && performance.now() < endsAt) {
    const next = sleep(EVERY_MS);
    const pressedAt = performance.now();
    const outcome = await client.submit(modal, { choice: String(nth % 5) });
    modal = await nextIn(client, endsAt);
    if (outcome.kind !== 'done') console.log(JSON.stringify(outcome));
    else labels.push({ acknowledgedMs: outcome.afterMs, nextMs: performance.now() - pressedAt });
    await next;
  }
  return labels;
}

async function nextIn(client: PersonClient, endsAt: number): Promise<SeenView | undefined> {
  while (performance.now() < endsAt) {
    const found = (await client.see()).modals[0];
    if (found?.callback_id.endsWith('lane')) return found;
    await sleep(50);
  }
  return undefined;
}
