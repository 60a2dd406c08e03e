import { afterEach, expect, test } from 'vitest';
import { openChannel } from '../../src/slack/out/channel.ts';
import { openOutlet } from '../../src/slack/out/outlet.ts';
import { cures } from '../../src/slack/say/operator.ts';
import type { WorkspaceMessage } from '../../src/workspace/messages.ts';
import { alone } from '../alone.ts';
import { cardFor, messagesFor, noteTo, type Rig, startRig, until } from './rig.ts';
import { batch, leaderboard, result } from './scripted-task.ts';

/** What Slack refuses, for a while or for good, and how people get what they wait for all the same. */

let rig: Rig;
afterEach(() => rig.stop());

const always = 1_000_000;
const winner = { kind: 'result' as const, key: `${batch}:result:1`, announcement: { batch, result, leaderboard } };
const shows = (message: WorkspaceMessage | undefined) => JSON.stringify(message?.blocks ?? '').includes('slack_file');

async function toAdmin(): Promise<string[]> {
  const messages = await messagesFor(rig.workspace.person('UADA'));
  return messages.filter(({ channel, onlyFor }) => channel.startsWith('D') && !onlyFor).map(({ text }) => text);
}

test('retention deletes the files that wait for their turn: the next card and lane have their images all the same', async () => {
  rig = await startRig({ ahead: 3 });
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  for (const image of rig.images.slice(0, 4)) await rig.channel.images.waitFor(image, 20_000);
  const before = JSON.stringify((await cardFor(ben)).blocks);
  for (const id of [...rig.workspace.state.files.keys()]) if (!before.includes(id)) rig.workspace.state.removeFile(id);
  await ben.click(await cardFor(ben), 'dog');
  await until(async () => JSON.stringify((await cardFor(ben)).blocks).includes('said *dog*'));
  await until(async () => shows(await cardFor(ben)), 20_000);
  await ben.type('CMODELS', '/modelpicker label');
  await until(async () => JSON.stringify((await ben.see()).modals).includes('slack_file'), 20_000);
}, 60_000);

test('retention deletes everything at once: each of the next cards gets its image, and a lane, too', async () => {
  rig = await startRig({ ahead: 8 });
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  for (const image of rig.images.slice(0, 8)) await rig.channel.images.waitFor(image, 60_000);
  for (const id of [...rig.workspace.state.files.keys()]) rig.workspace.state.removeFile(id);
  for (let labels = 1; labels <= 4; labels++) {
    await ben.click(await cardFor(ben), 'dog');
    await until(async () => {
      const card = await cardFor(ben);
      return (
        rig.task.history().length === labels && shows(card) && JSON.stringify(card).includes(`${labels} of at most`)
      );
    }, 40_000);
  }
  await ben.type('CMODELS', '/modelpicker label');
  await until(async () => JSON.stringify((await ben.see()).modals).includes('slack_file'), 20_000);
}, 300_000);

test('a file that is deleted while Slack looks at it stops no other upload, and is uploaded again when it is wanted', async () => {
  rig = await startRig({ ahead: 0, workspace: { badDays: { uploadDelayMs: 1_500 } } });
  const { state } = rig.workspace;
  const [first, ...others] = rig.images.slice(0, 4);
  const lost = rig.channel.images.waitFor(first!, 20_000);
  const removed = await until(() => [...state.files.keys()][0]);
  state.removeFile(removed);
  const uploads = others.map((image) => rig.channel.images.waitFor(image, 20_000));
  // Noticed at the end of its upload, or early enough to begin anew.
  expect(await lost).not.toBe(removed);
  for (const upload of uploads) expect(await upload).toBeDefined();
  expect(await rig.channel.images.waitFor(first!, 20_000)).toBeDefined();
  expect(await toAdmin()).toEqual([]);
}, 60_000);

