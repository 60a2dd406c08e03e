import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { openClient } from '../../src/slack/out/clients.ts';
import { startTidying } from '../../src/slack/out/files/tidy.ts';
import { keptDays } from '../../src/slack/settings.ts';
import { alone } from '../alone.ts';
import { type Rig, startRig, until } from './rig.ts';
import { leaderboard } from './scripted-task.ts';

let rig: Rig;
afterEach(() => rig.stop());

const dayMs = 86_400_000;

/** Slack with an image and a leaderboard that were uploaded so many days ago, and a bot that tidies. */
async function tidyAfter(daysAgo: number, keepDays = keptDays) {
  rig = await startRig({ ahead: 0, workspace: { clock: () => Date.now() - daysAgo * dayMs } });
  await rig.channel.images.waitFor(rig.images[0]!, 20_000);
  await rig.channel.pictureOf(leaderboard);
  const { botToken, apiUrl, state } = rig.workspace;
  const client = openClient({ botToken, slackApiUrl: apiUrl }, alone);
  const log = (event: string) => void rig.logged.push(event);
  const stop = startTidying({ client, botUserId: 'U0000000BOT', keepDays, log }, rig.channel.images.forget);
  const namesLeft = () => [...state.files.values()].map(({ name }) => name).sort();
  return { namesLeft, stop };
}

test('an image that people were asked about goes after its days, and is uploaded anew where it is wanted again', async () => {
  const { namesLeft, stop } = await tidyAfter(keptDays + 1);
  await until(() => namesLeft().length === 1);
  // The winner's picture never goes.
  expect(namesLeft()).toEqual(['chart.png']);
  await until(() => rig.channel.images.fileOf(rig.images[0]!) === undefined);
  expect(await rig.channel.images.waitFor(rig.images[0]!, 20_000)).toBeDefined();
  stop();
});

test.each([
  { daysAgo: keptDays - 1, keepDays: keptDays },
  { daysAgo: 400, keepDays: 0 },
])('after $daysAgo days an image is still there where $keepDays days were asked for', async ({ daysAgo, keepDays }) => {
  const { namesLeft, stop } = await tidyAfter(daysAgo, keepDays);
  await sleep(500);
  expect(namesLeft()).toEqual(['chart.png', 'image.png']);
  stop();
});
