import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { openChannel } from '../../src/slack/out/channel.ts';
import type { Card, ImageFile, Message } from '../../src/task/people.ts';
import { cardFor, messagesFor, noteTo, type Rig, startRig, until } from './rig.ts';
import { batch, leaderboard, result } from './scripted-task.ts';

/** The way out on Slack's bad days. */

let rig: Rig;
afterEach(() => rig.stop());

const winner = { kind: 'result' as const, key: `${batch}:result:1`, announcement: { batch, result, leaderboard } };

/** The card after so many labels, asking about an image, or paused. */
function stateOf(labels: number, image?: ImageFile): Message {
  const now: Card['now'] = image
    ? { kind: 'asking', question: { ...rig.task.asked[0]!, image } }
    : { kind: 'paused', by: 'UADA' };
  const about = { batch, classes: ['cat', 'dog'], openedAt: '2026-11-02T08:00:00.000Z', warnings: [], now };
  const progress = { labels, budget: 60, annotators: [] };
  return { kind: 'card', key: `${batch}:card`, card: { ...about, progress } };
}

async function posts(): Promise<number> {
  const messages = await messagesFor(rig.workspace.person('UADA'));
  return messages.filter(({ text }) => text.startsWith('fog wins')).length;
}

test('a post whose reply is lost is not posted again behind the bot’s back', async () => {
  rig = await startRig();
  await rig.channel.pictureOf(leaderboard);
  Object.assign(rig.workspace.badDays, { lostReplies: 1, onlyMethod: 'chat.postMessage' });
  await expect(rig.channel.post(winner, { perhapsPosted: false })).rejects.toThrow();
  expect(await posts()).toBe(1);
});

test('with the right to read the channel, a message that perhaps arrived is found instead of posted twice', async () => {
  rig = await startRig({ workspace: { manifest: undefined } });
  await rig.channel.pictureOf(leaderboard);
  Object.assign(rig.workspace.badDays, { lostReplies: 1, onlyMethod: 'chat.postMessage' });
  await expect(rig.channel.post(winner, { perhapsPosted: false })).rejects.toThrow();
  const posted = await rig.channel.post(winner, { perhapsPosted: true });
  expect(posted.ts).toBe((await messagesFor(rig.workspace.person('UADA')))[0]?.ts);
  expect(await posts()).toBe(1);
});

test('without that right it is posted again, and the log says why', async () => {
  rig = await startRig();
  await rig.channel.post(winner, { perhapsPosted: true });
  expect(await posts()).toBe(1);
  expect(rig.logged.join('\n')).toContain('channels:history');
});

test('a state that comes while the one before waits for its image is sent instead of it', async () => {
  rig = await startRig({ ahead: 0 });
  const posted = await rig.task.open();
  await rig.channel.settled();
  const calls = () => rig.workspace.state.callCounts.get('chat.update') ?? 0;
  const before = calls();
  rig.workspace.badDays.uploadDelayMs = 600_000;
  rig.channel.edit(posted, stateOf(1, rig.images[7]!));
  await sleep(0);
  rig.channel.edit(posted, stateOf(2));
  await rig.channel.settled();
  expect(calls() - before).toBe(1);
  expect(JSON.stringify((await cardFor(rig.workspace.person('UADA'))).blocks)).toContain('2 of at most 60 labels');
});

test('edits coalesce: of 40 states in a second, few are sent and the last one stands', async () => {
  rig = await startRig({ images: 50 });
  const posted = await rig.task.open();
  const beganAt = performance.now();
  for (let labels = 1; labels <= 40; labels++) {
    rig.channel.edit(posted, stateOf(labels, rig.images[0]!));
    await sleep(25);
  }
  await rig.channel.settled();
  // Six at once, then one in 1.45 s; a busy machine stretches the second.
  const allowed = 6 + Math.ceil((performance.now() - beganAt) / 1_450);
  expect(rig.workspace.state.callCounts.get('chat.update')).toBeLessThanOrEqual(allowed);
  expect(JSON.stringify((await cardFor(rig.workspace.person('UADA'))).blocks)).toContain('40 of at most 60 labels');
});

test('an edit that Slack postpones or loses is sent again, and an unchanged one is not', async () => {
  rig = await startRig();
  await rig.task.open();
  Object.assign(rig.workspace.badDays, { rateLimited: 1, serverErrors: 1, onlyMethod: 'chat.update' });
  await rig.task.pause('UADA');
  await rig.channel.settled();
  expect(JSON.stringify((await cardFor(rig.workspace.person('UADA'))).blocks)).toContain('paused');
  const calls = rig.workspace.state.callCounts.get('chat.update');
  await rig.task.advance();
  await rig.channel.settled();
  expect(rig.workspace.state.callCounts.get('chat.update')).toBe(calls);
});

