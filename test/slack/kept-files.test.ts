import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openChannel } from '../../src/slack/out/channel.ts';
import { type Pace, unasked } from '../../src/slack/out/clients.ts';
import { openKeptFiles } from '../../src/slack/out/files/kept.ts';
import { openUploads } from '../../src/slack/out/files/uploads.ts';
import { openOutlet } from '../../src/slack/out/outlet.ts';
import { type Rig, startRig, until } from './rig.ts';

let folder = '';
let imagesKept = '';
let rig: Rig | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelpicker-on-slack-'));
  imagesKept = join(folder, 'on-slack.json');
});
afterEach(async () => {
  await rig?.stop();
  rig = undefined;
  await rm(folder, { recursive: true });
});

const listed = () => readFile(imagesKept, 'utf8').catch(() => '');
const settings = () => ({ imagesKept, slackApiUrl: 'https://slack.com/api/', botToken: 'xoxb-1' });
const open = (more: object = {}) => openKeptFiles({ ...settings(), ...more }, 0);
const photo = { key: 'monday/1.png', file: '/batches/monday/1.png', sha256: 'aa' };

test('after a start an image that is on Slack is shown at once, and is not uploaded again', async () => {
  rig = await startRig();
  const { botToken, appToken, apiUrl: slackApiUrl, state } = rig.workspace;
  const slack = { botToken, appToken, slackApiUrl, channel: 'CMODELS', admins: ['UADA'], timeZone: 'UTC', imagesKept };
  const file = join(folder, '1.png');
  const bytes = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  await writeFile(file, bytes);
  const image = { key: 'monday/1.png', file, sha256: createHash('sha256').update(bytes).digest('hex') };
  const before = openChannel(slack, () => {}, unasked);
  const shown = await before.images.waitFor(image, 20_000);
  expect(shown).toMatch(/^F/);
  await until(async () => (await listed()).includes(shown!));
  const uploads = state.files.size;
  const after = openChannel(slack, () => {}, unasked);
  after.prepare([image]);
  expect(after.isPrepared(image)).toBe(true);
  expect(after.images.fileOf(image)).toBe(shown);
  expect(state.files.size).toBe(uploads);
});

test('an image of the same name with other bytes is not the one that is on Slack', async () => {
  open().note(photo, 'F1');
  await until(async () => (await listed()).includes('F1'));
  expect(open().recall(photo)).toBe('F1');
  expect(open().recall({ ...photo, sha256: 'bb' })).toBeUndefined();
  expect(open().recall({ key: photo.key, file: photo.file })).toBeUndefined();
});

test('nothing is taken over from another workspace, whose files may have the same ids', async () => {
  open().note(photo, 'F1');
  await until(async () => (await listed()).includes('F1'));
  expect(open({ botToken: 'xoxb-2' }).recall(photo)).toBeUndefined();
  expect(open({ slackApiUrl: 'http://127.0.0.1:1/api/' }).recall(photo)).toBeUndefined();
  expect(await listed()).not.toContain('xoxb');
});

test('a file that was deleted on Slack is known no more', async () => {
  const kept = open();
  kept.note(photo, 'F1');
  kept.forget(new Set(['F1']));
  expect(kept.recall(photo)).toBeUndefined();
  await until(async () => (await listed()).includes('"files":[]'));
  expect(open().recall(photo)).toBeUndefined();
});

test('a list that cannot be read is as none, and is written anew', async () => {
  await writeFile(imagesKept, '{"of":"half a li');
  const kept = open();
  expect(kept.recall(photo)).toBeUndefined();
  kept.note(photo, 'F2');
  await until(async () => (await listed()).includes('F2'));
  expect(open().recall(photo)).toBe('F2');
});

test('uploads of the life before count on: Slack counts them, and would refuse what goes beyond its rate', async () => {
  let now = 1_000_000;
  const openAt = (ms: number) => {
    now = ms;
    return openKeptFiles(settings(), 0, () => now);
  };
  const before = openAt(1_000_000);
  before.noteCall('uploads');
  now += 20_000;
  before.noteCall('uploads');
  before.noteCall('looks');
  await until(async () => (await listed()).includes('[1000000,1020000]'));
  expect(openAt(1_030_000).earlierAgoMs).toEqual({ uploads: [30_000, 10_000], looks: [10_000] });
  expect(openAt(1_065_000).earlierAgoMs).toEqual({ uploads: [45_000], looks: [45_000] });
  // A clock that was set back says nothing.
  expect(openAt(900_000).earlierAgoMs).toEqual({ uploads: [], looks: [] });

  const { uploads } = openOutlet(2);
  const isFree = (pace: Pace, urgency: 'urgent' | 'unhurried') =>
    Promise.race([pace(urgency).then(() => true), setImmediate(false)]);
  const alarm = { refused: async () => undefined, worked: () => undefined, tellAdmins: async () => undefined };
  // Whoever uploads tells the app's pace of them.
  openUploads({ client: {} as WebClient, alarm, log: () => {}, kept: openAt(1_030_000) }, uploads);
  expect(await isFree(uploads.begin, 'unhurried')).toBe(false);
  expect(await isFree(uploads.begin, 'urgent')).toBe(true);
  expect([await isFree(uploads.look, 'unhurried'), await isFree(uploads.look, 'unhurried')]).toEqual([true, false]);
});
