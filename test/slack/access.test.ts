import { afterEach, expect, test } from 'vitest';
import { sentences } from '../../src/slack/say/sentences.ts';
import { cardFor, complaints, noteTo, type Rig, startRig, until } from './rig.ts';

let rig: Rig;
afterEach(async () => {
  // What is made up has made-up triggers.
  expect(complaints(rig.workspace).filter((complaint) => !complaint.includes('invalid_trigger_id'))).toEqual([]);
  await rig.stop();
});

test('somebody who is not on the allow-list gets a private no, whichever way they come', async () => {
  rig = await startRig({ settings: { allowed: ['UBEN'] } });
  await rig.task.open();
  const cleo = rig.workspace.person('UCLEO');
  const no = 'You are not on the list of people who may label. Please ask <@UADA>.';
  const card = await cardFor(cleo);
  await cleo.click(card, 'dog');
  expect(await until(() => noteTo(cleo))).toBe(no);
  await cleo.click(card, 'Label on my own');
  await cleo.type('CMODELS', '/modelpicker label');
  await cleo.type('CMODELS', '/modelpicker undo');
  await cleo.openHome();
  await until(async () => JSON.stringify((await cleo.see()).home).includes(no));
  expect((await cleo.see()).modals).toEqual([]);
  expect(rig.task.history()).toEqual([]);
  const ben = rig.workspace.person('UBEN');
  await ben.click(await cardFor(ben), 'dog');
  await until(() => rig.task.history().length === 1);
});

test('a command in another channel points to the right one', async () => {
  rig = await startRig();
  const ben = rig.workspace.person('UBEN');
  await ben.type('COTHER', '/modelpicker status');
  expect(await until(() => noteTo(ben))).toBe('Model Picker works in <#CMODELS>. Please go there.');
});

test('people of another workspace are refused, even in the channel', async () => {
  rig = await startRig({ settings: { team: 'TELSEWHERE' } });
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  await ben.click(await cardFor(ben), 'dog');
  expect(await until(() => noteTo(ben))).toBe('Model Picker only answers people from its own workspace.');
  expect(rig.task.history()).toEqual([]);
});

test('App Home lets only those label who were seen in the channel', async () => {
  rig = await startRig();
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  await ben.openHome();
  const before = await until(async () => (await ben.see()).home);
  expect(JSON.stringify(before)).toContain('Labeling starts in <#CMODELS>');
  expect(JSON.stringify(before)).not.toContain('"lane"');
  await ben.click(await cardFor(ben), 'dog');
  await until(() => rig.task.history().length === 1);
  await ben.openHome();
  const home = await until(async () => {
    const { home } = await ben.see();
    return JSON.stringify(home).includes('"lane"') ? home : undefined;
  });
  expect(JSON.stringify(home)).toContain('*dog* by <@UBEN>');
  await ben.click(home, 'Undo');
  await until(async () => JSON.stringify((await ben.see()).home).includes('undone by <@UBEN>'));
  await ben.click(home, 'Label on my own');
  await until(async () => (await ben.see()).modals[0]);
});

test('a made-up press of the lane’s button in App Home opens no lane', async () => {
  rig = await startRig();
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  await ben.openHome();
  await until(async () => (await ben.see()).home);
  await rig.workspace.deliver('interactive', {
    type: 'block_actions',
    user: { id: 'UBEN', team_id: 'T0000000LOC' },
    team: { id: 'T0000000LOC' },
    view: { id: 'V1', type: 'home' },
    container: {},
    trigger_id: 'made up',
    actions: [{ type: 'button', block_id: 'b', action_id: 'lane', action_ts: '1', value: 'lane' }],
  });
  await until(() => rig.logged.length > 0);
  expect(rig.task.asked.every(({ askedOf }) => askedOf === null)).toBe(true);
});

test('made-up values in buttons are answered politely and change nothing', async () => {
  rig = await startRig();
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  const press = (action_id: string, value: string) =>
    rig.workspace.deliver('interactive', {
      type: 'block_actions',
      user: { id: 'UBEN', team_id: 'T0000000LOC' },
      team: { id: 'T0000000LOC' },
      channel: { id: 'CMODELS', name: 'models' },
      container: {},
      actions: [{ type: 'button', block_id: 'b', action_id, action_ts: '1', value }],
    });
  await press('label:99999999999', rig.task.asked[0]!.id);
  expect(await until(() => noteTo(ben))).toContain('This button is from an older message');
  await press('label:1', 'no such question');
  await until(async () => (await noteTo(ben)) === 'Not counted: that batch needs no more labels. Thank you!');
  await press('launch:missiles', '1');
  await until(async () => (await noteTo(ben))?.startsWith('This button'));
  expect(rig.task.history()).toEqual([]);
});

const elsewhere = [
  { id: 'UADA', name: 'Ada' },
  { id: 'UGRETA', name: 'Greta', kind: 'grid' as const },
  { id: 'USAM', name: 'Sam', kind: 'stranger' as const },
  { id: 'UGUS', name: 'Gus', kind: 'guest' as const },
];

test('a member from another workspace of the same organization takes part like everybody', async () => {
  rig = await startRig({ workspace: { people: elsewhere } });
  await rig.task.open();
  const greta = rig.workspace.person('UGRETA');
  await greta.click(await cardFor(greta), 'dog');
  await until(() => rig.task.history().length === 1);
  await greta.type('CMODELS', '/modelpicker status');
  expect(await until(() => noteTo(greta))).toContain('Batch 2026-11-02');
  await greta.openHome();
  await until(async () => JSON.stringify((await greta.see()).home).includes('"lane"'));
});

test.each([
  { where: 'a workspace of its own', people: elsewhere.filter(({ kind }) => kind !== 'grid') },
  { where: 'a workspace of an organization', people: elsewhere },
])('a stranger from Slack Connect stays out of $where, whichever way they come', async ({ people }) => {
  rig = await startRig({ workspace: { people } });
  await rig.task.open();
  const sam = rig.workspace.person('USAM');
  const no = sentences.denied.team;
  await sam.click(await cardFor(sam), 'dog');
  expect(await until(() => noteTo(sam))).toBe(no);
  await sam.type('CMODELS', '/modelpicker label');
  await until(async () => rig.logged.filter((line) => line.startsWith('refused')).length === 2);
  await sam.openHome();
  await until(async () => JSON.stringify((await sam.see()).home).includes(no));
  expect(rig.task.history()).toEqual([]);
  expect((await sam.see()).modals).toEqual([]);
});

test('a guest in the channel labels on the card', async () => {
  rig = await startRig({ workspace: { people: elsewhere } });
  await rig.task.open();
  const gus = rig.workspace.person('UGUS');
  await gus.click(await cardFor(gus), 'dog');
  await until(() => rig.task.history().length === 1);
});

test('whoever names no workspace at all is refused', async () => {
  rig = await startRig();
  await rig.task.open();
  await rig.workspace.deliver('interactive', {
    type: 'block_actions',
    user: { id: 'UBEN' },
    team: null,
    channel: { id: 'CMODELS', name: 'models' },
    container: {},
    actions: [{ type: 'button', block_id: 'b', action_id: 'label:1', action_ts: '1', value: rig.task.asked[0]!.id }],
  });
  await until(() => rig.logged.some((line) => line.startsWith('refused')));
  expect(rig.task.history()).toEqual([]);
});
