import { hash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { parse } from 'yaml';
import type { Predicted } from '../../src/predictions/source.ts';
import { startApp } from '../../src/slack/app.ts';
import { openChannel } from '../../src/slack/out/channel.ts';
import { openOutlet } from '../../src/slack/out/outlet.ts';
import { openLowdbStore } from '../../src/store/lowdb-store.ts';
import type { Store } from '../../src/store/store.ts';
import { openTask, type RunningTask } from '../../src/task/task.ts';
import { startWorkspace, UNHURRIED_MS, type Workspace } from '../../src/workspace/workspace.ts';
import { alone } from '../alone.ts';

const BATCH = '2026-11-02';

/** A task at work: its channel is `C` and its name in capitals. */
export type Member = {
  readonly name: string;
  readonly channel: string;
  readonly task: RunningTask;
  readonly store: Store;
};

export type Team = {
  readonly workspace: Workspace;
  readonly tasks: readonly Member[];
  readonly logged: string[];
  stop(): Promise<void>;
};

const people = ['UADA', 'UBEN', 'UCLEO'];

/**
 * Real tasks with real stores behind one real app, each with a batch of the same name and images; only the models are stood
 * in for. `classes`: how many each has.
 */
export async function openTeam(
  setup: readonly { readonly name: string; readonly classes: number; readonly budget?: number }[],
  annotators: readonly string[] = people,
  images = 40,
): Promise<Team> {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-team-'));
  const workspace = await startWorkspace({
    deadlineMs: UNHURRIED_MS,
    people: annotators.map((id) => ({ id, name: id.slice(1) })),
    channels: [...setup.map(({ name }) => ({ id: channelOf(name), name })), { id: 'CRANDOM', name: 'random' }],
    commands: [{ command: '/modelpicker', description: 'Model Picker', usageHint: 'status' }],
    manifest: parse(await readFile(new URL('../../manifest.yml', import.meta.url), 'utf8')),
  });
  const logged: string[] = [];
  const log = (event: string, fields = {}) => void logged.push(`${event} ${JSON.stringify(fields)}`);
  const hashes = await drawImages(folder, images);
  const outlet = openOutlet();
  const opened = await Promise.all(
    setup.map(async ({ name, classes, budget = 1_000 }) => {
      const { botToken, appToken, apiUrl: slackApiUrl } = workspace;
      const about = { channel: channelOf(name), admins: ['UADA'], timeZone: 'UTC' };
      const settings = { botToken, appToken, slackApiUrl, ...about };
      const channel = openChannel(settings, log, alone, outlet);
      const store = await openLowdbStore(join(folder, name, 'rounds'));
      const predicted = disagreeing(hashes, classes);
      const task = openTask({
        ...{ store, channel, log },
        source: { predict: async () => predicted, recall: async () => predicted },
        findBatch: async () => ({ name: BATCH, folder }),
        batchNamed: (batch) => ({ name: batch, folder }),
        target: { name: 'nowhere', handOver: async () => undefined, serving: async () => undefined },
        rules: { confidence: 0.99, tolerance: 0, budget, opinions: 1, deadlineHours: 0 },
        lookingIn: folder,
        now: () => new Date(),
      });
      return { name, task, store, channel, settings, log };
    }),
  );
  const [first, ...others] = opened;
  const app = await startApp({ tasks: [first!, ...others], log, mayCall: alone });
  for (const { task } of opened) await task.look();
  for (const { task } of opened) await task.look();
  return {
    workspace,
    tasks: opened.map(({ name, task, store }) => ({ name, channel: channelOf(name), task, store })),
    logged,
    async stop() {
      await app.stop();
      for (const { task } of opened) await task.close();
      for (const { store } of opened) await store.close();
      await workspace.close();
      await rm(folder, { recursive: true });
    },
  };
}

const channelOf = (name: string) => `C${name.toUpperCase()}`;

/** Six models that agree on little: the candidates of every image are among the first classes. */
function disagreeing(hashes: readonly string[], classCount: number): Predicted {
  const models = 6;
  const images = hashes.length;
  const classes = Int16Array.from({ length: images * models }, (_, cell) => {
    const [image, model] = [Math.floor(cell / models), cell % models];
    return (image + model * (1 + (image % 3))) % Math.min(classCount, 6);
  });
  return {
    classes: Array.from({ length: classCount }, (_, nth) => `class-${nth}`),
    images: hashes.map((sha256, image) => ({ file: `${image}.png`, sha256 })),
    setAside: [],
    models: Array.from({ length: models }, (_, model) => ({ name: `model-${model}`, file: '', sha256: `${model}` })),
    leftOut: [],
    predictions: { images, models, classCount, classes },
  };
}

/** Gives the SHA-256 of each, in hex. */
async function drawImages(folder: string, count: number): Promise<string[]> {
  const draw = async (image: number) => {
    const background = { r: (image * 53) % 256, g: (image * 101) % 256, b: (image * 29) % 256 };
    const bytes = await sharp({ create: { width: 16, height: 16, channels: 3, background } })
      .png()
      .toBuffer();
    await writeFile(join(folder, `${image}.png`), bytes);
    return hash('sha256', bytes);
  };
  return Promise.all(Array.from({ length: count }, (_, image) => draw(image)));
}