test('where messages take no images, the card and the winner appear without them and say so', async () => {
  rig = await startRig({ workspace: { badDays: { refusedFilesInMessages: always, uploadDelayMs: 0 } } });
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  expect(JSON.stringify(await cardFor(ben))).toContain('The image cannot be shown right now');
  // The lane shows it.
  await ben.click(await cardFor(ben), 'Label on my own');
  const lane = await until(
    async () => (await ben.see()).modals.find(({ callback_id }) => callback_id === 'lane'),
    20_000,
  );
  expect(JSON.stringify(lane.blocks)).toContain('slack_file');
  await rig.task.finish();
  const posted = (await messagesFor(ben)).find(({ text }) => text.startsWith('fog wins'));
  expect(JSON.stringify(posted)).toContain('The picture cannot be shown here right now.');
}, 60_000);

test('a winner’s picture that Slack did not take at first follows in an edit', async () => {
  rig = await startRig({ workspace: { badDays: { refusedFilesInMessages: 3, uploadDelayMs: 0 } } });
  await rig.channel.post(winner, { perhapsPosted: false });
  const ben = rig.workspace.person('UBEN');
  await until(async () => shows((await messagesFor(ben)).find(({ text }) => text.startsWith('fog wins'))), 30_000);
}, 60_000);

test('where windows take no images, the lane points to the card instead of asking about what nobody sees', async () => {
  rig = await startRig({ workspace: { badDays: { refusedFilesInViews: always, uploadDelayMs: 0 } } });
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  await ben.click(await cardFor(ben), 'Label on my own');
  const window = await until(async () => (await ben.see()).modals[0], 20_000);
  await until(async () => JSON.stringify((await ben.see()).modals[0]).includes('Slack does not show this image'));
  expect(window.blocks.some(({ type }) => type === 'input')).toBe(false);
  await ben.type('CMODELS', '/modelpicker history');
  await ben.openHome();
  await until(async () => (await ben.see()).home);
  // The card goes on as if nothing was.
  await ben.click(await cardFor(ben), 'dog');
  await until(async () => JSON.stringify((await cardFor(ben)).blocks).includes('said *dog*'));
  await until(async () => shows(await cardFor(ben)), 20_000);
}, 60_000);

test('a lane in which one image is refused shows it a moment later', async () => {
  rig = await startRig();
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  rig.workspace.badDays.refusedFilesInViews = 1;
  await ben.click(await cardFor(ben), 'Label on my own');
  const lane = await until(
    async () => (await ben.see()).modals.find(({ callback_id }) => callback_id === 'lane'),
    20_000,
  );
  // And goes on from there, image after image.
  expect(await ben.submit(lane, { choice: '1' })).toMatchObject({ kind: 'done' });
  await until(async () => {
    const next = (await ben.see()).modals[0];
    return next?.callback_id === 'lane' && JSON.stringify(next).includes('Saved');
  }, 20_000);
}, 60_000);

test('where private notes take no images, status says everything but the picture', async () => {
  rig = await startRig({ workspace: { badDays: { refusedFilesInNotes: always, uploadDelayMs: 0 } } });
  const ben = rig.workspace.person('UBEN');
  await ben.type('CMODELS', '/modelpicker status');
  await until(async () =>
    (await messagesFor(ben)).some(({ blocks }) => JSON.stringify(blocks).includes('cannot be shown here')),
  );
  expect(rig.logged.filter((line) => line.startsWith('failed'))).toEqual([]);
});

test.each(['internal_error', 'service_unavailable', 'request_timeout', 'fatal_error'])(
  '%s from everything that may be repeated is waited out',
  async (refusalCode) => {
    rig = await startRig();
    const ben = rig.workspace.person('UBEN');
    await rig.task.open();
    const refuse = (onlyMethod: string) =>
      Object.assign(rig.workspace.badDays, { refusedCalls: 1, refusalCode, onlyMethod });
    const isOver = () => until(() => rig.workspace.badDays.refusedCalls === 0, 15_000);
    refuse('files.');
    await ben.click(await cardFor(ben), 'dog');
    await isOver();
    await until(async () => {
      const card = await cardFor(ben);
      return shows(card) && JSON.stringify(card).includes('said *dog*');
    }, 20_000);
    refuse('chat.update');
    await ben.click(await cardFor(ben), 'cat');
    await isOver();
    refuse('views.');
    await ben.type('CMODELS', '/modelpicker history');
    await isOver();
    await until(async () => (await ben.see()).modals[0]);
    await until(async () => JSON.stringify((await cardFor(ben)).blocks).includes('2 of at most'), 20_000);
    expect(rig.logged.filter((line) => line.startsWith('failed'))).toEqual([]);
  },
  60_000,
);

