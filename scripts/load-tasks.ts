/**
 * Twenty people label for a minute, 240 labels in all, over so many tasks of one app; Slack's rates are enforced. Prints
 * what it took. Compare one task with three within one hour on one machine.
 *
 * Run: npm exec -- node scripts/load-tasks.ts [--tasks 3]
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { PersonClient, SeenView } from '../src/workspace/person/person-client.ts';
import { openTeam } from '../test/tasks/team.ts';

const { values } = parseArgs({
  options: { tasks: { type: 'string', default: '3' }, 'head-start': { type: 'string', default: '130' } },
});
const SECONDS = 60;
const PEOPLE = 20;
const EVERY_MS = 4_900;
const names = Array.from({ length: PEOPLE }, (_, nth) => `U${nth}`);
const setup = Array.from({ length: Number(values.tasks) }, (_, nth) => ({ name: `task${nth}`, classes: 5 }));
const team = await openTeam(setup, names, 320);
const lanes = await Promise.all(names.map(openLane));
await sleep(Number(values['head-start']) * 1000);
console.log(`${PEOPLE} people, ${setup.length} tasks, ${SECONDS} s…`);
const acksMs: number[] = [];
const refusedBefore = team.workspace.state.violations.length;
const endsAt = performance.now() + SECONDS * 1000;
await Promise.all(lanes.map(labelInLane));
for (const { task } of team.tasks) await task.idle();
const answers = team.tasks.map(({ store }) => store.facts('2026-11-02').filter(({ kind }) => kind === 'answer').length);
const refused = team.workspace.state.violations.slice(refusedBefore).map(({ where, code }) => `${where} ${code}`);
const sorted = acksMs.toSorted((a, b) => a - b);
const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.toFixed(1);
console.log(`acknowledged ${acksMs.length}, in the facts ${answers.join(' + ')}`);
console.log(`calls refused ${refused.length} ${[...new Set(refused)].join(', ')}`);
console.log(`click to acknowledgement, ms: p50 ${at(0.5)}, p99 ${at(0.99)}`);
await team.stop();
process.exit();

async function openLane(person: string, nth: number): Promise<{ client: PersonClient; modal: SeenView }> {
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

async function labelInLane({ client, modal }: { client: PersonClient; modal: SeenView }, nth: number): Promise<void> {
  await sleep((nth * EVERY_MS) / PEOPLE);
  while (performance.now() < endsAt) {
    const next = sleep(EVERY_MS);
    const outcome = await client.submit(modal, { choice: String(nth % 5) });
    if (outcome.kind !== 'done') console.log(JSON.stringify(outcome));
    else acksMs.push(outcome.afterMs);
    await next;
    while (performance.now() < endsAt) {
      const found = (await client.see()).modals[0];
      if (found?.callback_id.endsWith('lane')) {
        modal = found;
        break;
      }
      await sleep(50);
    }
  }
}
