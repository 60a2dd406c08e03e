import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { ADMIN, type Desk, MEMBER, openDesk } from './desk.ts';
import {
  command,
  mention,
  openHome,
  type Payload,
  press,
  pressInModal,
  submitLane,
  typeInSearch,
  type Who,
} from './payloads.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk({ images: 40, settings: { allowed: [MEMBER, 'UDAN'] } });
  await desk.arrive('2026-11-02');
  // Somebody's label, and somebody's lease, for others to reach for.
  await desk.task.answer({ question: desk.asked(), class: 1, annotator: MEMBER });
  await desk.task.lease(MEMBER);
  await desk.task.idle();
});
afterAll(() => desk.stop());

const answered = () => desk.task.history()[0]!.answer;
/** The question that is with a member alone. */
const leased = () =>
  desk.facts().flatMap((fact) => (fact.kind === 'question' && fact.askedOf === MEMBER ? fact.key : []))[0]!;
const option = (value: string) => ({ selected_option: { value, text: { type: 'plain_text', text: value } } });

/** Everything but questions, which are put to whoever may answer. */
const decisions = () => desk.facts().filter(({ kind }) => kind !== 'question');

/** Every way in, as the program's own switches list them, and how it is used in earnest. */
const buttons: Record<string, (who: Who) => Payload> = {
  label: (who) => press(who, { action_id: 'label:0', value: desk.asked() }),
  search: (who) => press(who, { action_id: `search:${desk.asked()}`, type: 'external_select', ...option('0') }),
  menu: (who) => press(who, { action_id: 'menu', type: 'overflow', ...option('undo') }),
  lane: (who) => press(who, { action_id: 'lane', value: 'lane' }),
  'lane-label': (who) => pressInModal(who, { action_id: 'lane-label:0', value: desk.asked() }),
  choice: (who) =>
    pressInModal(who, {
      action_id: 'choice',
      block_id: `choice:${desk.asked()}`,
      type: 'static_select',
      ...option('0'),
    }),
  'lane-undo': (who) => pressInModal(who, { action_id: 'lane-undo', value: answered() }),
  'lane-later': (who) => pressInModal(who, { action_id: 'lane-later', value: leased() }),
  'lane-next': (who) => pressInModal(who, { action_id: 'lane-next', value: 'next' }),
  larger: (who) => press(who, { action_id: 'larger', value: desk.asked() }),
  undo: (who) => pressInModal(who, { action_id: 'undo', value: answered() }),
  'undo-relied': (who) => pressInModal(who, { action_id: 'undo-relied', value: answered() }),
  'undo-first': (who) => press(who, { action_id: 'undo-first', value: answered() }),
  'undo-asked': (who) => press(who, { action_id: 'undo-asked', value: answered() }),
  deploy: (who) => press(who, { action_id: 'deploy', value: '2026-11-02:1' }),
  keep: (who) => press(who, { action_id: 'keep', value: '2026-11-02:1' }),
  measure: (who) => press(who, { action_id: 'measure', value: '2026-11-02:1' }),
  'measure-stop': (who) => press(who, { action_id: 'measure-stop', value: '2026-11-02:1' }),
  mistakes: (who) => press(who, { action_id: 'mistakes', value: '2026-11-02:1' }),
  'ask-again': (who) => pressInModal(who, { action_id: 'ask-again', value: '2026-11-02:1:0' }),
  'run-again': (who) => press(who, { action_id: 'run-again', value: '2026-11-02:1' }),
  rollback: (who) => press(who, { action_id: 'rollback', value: '2026-11-02:1 because' }),
  resume: (who) => press(who, { action_id: 'resume', value: 'resume' }),
  reopen: (who) => press(who, { action_id: 'reopen', value: '2026-11-02:1' }),
  history: (who) => press(who, { action_id: 'history', value: 'history' }),
  'history-of': (who) => pressInModal(who, { action_id: 'history-of', type: 'users_select', selected_user: 'UADA' }),
  'history-class': (who) => pressInModal(who, { action_id: 'history-class', type: 'static_select', ...option('cat') }),
  'history-disagreements': (who) => pressInModal(who, { action_id: 'history-disagreements', value: 'yes' }),
  'history-all': (who) => pressInModal(who, { action_id: 'history-all', value: 'yes' }),
  guidelines: (who) => press(who, { action_id: 'guidelines', value: 'guidelines' }),
};
const menu = ['guidelines', 'why', 'undo', 'history', 'pause'];
const commands = [
  'status',
  'help',
  'label',
  'pause',
  'resume',
  'undo',
  'history',
  'models',
  'trend',
  'trust',
  'people',
  'export',
  'rollback',
  'deploy',
  'unpin',
  'version',
];
const listeners: Record<string, (who: Who) => Payload> = {
  action: (who) => buttons.label!(who),
  options: (who) => typeInSearch(who, desk.asked(), 'c'),
  view: (who) => submitLane(who, desk.asked(), '0'),
  command: (who) => command(who, 'label'),
  event: openHome,
};
const events: Record<string, (who: Who) => Payload> = {
  app_home_opened: openHome,
  app_mention: (who) => mention(who, 'undo'),
};

/** `case` labels, or whatever the pattern captures, in a file of the program. */
async function listed(file: string, pattern: RegExp): Promise<string[]> {
  const source = await readFile(new URL(`../../src/slack/${file}`, import.meta.url), 'utf8');
  return [...new Set([...source.matchAll(pattern)].map((match) => match[1]!))].sort();
}