test('a window that would have to wait longer than its trigger lives is not waited for: its person is told', async () => {
  rig = await startRig();
  Object.assign(rig.workspace.badDays, { rateLimited: 1, retryAfterS: 7, onlyMethod: 'views.open' });
  const ben = rig.workspace.person('UBEN');
  await ben.type('CMODELS', '/modelpicker history');
  expect(await until(() => noteTo(ben))).toBe('Slack asks us to wait. Please try again in 7 seconds.');
});

test('a file that Slack could not update is completed again, not uploaded again', async () => {
  rig = await startRig({ ahead: 0 });
  Object.assign(rig.workspace.badDays, {
    refusedCalls: 2,
    refusalCode: 'file_update_failed',
    onlyMethod: 'files.completeUploadExternal',
  });
  expect(await rig.channel.images.waitFor(rig.images[0]!, 20_000)).toBeDefined();
  expect(rig.workspace.state.callCounts.get('files.getUploadURLExternal')).toBe(1);
});

test.each(['cant_update_message', 'edit_window_closed', 'message_not_found'])(
  'after %s the message is posted anew',
  async (refusalCode) => {
    rig = await startRig();
    const posted = await rig.task.open();
    Object.assign(rig.workspace.badDays, { refusedCalls: 1, refusalCode, onlyMethod: 'chat.update' });
    await rig.task.pause('UADA');
    await rig.channel.settled();
    expect(rig.channel.isGone(posted)).toBe(true);
  },
);

test('a card that somebody deletes while nobody labels is missed', async () => {
  rig = await startRig();
  const posted = await rig.task.open();
  await rig.channel.settled();
  rig.workspace.state.removeMessage(await cardFor(rig.workspace.person('UADA')));
  await rig.task.advance();
  await rig.channel.settled();
  expect(rig.channel.isGone(posted)).toBe(true);
});

test('what stands in another channel than the settings name is posted anew in the right one', async () => {
  rig = await startRig();
  const { ts } = await rig.task.open();
  expect(rig.channel.isGone({ channel: 'COTHER', ts })).toBe(true);
});

test.each(['is_archived', 'message_limit_exceeded'])(
  'after %s the admins hear of it once, with the cure, and again only when it worked in between',
  async (refusalCode) => {
    rig = await startRig();
    await rig.channel.pictureOf(leaderboard);
    const refuse = () =>
      Object.assign(rig.workspace.badDays, { refusedCalls: 1, refusalCode, onlyMethod: 'chat.postMessage' });
    const cure = cures.channel[refusalCode]!('CMODELS');
    for (const _ of [1, 2]) {
      refuse();
      await expect(rig.channel.post(winner, { perhapsPosted: false })).rejects.toThrow(refusalCode);
    }
    expect(await toAdmin()).toEqual([cure]);
    await rig.channel.post(winner, { perhapsPosted: false });
    refuse();
    await expect(rig.channel.post(winner, { perhapsPosted: false })).rejects.toThrow(refusalCode);
    expect(await toAdmin()).toEqual([cure, cure]);
  },
);

test('where Slack takes no new message, an edit that works does not have the admins told again', async () => {
  rig = await startRig();
  const posted = await rig.task.open();
  await rig.channel.settled();
  const refusalCode = 'message_limit_exceeded';
  for (const change of ['pause', 'resume'] as const) {
    Object.assign(rig.workspace.badDays, { refusedCalls: 1, refusalCode, onlyMethod: 'chat.postMessage' });
    await expect(rig.channel.post(winner, { perhapsPosted: false })).rejects.toThrow(refusalCode);
    await rig.task[change]('UADA');
    await rig.channel.settled();
    expect((await cardFor(rig.workspace.person('UBEN'))).text.includes('paused')).toBe(change === 'pause');
  }
  expect(rig.channel.isGone(posted)).toBe(false);
  expect(await toAdmin()).toEqual([cures.channel[refusalCode]!('CMODELS')]);
}, 60_000);

