import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { roundsFolder } from '../../src/settings/folders.ts';
import { readStore } from '../../src/store/lowdb-store.ts';
import type { PersonClient, SeenView } from '../../src/workspace/person/person-client.ts';
import { openUserFolder, openWorkspace, people, startBotProcess } from './stage.ts';

test('asked to stop while the models run and Slack hangs, the bot ends within 5 s and leaves its data free', async () => {
  const settings = await openUserFolder();
  const workspace = await openWorkspace();
  const task = startBotProcess(settings, workspace);
  const health = join(settings.data, 'health.json');
  await expect.poll(() => task.output(), { timeout: 30_000 }).toContain('running the models');
  await expect.poll(() => existsSync(health), { timeout: 10_000 }).toBe(true);
  expect(JSON.parse(await readFile(health, 'utf8'))).toMatchObject({ pid: expect.any(Number), at: expect.any(String) });
  workspace.badDays.replyDelayMs = 30_000;
  const asked = performance.now();
  expect(await task.stop()).toBe(0);
  expect(performance.now() - asked).toBeLessThan(5_500);
  expect(task.output()).toMatch(/Z stopped\n$/);
  expect(existsSync(health)).toBe(false);
  expect(await readdir(roundsFolder(settings))).not.toContain('lock');
});

test('a stop in the midst of clicks drops none that was acknowledged', { timeout: 200_000 }, async () => {
  const settings = await openUserFolder();
  const workspace = await openWorkspace();
  const clients = people.map((id) => workspace.person(id));
  const acknowledged: string[] = [];
  for (const waitMs of [0, 4, 12]) {
    const task = startBotProcess(settings, workspace);
    const lanes = await Promise.all(clients.map((person) => laneOf(person)));
    const presses = clients.map(async (person, index) => {
      const lane = lanes[index]!;
      const outcome = await person.click(lane, { actionId: 'lane-label:none' }).catch(() => undefined);
      if (outcome?.kind === 'done') acknowledged.push(`${questionIn(lane)} ${people[index]}`);
    });
    await sleep(waitMs);
    expect(await task.stop()).toBe(0);
    await Promise.all(presses);
    for (const person of clients)
      for (const open of (await person.see()).modals) await person.close(open, { all: true });
  }
  const facts = (await readStore(roundsFolder(settings))).facts('2026-11-02');
  const kept = facts.flatMap((fact) => (fact.kind === 'answer' ? [`${fact.question} ${fact.annotator}`] : []));
  expect(acknowledged.length).toBeGreaterThan(0);
  expect(kept).toEqual(expect.arrayContaining(acknowledged));
});

function questionIn(lane: SeenView): string | undefined {
  return /"press:([^"]+)"/.exec(JSON.stringify(lane.blocks))?.[1];
}

/** Somebody's window with a question in it. */
async function laneOf(person: PersonClient): Promise<SeenView> {
  for (;;) {
    const { messages, modals } = await person.see();
    const lane = modals.at(-1);
    if (lane?.callback_id === 'lane') return lane;
    if (lane?.callback_id === 'notice') await person.close(lane, { all: true });
    const card = messages.findLast(({ blocks }) => JSON.stringify(blocks).includes('"lane"'));
    if (card) await person.click(card, { actionId: 'lane' }).catch(() => undefined);
    await sleep(300);
  }
}

test('a second bot on the same data refuses to start and says which one works on it', async () => {
  const settings = await openUserFolder();
  const workspace = await openWorkspace();
  const first = startBotProcess(settings, workspace);
  await expect.poll(() => first.output(), { timeout: 30_000 }).toContain('ready');
  const second = startBotProcess(settings, workspace);
  await expect
    .poll(() => second.output(), { timeout: 30_000 })
    .toMatch(/Another bot \(process \d+ on .+\) works on this data/);
  expect(await first.stop()).toBe(0);
});