test('a deleted message is gone, and the bot can tell', async () => {
  rig = await startRig();
  const posted = await rig.task.open();
  rig.workspace.state.removeMessage(await cardFor(rig.workspace.person('UADA')));
  expect(rig.channel.isGone(posted)).toBe(false);
  await rig.task.pause('UADA');
  await rig.channel.settled();
  expect(rig.channel.isGone(posted)).toBe(true);
  // Nothing failed: one line says what was found, and nobody tries that message again.
  rig.channel.edit(posted, stateOf(2));
  await rig.channel.settled();
  expect(rig.logged.filter((line) => line.startsWith('message'))).toEqual([
    `message gone {"message":"${batch}:card","found":"message_not_found"}`,
  ]);
});

test('a 429 on an upload holds up no window', async () => {
  rig = await startRig({ images: 30 });
  await rig.task.open();
  // Uploads rest for as long as the window is waited for, so that no busy machine decides which comes first.
  Object.assign(rig.workspace.badDays, { rateLimited: 1_000_000, onlyMethod: 'files.' });
  const before = rig.workspace.state.files.size;
  const upload = rig.channel.images.waitFor(rig.images.at(-1)!, 60_000);
  const ben = rig.workspace.person('UBEN');
  await ben.type('CMODELS', '/modelpicker history');
  await until(async () => (await ben.see()).modals[0]);
  expect(rig.workspace.state.files.size).toBe(before);
  rig.workspace.badDays.rateLimited = 0;
  expect(await upload).toBeDefined();
}, 90_000);

test('an upload that loses its reply, or meets an error, begins anew', async () => {
  rig = await startRig({ ahead: 0 });
  const [image] = rig.images;
  Object.assign(rig.workspace.badDays, { lostReplies: 1, serverErrors: 1, onlyMethod: 'files.' });
  expect(await rig.channel.images.waitFor(image!, 20_000)).toBeDefined();
});

test('a click delivered twice, or while the line is cut, is one label', async () => {
  rig = await startRig();
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  rig.workspace.badDays.duplicateDeliveries = 1;
  await ben.click(await cardFor(ben), 'dog');
  await until(() => rig.task.history().length === 1);
  rig.workspace.dropSocket('cut');
  await until(() => rig.workspace.connectionCount() === 0);
  await until(() => rig.workspace.connectionCount() === 1, 15_000);
  await until(async () => JSON.stringify((await cardFor(ben)).blocks).includes('said *dog*'));
  await ben.click(await cardFor(ben), 'cat');
  await until(() => rig.task.history().length === 2);
});

test('a lane that could not be opened, and whose question then fails, ends in a note and not in a crash', async () => {
  rig = await startRig();
  await rig.task.open();
  const failLate = () => sleep(2_200).then(() => Promise.reject(new Error('the method is ill')));
  Object.assign(rig.task, { lease: failLate });
  rig.workspace.badDays.expiredTriggers = 1;
  const ben = rig.workspace.person('UBEN');
  await ben.click(await cardFor(ben), 'Label on my own');
  expect(await until(() => noteTo(ben))).toContain('Please try it again.');
  // Where nobody takes care of it, the rejection ends this process.
  await sleep(1_000);
});

test('a command delivered twice is answered once', async () => {
  rig = await startRig();
  const ben = rig.workspace.person('UBEN');
  rig.workspace.badDays.duplicateDeliveries = 1;
  await ben.type('CMODELS', '/modelpicker help');
  await until(async () => (await messagesFor(ben)).length > 0);
  await sleep(300);
  expect(await messagesFor(ben)).toHaveLength(1);
});

test('tokens are never logged, whatever goes wrong', async () => {
  rig = await startRig();
  Object.assign(rig.workspace.badDays, { serverErrors: 3, lostReplies: 2 });
  await rig.channel.post(winner, { perhapsPosted: false }).catch(() => undefined);
  const ben = rig.workspace.person('UBEN');
  rig.workspace.badDays.expiredTriggers = 1;
  await ben.type('CMODELS', '/modelpicker history');
  await until(() => rig.logged.length > 0);
  expect(rig.logged.join('\n')).not.toMatch(/xox[bp]-|xapp-/);
});

test('once another bot speaks for the task, nothing is posted, changed or told by this one', async () => {
  rig = await startRig();
  const posted = await rig.task.open();
  await rig.channel.settled();
  const { workspace } = rig;
  const { botToken, appToken, apiUrl: slackApiUrl } = workspace;
  const settings = { botToken, appToken, slackApiUrl, channel: 'CMODELS', admins: ['UADA'], timeZone: 'UTC' };
  const late = openChannel(
    settings,
    () => {},
    async () => {
      throw new Error('Another bot has taken over.');
    },
  );
  const said = () => JSON.stringify([...workspace.state.messages.values()]);
  const before = said();
  await expect(late.post(winner, { perhapsPosted: false })).rejects.toThrow();
  await expect(late.post(winner, { perhapsPosted: true })).rejects.toThrow();
  late.edit(posted, stateOf(5));
  await late.tellAdmins({ kind: 'start', batch, problem: 'x' }).catch(() => undefined);
  // Its edits are tried again for a while.
  await sleep(1_000);
  expect(said()).toBe(before);
});
