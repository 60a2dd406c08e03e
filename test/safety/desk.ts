import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import type { Predicted } from '../../src/bot/batch.ts';
import { createBot, type RunningBot } from '../../src/bot/bot.ts';
import type { Fact, Rules } from '../../src/core/facts.ts';
import { startApp } from '../../src/slack/app.ts';
import { openChannel } from '../../src/slack/channel.ts';
import type { SlackSettings } from '../../src/slack/settings.ts';
import { openLowdbStore } from '../../src/store/lowdb-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { Message } from '../../src/workspace/state.ts';
import { startWorkspace, type Workspace } from '../../src/workspace/workspace.ts';

/** The real bot, store and Slack app at a local workspace; only the models are stood in for. */
export type Desk = {
  readonly workspace: Workspace;
  readonly bot: RunningBot;
  readonly store: Store;
  readonly folder: string;
  /** Every log line. */
  readonly logged: string[];
  /** Makes this the newest batch and waits for its card. */
  arrive(batch: string): Promise<void>;
  /** Every fact there is. */
  facts(): readonly Fact[];
  /** The question on the newest card. */
  asked(): string;
  stop(): Promise<void>;
};

export const CHANNEL = 'CMODELS';
export const ADMIN = 'UADA';
export const MEMBER = 'UBEN';

const CLASSES = ['cat', 'dog', 'owl'];

export async function openDesk(setup: {
  readonly images: number;
  readonly rules?: Partial<Rules>;
  readonly settings?: Partial<SlackSettings>;
}): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-desk-'));
  await drawImages(folder, setup.images);
  const workspace = await startWorkspace({
    people: [ADMIN, MEMBER, 'UCLEO', 'UDAN'].map((id) => ({ id, name: id.slice(1).toLowerCase() })),
    channels: [
      { id: CHANNEL, name: 'models' },
      { id: 'COTHER', name: 'random' },
    ],
    commands: [{ command: '/modelpicker', description: 'Model Picker', usageHint: 'help' }],
    rates: 'off',
    badDays: { uploadDelayMs: 0 },
  });
  const { botToken, appToken, apiUrl } = workspace;
  const settings: SlackSettings = {
    ...{ botToken, appToken, slackApiUrl: apiUrl, channel: CHANNEL, admins: [ADMIN] },
    ...{ timeZone: 'UTC', uploadsPerMinute: 100_000, ...setup.settings },
  };
  const logged: string[] = [];
  const log = (event: string, fields = {}) => void logged.push(`${event} ${JSON.stringify(fields)}`);
  const store = await openLowdbStore(join(folder, 'rounds'));
  const channel = openChannel(settings, log);
  const predicted = disagreeing(setup.images);
  let newest: string | undefined;
  const bot = createBot({
    store,
    channel,
    log,
    pool: { predict: async () => predicted, recall: async () => predicted },
    findBatch: async () => (newest === undefined ? undefined : { name: newest, folder }),
    batchNamed: (name) => ({ name, folder }),
    deploy: async () => undefined,
    rules: {
      confidence: 0.95,
      tolerance: 0,
      budget: 1_000,
      clickError: 0,
      opinions: 1,
      deadlineHours: 0,
      ...setup.rules,
    },
    lookingIn: folder,
    now: () => new Date(),
  });
  const app = await startApp({ bot, channel, settings, log });
  const asked = () => questionOn(cards(workspace).at(-1));
  return {
    ...{ workspace, bot, store, folder, logged },
    async arrive(batch) {
      newest = batch;
      await bot.advance();
      while (!(asked() ?? '').startsWith(`${batch}:`)) await sleep(20);
    },
    facts: () => store.rounds().flatMap((round) => store.facts(round)),
    asked: () => asked() ?? '',
    async stop() {
      await app.stop();
      await bot.close();
      await store.close();
      await workspace.close();
      await rm(folder, { recursive: true });
    },
  };
}

export function cards({ state }: Workspace): Message[] {
  return [...state.messages.values()].filter(({ metadata }) => String(metadata?.event_payload.key).endsWith(':card'));
}

/** The question that a card's class buttons answer. */
function questionOn(card: Message | undefined): string | undefined {
  const elements = card?.blocks.flatMap((block) => ('elements' in block ? (block.elements as object[]) : [])) ?? [];
  const button = elements.find((element) => 'action_id' in element && String(element.action_id).startsWith('label:'));
  return button && 'value' in button ? String(button.value) : undefined;
}

/** Six models that agree on little. */
function disagreeing(images: number): Predicted {
  const models = 6;
  const classes = Int16Array.from({ length: images * models }, (_, cell) => {
    const [image, model] = [Math.floor(cell / models), cell % models];
    return (image + ((image * 7 + model * 5) % (4 + model) === 0 ? 1 + (model % 2) : 0)) % CLASSES.length;
  });
  return {
    classes: CLASSES,
    images: Array.from({ length: images }, (_, image) => ({ file: `${image}.png`, sha256: `${image}` })),
    setAside: [],
    models: Array.from({ length: models }, (_, model) => ({ name: `model-${model}`, file: '', sha256: `${model}` })),
    leftOut: [],
    predictions: { images, models, classCount: CLASSES.length, classes },
  };
}

async function drawImages(folder: string, count: number): Promise<void> {
  for (let image = 0; image < count; image++) {
    const background = { r: (image * 53) % 256, g: (image * 101) % 256, b: (image * 29) % 256 };
    await sharp({ create: { width: 16, height: 16, channels: 3, background } })
      .png()
      .toFile(join(folder, `${image}.png`));
  }
}
