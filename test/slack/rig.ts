import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { startApp } from '../../src/slack/app.ts';
import { openChannel, type SlackChannel } from '../../src/slack/out/channel.ts';
import type { SlackSettings } from '../../src/slack/settings.ts';
import type { ImageFile } from '../../src/task/people.ts';
import type { WorkspaceMessage } from '../../src/workspace/messages.ts';
import type { PersonClient } from '../../src/workspace/person/person-client.ts';
import { startWorkspace, UNHURRIED_MS, type Workspace, type WorkspaceOptions } from '../../src/workspace/workspace.ts';
import { alone } from '../alone.ts';
import { createScriptedTask, type ScriptedTask } from './scripted-task.ts';

export type Rig = {
  readonly workspace: Workspace;
  readonly task: ScriptedTask;
  readonly channel: SlackChannel;
  readonly images: readonly ImageFile[];
  /** Everything the program logged, one string an event. */
  readonly logged: string[];
  /** Resolves when Slack takes the app back no more. */
  readonly lost: Promise<Error>;
  stop(): Promise<void>;
};

export const people = [
  { id: 'UADA', name: 'Ada' },
  { id: 'UBEN', name: 'Ben' },
  { id: 'UCLEO', name: 'Cleo' },
];

/** The real app and channel against the local workspace, with a scripted bot; Ada is the admin. */
export async function startRig(
  setup: {
    classes?: readonly string[];
    candidates?: readonly number[];
    opinion?: number;
    images?: number;
    ahead?: number;
    settings?: Partial<SlackSettings>;
    workspace?: Partial<WorkspaceOptions>;
  } = {},
): Promise<Rig> {
  const workspace = await startWorkspace({
    people,
    channels: [
      { id: 'CMODELS', name: 'models' },
      { id: 'COTHER', name: 'random' },
    ],
    commands: [{ command: '/modelpicker', description: 'Model Picker', usageHint: 'status' }],
    badDays: { uploadDelayMs: 300 },
    deadlineMs: UNHURRIED_MS,
    manifest: parse(await readFile(new URL('../../manifest.yml', import.meta.url), 'utf8')),
    ...setup.workspace,
  });
  const settings: SlackSettings = {
    botToken: workspace.botToken,
    appToken: workspace.appToken,
    slackApiUrl: workspace.apiUrl,
    channel: 'CMODELS',
    admins: ['UADA'],
    timeZone: 'Europe/Zurich',
    ...setup.settings,
  };
  const logged: string[] = [];
  const log = (event: string, fields?: Record<string, unknown>) => {
    logged.push(`${event} ${JSON.stringify(fields ?? {})}`);
  };
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-slack-'));
  const channel = openChannel(settings, log, alone);
  const images = await drawImages(folder, setup.images ?? 12);
  const task = createScriptedTask(channel, {
    images,
    classes: setup.classes ?? ['cat', 'dog', 'ship'],
    ...(setup.ahead !== undefined && { ahead: setup.ahead }),
    ...(setup.candidates && { candidates: setup.candidates }),
    ...(setup.opinion !== undefined && { opinion: setup.opinion }),
  });
  const app = await startApp({ tasks: [{ name: 'models', task, channel, settings, log }], log, mayCall: alone }).catch(
    async (error: unknown) => {
      await workspace.close();
      throw error;
    },
  );
  return {
    workspace,
    task,
    channel,
    images,
    logged,
    lost: app.lost,
    async stop() {
      await app.stop();
      await channel.settled();
      await until(() => workspace.connectionCount() === 0);
      await workspace.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The rig with an open round, and who labels in it; Ada is the admin. */
export async function openRound(): Promise<{ rig: Rig; ada: PersonClient; ben: PersonClient }> {
  const rig = await startRig();
  await rig.task.open();
  return { rig, ada: rig.workspace.person('UADA'), ben: rig.workspace.person('UBEN') };
}

/** Nothing was done that Slack would refuse or frown upon. */
export async function endWell(rig: Rig): Promise<void> {
  expect(complaints(rig.workspace)).toEqual([]);
  await rig.stop();
}

async function drawImages(folder: string, count: number): Promise<ImageFile[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const file = join(folder, `${index}.png`);
      const background = { r: (index * 40) % 256, g: 120, b: 200 };
      await sharp({ create: { width: 32, height: 32, channels: 3, background } })
        .png()
        .toFile(file);
      return { key: `2026-11-02/${index}.png`, file };
    }),
  );
}

/** Waits until something is so; fails after `timeoutMs` by naming what was waited for. */
export async function until<T>(claim: () => T | Promise<T>, timeoutMs = 60_000): Promise<NonNullable<T>> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    const value = await claim();
    if (value) return value as NonNullable<T>;
    if (performance.now() > giveUpAt) throw new Error(`Waited ${timeoutMs} ms in vain for: ${claim}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Messages in the channel as this person sees them. */
export async function messagesFor(person: PersonClient): Promise<readonly WorkspaceMessage[]> {
  return (await person.see()).messages;
}

export async function cardFor(person: PersonClient): Promise<WorkspaceMessage> {
  const card = (await messagesFor(person)).find((message) => message.text.startsWith('Batch '));
  if (!card) throw new Error('There is no card in the channel.');
  return card;
}

/** The last private note to this person. */
export async function noteTo(person: PersonClient): Promise<string | undefined> {
  return (await messagesFor(person)).findLast((message) => message.onlyFor === person.id)?.text;
}

/** What Slack would have refused or frowned upon. */
export function complaints(workspace: Workspace): string[] {
  return workspace.state.violations.map(({ where, code, explanation }) => `${where} ${code}: ${explanation}`);
}