test('of every refusal that somebody must mend the admins hear the cure', async () => {
  rig = await startRig();
  const told: string[] = [];
  for (const [refusalCode, cure] of Object.entries(cures.channel)) {
    Object.assign(rig.workspace.badDays, { refusedCalls: 1, refusalCode, onlyMethod: 'chat.postMessage' });
    const failure = { kind: 'batch failed' as const, batch, reason: '', failure: 1 };
    const notice = { kind: 'notice' as const, key: refusalCode, notice: failure };
    await expect(rig.channel.post(notice, { perhapsPosted: false })).rejects.toThrow(refusalCode);
    told.push(cure('CMODELS'));
  }
  expect(await toAdmin()).toEqual(told);
}, 60_000);

test.each(Object.keys(cures.files))(
  'after %s cards come without images, and the admins hear why',
  async (refusalCode) => {
    rig = await startRig();
    Object.assign(rig.workspace.badDays, { refusedCalls: always, refusalCode, onlyMethod: 'files.' });
    await rig.task.open();
    await until(async () => (await toAdmin()).length > 0);
    expect(await toAdmin()).toEqual([cures.files[refusalCode]!('CMODELS')]);
    expect(shows(await cardFor(rig.workspace.person('UBEN')))).toBe(false);
  },
);

test('a workspace whose storage is full is told once to an admin of two tasks', async () => {
  rig = await startRig({ ahead: 0 });
  const refusalCode = 'storage_limit_reached';
  Object.assign(rig.workspace.badDays, { refusedCalls: always, refusalCode, onlyMethod: 'files.' });
  const { botToken, appToken, apiUrl: slackApiUrl } = rig.workspace;
  const about = { botToken, appToken, slackApiUrl, admins: ['UADA'], timeZone: 'UTC' };
  const logged: string[] = [];
  const outlet = openOutlet();
  for (const channel of ['CMODELS', 'COTHER']) {
    const task = openChannel({ ...about, channel }, (event) => void logged.push(event), alone, outlet);
    expect(await task.images.waitFor(rig.images[0]!, 60_000)).toBeUndefined();
  }
  expect(logged.filter((event) => event === 'refused by Slack for good')).toHaveLength(2);
  expect(await toAdmin()).toEqual([cures.files[refusalCode]!('CMODELS')]);
}, 60_000);

test('a wait of an hour that Slack asks for is neither sat out by the bot nor asked for again and again', async () => {
  rig = await startRig();
  Object.assign(rig.workspace.badDays, { rateLimited: 1, retryAfterS: 3_600, onlyMethod: 'chat.postMessage' });
  const began = performance.now();
  for (const _ of [1, 2, 3]) await expect(rig.channel.post(winner, { perhapsPosted: false })).rejects.toThrow();
  expect(performance.now() - began).toBeLessThan(30_000);
  expect(rig.workspace.state.callCounts.get('chat.postMessage')).toBe(1);
}, 60_000);

test('an export waits through a 429, and says whether the file has come', async () => {
  rig = await startRig();
  Object.assign(rig.workspace.badDays, { rateLimited: 2, onlyMethod: 'files.' });
  const ben = rig.workspace.person('UBEN');
  await ben.type('CMODELS', '/modelpicker export');
  expect(await until(() => noteTo(ben), 15_000)).toContain('I sent you two CSV files');
}, 30_000);

test('an export to somebody whose messages tab is off says so', async () => {
  rig = await startRig();
  Object.assign(rig.workspace.badDays, {
    refusedCalls: 1,
    refusalCode: 'messages_tab_disabled',
    onlyMethod: 'chat.postMessage',
  });
  const ben = rig.workspace.person('UBEN');
  await ben.type('CMODELS', '/modelpicker export');
  expect(await until(() => noteTo(ben))).toContain('messages tab is switched off');
});
