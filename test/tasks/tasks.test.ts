import type { Browser } from 'playwright-core';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { WorkspaceMessage } from '../../src/workspace/messages.ts';
import { browserTest, launchChromium } from '../chromium.ts';
import { command, press, pressInModal, submitLane } from '../safety/payloads.ts';
import { until } from '../slack/rig.ts';
import { type Member, openTeam, type Team } from './team.ts';

const SIZES = [
  { name: 'two', classes: 2 },
  { name: 'eight', classes: 8 },
  { name: 'thousand', classes: 1_000 },
];

let team: Team;
let browser: Browser | undefined;
afterEach(() => team.stop());
afterAll(() => browser?.close());

const answers = ({ store }: Member) => store.facts('2026-11-02').filter((fact) => fact.kind === 'answer');
const allFacts = () =>
  team.tasks.map(({ store }) => store.facts('2026-11-02').filter(({ kind }) => kind !== 'question'));

/** The card of a task, with its question. */
async function cardOf({ channel }: Member, person: string): Promise<WorkspaceMessage> {
  const client = team.workspace.person(person);
  return until(async () => {
    const { messages } = await client.see();
    return messages.find((message) => message.channel === channel && JSON.stringify(message).includes('"label:'));
  });
}

browserTest(
  'three tasks are labeled at once in three tabs, and every answer is in the facts of its own task',
  async () => {
    team = await openTeam(SIZES);
    browser = await launchChromium();
    const label = async (member: Member, person: string) => {
      const page = await browser!.newPage();
      page.setDefaultTimeout(120_000);
      await page.goto(`${team.workspace.url}&as=${person}`);
      await page.locator(`[data-action="${member.channel}"]`).click();
      // A press may come while the card changes: then it is told, and pressed again.
      while (answers(member).length < 3) {
        const pressed = answers(member).length;
        await page
          .locator('main')
          .getByRole('button', { name: /^class-\d+$/ })
          .first()
          .click();
        await until(() => answers(member).length > pressed, 5_000).catch(() => undefined);
      }
      await page.close();
    };
    const [two, eight, thousand] = team.tasks as readonly [Member, Member, Member];
    await Promise.all([label(two, 'UADA'), label(eight, 'UBEN'), label(thousand, 'UCLEO')]);
    expect(new Set(answers(two).map(({ annotator }) => annotator))).toEqual(new Set(['UADA']));
    expect(new Set(answers(eight).map(({ annotator }) => annotator))).toEqual(new Set(['UBEN']));
    expect(new Set(answers(thousand).map(({ annotator }) => annotator))).toEqual(new Set(['UCLEO']));
    expect(team.workspace.state.violations.filter(({ level }) => level === 'error')).toEqual([]);
  },
);

test('a made-up name of a task, and a question of another one, change nothing', { timeout: 240_000 }, async () => {
  team = await openTeam(SIZES);
  const [two, eight] = team.tasks as readonly [Member, Member, Member];
  const card = await cardOf(eight, 'UBEN');
  const asked = /"value":"(2026-11-02:[^"]+)"/.exec(JSON.stringify(card))![1]!;
  const before = allFacts();
  const ben = { user: 'UBEN', channel: two.channel };
  const deliveries = [
    // In a channel, what is pressed is about its task.
    press(ben, { action_id: 'eight@label:0', value: asked }),
    press(ben, { action_id: 'nobody@label:0', value: asked }),
    // In a window, the task that it names.
    press({ ...ben, channel: 'CRANDOM' }, { action_id: 'nobody@pause', value: asked }),
    pressInModal(ben, { action_id: 'nobody@lane-label:0', value: asked }),
    pressInModal(ben, { action_id: 'eight@lane-label:0', value: 'another:question' }),
    // Which a window has to do where there are several.
    pressInModal(ben, { action_id: 'lane-label:0', value: asked }),
    submitLane(ben, asked, '0'),
    command({ ...ben, channel: 'CRANDOM' }, 'pause eight'),
    command({ user: 'UADA', channel: 'CRANDOM' }, 'pause'),
    // Nobody has been in the channel of this one.
    press({ user: 'UCLEO', channel: 'CRANDOM' }, { action_id: 'two@label:0', value: asked }),
  ];
  for (const { type, body } of deliveries) await team.workspace.deliver(type, body);
  for (const { task } of team.tasks) await task.idle();
  expect(allFacts()).toEqual(before);
  // The same, meant: an admin of the task, from outside its channel.
  const meant = command({ user: 'UADA', channel: 'CRANDOM' }, 'pause eight');
  await team.workspace.deliver(meant.type, meant.body);
  await until(() => eight.store.facts('2026-11-02').some(({ kind }) => kind === 'pause'));
  expect(two.store.facts('2026-11-02').some(({ kind }) => kind === 'pause')).toBe(false);
});

test('outside its channel a task is named; Home has a button for each, and the lane goes on to the next', {
  timeout: 240_000,
}, async () => {
  team = await openTeam([
    { name: 'birds', classes: 2, budget: 1 },
    { name: 'leaves', classes: 8 },
  ]);
  const ben = team.workspace.person('UBEN');
  const seen = async () => JSON.stringify((await ben.see()).messages.filter(({ channel }) => channel === 'CRANDOM'));
  // Whoever was in no channel sees no task.
  await ben.type('CRANDOM', '/modelpicker status');
  await until(async () => (await seen()).includes('Nothing here is for you yet'));
  for (const channel of ['CBIRDS', 'CLEAVES']) await ben.type(channel, '/modelpicker help');
  await ben.type('CRANDOM', '/modelpicker status');
  await until(async () => /\*birds\* in .*\*leaves\* in /.test(await seen()));
  await ben.type('CRANDOM', '/modelpicker status leaves');
  // The channel does not say which task that is about, and every task may have a batch of this name.
  await until(async () => /\*leaves\*.*Batch 2026-11-02/.test(await seen()));

  await ben.openHome();
  const home = await until(async () => (await ben.see()).home);
  expect(JSON.stringify(home)).toMatch(/\*birds\*: .*"birds@lane".*\*leaves\*: .*"leaves@lane"/);
  await ben.click(home, { actionId: 'birds@lane' });
  const lane = await until(async () => (await ben.see()).modals.find((modal) => modal.callback_id === 'birds@lane'));
  await ben.submit(lane, { choice: '0' });
  const done = await until(async () =>
    (await ben.see()).modals.find((modal) => JSON.stringify(modal).includes('Go on with leaves')),
  );
  await ben.click(done, { label: 'Go on with leaves' });
  const next = await until(async () => (await ben.see()).modals.find((modal) => modal.callback_id === 'leaves@lane'));
  expect(JSON.stringify(next)).toContain('*leaves*: 0 images by you');
  await ben.submit(next, { choice: '0' });
  await until(() => team.tasks.every((member) => answers(member).length === 1));
});