test('the ways in that are tried here are all there are', async () => {
  const inMenu = 'async function onMenu';
  const source = await readFile(new URL('../../src/slack/do/actions.ts', import.meta.url), 'utf8');
  const cases = (text: string) => [...text.matchAll(/case '([a-z-]+)'/g)].map((match) => match[1]!).sort();
  expect(cases(source.slice(0, source.indexOf(inMenu)))).toEqual(Object.keys(buttons).sort());
  expect(cases(source.slice(source.indexOf(inMenu)))).toEqual(menu.toSorted());
  expect(await listed('do/run-command.ts', /case '([a-z-]+)'/g)).toEqual(commands.toSorted());
  expect(await listed('app.ts', /\bapp\.(action|options|view|command|event|shortcut|message|function)\(/g)).toEqual(
    Object.keys(listeners).sort(),
  );
  expect(await listed('app.ts', /\bapp\.event\('([a-z_]+)'/g)).toEqual(Object.keys(events).sort());
});

const strangers: Record<string, Who> = {
  'another workspace': { user: MEMBER, team: 'TELSEWHERE' },
  'another channel': { user: MEMBER, channel: 'COTHER' },
  'off the list': { user: 'UCLEO' },
};

test.each(Object.entries(strangers))('somebody from %s changes nothing, whichever way they come', async (_, who) => {
  const before = desk.facts();
  // Windows and the Home tab stand in no channel; there the other two reasons count.
  const hasChannel = (payload: Payload) => 'channel' in payload.body || 'channel_id' in payload.body;
  const ways = [
    ...Object.values(buttons).map((way) => way(who)),
    ...Object.values({ ...listeners, ...events }).map((way) => way(who)),
    ...menu.map((entry) => press(who, { action_id: 'menu', type: 'overflow', ...option(entry) })),
    ...commands.map((word) => command(who, word)),
  ].filter((payload) => who.channel === undefined || hasChannel(payload));
  const logged = desk.logged.length;
  const outcomes = await Promise.all(ways.map(({ type, body }) => desk.workspace.deliver(type, body)));
  expect(outcomes.filter(({ kind }) => kind !== 'acknowledged')).toEqual([]);
  await desk.task.idle();
  expect(desk.facts()).toEqual(before);
  expect(desk.logged.slice(logged).filter((line) => line.startsWith('refused'))).toHaveLength(ways.length);
});

test('only admins pause, resume and reopen, and nobody undoes another’s label', async () => {
  const before = decisions();
  const dan = { user: 'UDAN' };
  const ways = [
    ...['pause', 'resume', 'rollback', 'deploy fog', 'unpin', 'undo', `undo <@${MEMBER}>`].map((text) =>
      command(dan, text),
    ),
    ...[
      'resume',
      'reopen',
      'deploy',
      'keep',
      'rollback',
      'run-again',
      'undo',
      'undo-first',
      'undo-relied',
      'undo-asked',
      'lane-undo',
      'lane-later',
    ].map((name) => buttons[name]!(dan)),
    ...['pause', 'undo'].map((entry) => press(dan, { action_id: 'menu', type: 'overflow', ...option(entry) })),
  ];
  await Promise.all(ways.map(({ type, body }) => desk.workspace.deliver(type, body)));
  await desk.task.idle();
  expect(decisions()).toEqual(before);
});

test('what is paused is resumed by an admin only', async () => {
  await desk.task.pause(ADMIN);
  await desk.task.idle();
  const before = decisions();
  for (const { type, body } of [command({ user: 'UDAN' }, 'resume'), buttons.resume!({ user: 'UDAN' })])
    await desk.workspace.deliver(type, body);
  await desk.task.idle();
  expect(decisions()).toEqual(before);
  const { type, body } = buttons.resume!({ user: ADMIN });
  await desk.workspace.deliver(type, body);
  await expect.poll(() => decisions().find(({ kind }) => kind === 'resume')).toMatchObject({ by: ADMIN });
  await desk.task.idle();
});

test('a result that stands is reopened by an admin only', async () => {
  const ended = await openDesk({ images: 40, rules: { budget: 1 } });
  onTestFinished(() => ended.stop());
  await ended.arrive('2026-11-02');
  await ended.task.answer({ question: ended.asked(), class: 1, annotator: MEMBER });
  await ended.task.advance();
  const kinds = () => ended.facts().map(({ kind }) => kind);
  expect(kinds()).toContain('result');
  const pressAs = async (user: string) => {
    const { type, body } = buttons.reopen!({ user });
    await ended.workspace.deliver(type, body);
    await ended.task.idle();
  };
  await pressAs(MEMBER);
  expect(kinds()).not.toContain('withdrawal');
  await pressAs(ADMIN);
  await expect.poll(kinds).toContain('withdrawal');
});

test('the same ways in work for those who may', async () => {
  for (const text of ['pause', 'resume']) {
    const before = desk.facts().length;
    const { type, body } = command({ user: ADMIN }, text);
    await desk.workspace.deliver(type, body);
    await expect.poll(() => desk.facts().length).toBeGreaterThan(before);
  }
  await expect.poll(() => desk.asked()).not.toBe('');
  const { type, body } = buttons.label!({ user: MEMBER });
  await desk.workspace.deliver(type, body);
  await expect.poll(() => desk.task.history().length).toBe(2);
});
