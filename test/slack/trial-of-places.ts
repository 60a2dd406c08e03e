import { setTimeout as sleep } from 'node:timers/promises';
import type { KnownBlock } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import sharp from 'sharp';
import WebSocket from 'ws';
import { openConnection } from '../../src/slack/connect.ts';
import { openClient } from '../../src/slack/out/clients.ts';
import { completeUpload, sendFile } from '../../src/slack/out/files/upload.ts';
import { errorCode } from '../../src/slack/out/refusals.ts';
import { actions, button, image, modal, rendered, section } from '../../src/slack/say/blocks.ts';
import type { SlackSettings } from '../../src/slack/settings.ts';
import { alone } from '../alone.ts';

/** What a place said to an image that had just become ready: "taken", or Slack's code. */
export type Findings = {
  readonly places: Readonly<Record<string, string>>;
  /** From the end of an upload until Slack can show the file, for each. */
  readonly readyAfterMs: readonly number[];
  readonly pongsAfterMs: readonly number[];
};

export type Trial = {
  readonly settings: SlackSettings;
  /** A member of the channel: their Home and private notes are tried. */
  readonly person: string;
  /** Presses the button of the message, or asks somebody to. */
  readonly press: () => Promise<void>;
  readonly pressWithinMs: number;
  readonly pongsForMs: number;
};

/** Tries each place in which the bot shows images, with a new file each, and measures how slow files and pongs are. */
export async function tryPlaces({ settings, person, press, pressWithinMs, pongsForMs }: Trial): Promise<Findings> {
  const client = openClient(settings, alone);
  const pongsAfterMs = await measurePongs(settings, pongsForMs);
  const readyAfterMs: number[] = [];
  const places: Record<string, string> = {};
  const attempt = async (place: string, send: (blocks: KnownBlock[]) => Promise<unknown>) => {
    const file = await freshFile(client, readyAfterMs);
    places[place] = await send([section(`Trial: ${place}`), image(file, 'A teal square')]).then(
      () => 'taken',
      (error: unknown) => errorCode(error) ?? String(error),
    );
  };
  const { channel } = settings;
  const text = 'Model Picker tries where Slack takes images.';
  const { ts = '' } = await client.chat.postMessage({
    channel,
    ...rendered(text, [actions('trial', [button('Try windows and notes', 'trial', 'trial')])]),
  });
  await attempt('edit', (blocks) => client.chat.update({ channel, ts, text, blocks: [...blocks, pressHere] }));
  await attempt('private note', (blocks) => client.chat.postEphemeral({ channel, user: person, text, blocks }));
  await attempt('home', (blocks) => client.views.publish({ user_id: person, view: { type: 'home', blocks } }));
  const click = await awaitClick(settings, press, pressWithinMs);
  for (const place of ['window', 'response_url']) places[place] = 'not tried: nobody pressed the button';
  // A trigger lives 3 s and a file takes 1 to 2, so the window opens first and gets its image by an update.
  if (click) {
    const words = { title: 'Trial', close: 'Close' };
    const { view } = await client.views.open({
      trigger_id: click.trigger_id,
      view: modal('trial', words, [section('Wait…')]),
    });
    await attempt('window', (blocks) =>
      client.views.update({ view_id: view?.id ?? '', view: modal('trial', words, blocks) }),
    );
    await attempt('response_url', async (blocks) => {
      const body = JSON.stringify({ response_type: 'ephemeral', replace_original: false, text, blocks });
      const headers = { 'content-type': 'application/json' };
      const { ok, status } = await fetch(click.response_url, { method: 'POST', headers, body });
      if (!ok) throw new Error(`HTTP ${status}`);
    });
  }
  await client.chat.delete({ channel, ts });
  return { places, readyAfterMs, pongsAfterMs };
}

/** A report that a person can read. */
export function reportOf(name: string, { places, readyAfterMs, pongsAfterMs }: Findings): string {
  const range = (times: readonly number[]) => {
    const sorted = times.map(Math.round).sort((a, b) => a - b);
    const middle = sorted[Math.floor(sorted.length / 2)];
    return sorted.length === 0 ? 'none' : `${sorted[0]} to ${sorted.at(-1)} ms, mostly ${middle} (${sorted.length})`;
  };
  return [
    `On ${name}, an image that had just become ready:`,
    ...Object.entries(places).map(([place, answer]) => `  ${place.padEnd(14)} ${answer}`),
    `A file can be shown after ${range(readyAfterMs)}.`,
    `A pong comes after ${range(pongsAfterMs)}.`,
  ].join('\n');
}

const pressHere = actions('trial:again', [button('Try windows and notes', 'trial', 'trial')]);

/** Uploads an image and gives its id once Slack can show it. */
async function freshFile(client: WebClient, readyAfterMs: number[]): Promise<string> {
  const square = sharp({ create: { width: 32, height: 32, channels: 3, background: 'teal' } });
  const id = await sendFile(client, await square.png().toBuffer(), 'trial.png');
  const isReady = await completeUpload(client, { id });
  const beganAt = performance.now();
  while (!isReady && !(await client.files.info({ file: id })).file?.mimetype) {
    if (performance.now() - beganAt > 60_000) throw new Error('Slack did not get the file ready in a minute.');
    await sleep(700);
  }
  readyAfterMs.push(performance.now() - beganAt);
  return id;
}

/** Pings every two seconds on a line of its own, which is closed again: events that came over it would be lost. */
async function measurePongs({ appToken, slackApiUrl = 'https://slack.com/api/' }: SlackSettings, forMs: number) {
  const answer = await fetch(new URL('apps.connections.open', slackApiUrl), {
    method: 'POST',
    headers: { authorization: `Bearer ${appToken}` },
  });
  const { url } = (await answer.json()) as { url: string };
  const line = new WebSocket(url);
  await new Promise((resolve, reject) => line.once('open', resolve).once('error', reject));
  const pongsAfterMs: number[] = [];
  line.on('pong', (data) => pongsAfterMs.push(performance.now() - Number(String(data))));
  for (const endAt = performance.now() + forMs; performance.now() < endAt; ) {
    line.ping(String(performance.now()));
    await sleep(Math.min(2_000, forMs / 3));
  }
  line.close();
  return pongsAfterMs;
}

type Click = { readonly trigger_id: string; readonly response_url: string };

/** The next click on a button; undefined when nobody presses one in time. */
async function awaitClick(settings: SlackSettings, press: () => Promise<void>, withinMs: number) {
  const { receiver } = openConnection(settings, () => undefined);
  const clicked = Promise.withResolvers<Click>();
  receiver.client.on('interactive', async ({ ack, body }: { ack: () => Promise<void>; body: Click }) => {
    await ack();
    clicked.resolve(body);
  });
  await receiver.client.start();
  await press();
  const click = await Promise.race([clicked.promise, sleep(withinMs, undefined, { ref: false })]);
  await receiver.client.disconnect();
  return click;
}
