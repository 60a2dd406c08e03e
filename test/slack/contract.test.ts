import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebClient } from '@slack/web-api';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { startApp } from '../../src/slack/app.ts';
import { openChannel } from '../../src/slack/out/channel.ts';
import type { SlackSettings } from '../../src/slack/settings.ts';
import type { Card } from '../../src/task/people.ts';
import { startWorkspace } from '../../src/workspace/workspace.ts';
import { alone } from '../alone.ts';
import { until } from './rig.ts';
import { batch, createScriptedTask, leaderboard, result } from './scripted-task.ts';
import { reportOf, type Trial, tryPlaces } from './trial-of-places.ts';

/**
 * The same claims for the local workspace and for a real one, so that the stand-in cannot drift away from Slack.
 * The real one takes SLACK_TEST_BOT_TOKEN, SLACK_TEST_APP_TOKEN, SLACK_TEST_CHANNEL, a channel the app is a member of, and
 * SLACK_TEST_PERSON, a member of it who has two minutes to press the button; no other bot may run with these tokens.
 * SLACK_TEST_PONG_MINUTES is 10 by default.
 */
type Place = { readonly trial: Trial; readonly settings: SlackSettings; close(): Promise<void> };

const common = { admins: [], timeZone: 'UTC' };

async function localPlace(): Promise<Place> {
  const workspace = await startWorkspace({
    people: [{ id: 'UADA', name: 'Ada' }],
    channels: [{ id: 'CMODELS', name: 'models' }],
  });
  const { botToken, appToken, apiUrl } = workspace;
  const settings = { ...common, botToken, appToken, slackApiUrl: apiUrl, channel: 'CMODELS' };
  const ada = workspace.person('UADA');
  const press = async () => {
    const { messages } = await ada.see();
    await ada.click(messages.find(({ onlyFor }) => onlyFor === undefined)!, 'Try windows and notes');
  };
  return {
    settings,
    trial: { settings, person: 'UADA', press, pressWithinMs: 5_000, pongsForMs: 3_000 },
    close: workspace.close,
  };
}

const { SLACK_TEST_BOT_TOKEN: botToken, SLACK_TEST_APP_TOKEN: appToken, SLACK_TEST_CHANNEL: realChannel } = process.env;
const { SLACK_TEST_PERSON: person, SLACK_TEST_PONG_MINUTES: pongMinutes = '10' } = process.env;
const hasReal = [botToken, appToken, realChannel, person].every((value) => value !== undefined);

async function realPlace(): Promise<Place> {
  const settings = { ...common, botToken: botToken ?? '', appToken: appToken ?? '', channel: realChannel ?? '' };
  const press = async () => {
    console.log('Within two minutes, press “Try windows and notes” in the channel.');
  };
  const trial = {
    settings,
    person: person ?? '',
    press,
    pressWithinMs: 120_000,
    pongsForMs: Number(pongMinutes) * 60_000,
  };
  return { settings, trial, close: async () => undefined };
}

const places = [
  { name: 'the local workspace', open: localPlace, isThere: true },
  {
    name: 'a real workspace (needs SLACK_TEST_BOT_TOKEN, SLACK_TEST_APP_TOKEN, SLACK_TEST_CHANNEL, SLACK_TEST_PERSON)',
    open: realPlace,
    isThere: hasReal,
  },
];

for (const { name, open, isThere } of places) {
  test.skipIf(!isThere)(
    `${name} takes the card, its edits, the result and the picture`,
    { timeout: 120_000 },
    async () => {
      const { settings, close } = await open();
      const folder = await mkdtemp(join(tmpdir(), 'modelpicker-contract-'));
      const file = join(folder, 'image.png');
      await sharp({ create: { width: 32, height: 32, channels: 3, background: 'teal' } })
        .png()
        .toFile(file);
      const image = { key: 'contract/image.png', file };
      const log: string[] = [];
      const channel = openChannel(settings, (event, fields) => log.push(`${event} ${JSON.stringify(fields)}`), alone);
      const task = createScriptedTask(channel, { images: [image], classes: ['cat', 'dog', '<&> :smile: *x*'] });
      const app = await startApp({
        tasks: [{ name: 'models', task, channel, settings, log: (event) => log.push(event) }],
        log: (event) => log.push(event),
        mayCall: alone,
      });
      channel.prepare([image]);
      await until(() => channel.isPrepared(image), 60_000);
      const posted = await task.open();
      const card: Card = {
        batch,
        classes: [],
        progress: { labels: 1, budget: 2, annotators: [] },
        openedAt: '2026-11-02T08:00:00.000Z',
        warnings: [],
        now: { kind: 'finished', result },
      };
      channel.edit(posted, { kind: 'card', key: `${batch}:card`, card });
      const announcement = { batch, result, leaderboard };
      const winner = await channel.post(
        { kind: 'result', key: `${batch}:result:1`, announcement },
        { perhapsPosted: false },
      );
      expect(await channel.pictureOf(leaderboard)).toBeDefined();
      await channel.settled();
      expect(log).toEqual([]);
      const { token, slackApiUrl } = { token: settings.botToken, slackApiUrl: settings.slackApiUrl };
      const client = new WebClient(token, { ...(slackApiUrl !== undefined && { slackApiUrl }) });
      for (const { channel: where, ts } of [posted, winner]) await client.chat.delete({ channel: where, ts });
      await app.stop();
      await close();
      await rm(folder, { recursive: true });
    },
  );

  test.skipIf(!isThere)(`${name} takes an image in every place the bot shows one`, { timeout: 1_800_000 }, async () => {
    const { trial, close } = await open();
    const findings = await tryPlaces(trial);
    await close();
    console.log(reportOf(name, findings));
    expect(findings.places).toEqual({
      edit: 'taken',
      'private note': 'taken',
      home: 'taken',
      window: 'taken',
      response_url: 'taken',
    });
    // The bot's patience with a pong is 15 s.
    expect(Math.max(...findings.pongsAfterMs)).toBeLessThan(15_000);
    expect(findings.pongsAfterMs.length).toBeGreaterThan(0);
  });
}
