import { hash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Predicted } from '../../src/predictions/source.ts';
import type { Rules } from '../../src/round/facts.ts';
import { startApp } from '../../src/slack/app.ts';
import { openChannel } from '../../src/slack/out/channel.ts';
import type { SlackSettings } from '../../src/slack/settings.ts';
import { openLowdbStore } from '../../src/store/lowdb-store.ts';
import type { Store } from '../../src/store/store.ts';
import { openTask, type RunningTask } from '../../src/task/task.ts';
import { alone } from '../alone.ts';

/** The real bot, store and Slack app as `start` puts them together; only the models are stood in for. */
export async function openStandIn(setup: {
  readonly folder: string;
  readonly images: number;
  readonly settings: SlackSettings;
  readonly rules: Partial<Rules>;
  /** Rejects where the models are to fail. */
  readonly run?: (() => Promise<void>) | undefined;
  readonly log: (event: string, fields?: Record<string, unknown>) => void;
}): Promise<{
  readonly task: RunningTask;
  readonly store: Store;
  arrive(batch: string): Promise<void>;
  stop(): Promise<void>;
}> {
  const { folder, images, settings, log } = setup;
  const hashes = await drawImages(folder, images);
  const store = await openLowdbStore(join(folder, 'rounds'));
  const channel = openChannel(settings, log, alone);
  const predicted = disagreeing(hashes);
  let newest: string | undefined;
  const task = openTask({
    store,
    channel,
    log,
    source: { predict: async () => setup.run?.().then(() => predicted) ?? predicted, recall: async () => predicted },
    findBatch: async () => (newest === undefined ? undefined : { name: newest, folder }),
    batchNamed: (name) => ({ name, folder }),
    target: { name: 'nowhere', handOver: async () => undefined, serving: async () => undefined },
    rules: {
      confidence: 0.95,
      tolerance: 0,
      budget: 1_000,
      opinions: 1,
      deadlineHours: 0,
      ...setup.rules,
    },
    lookingIn: folder,
    now: () => new Date(),
  });
  const app = await startApp({ tasks: [{ name: 'models', task, channel, settings, log }], log, mayCall: alone });
  return {
    task,
    store,
    arrive: (batch) => {
      newest = batch;
      return task.look();
    },
    async stop() {
      await app.stop();
      await task.close();
      await store.close();
    },
  };
}

const CLASSES = ['cat', 'dog', 'owl'];

/** Six models that agree on little, over images of these hashes. */
function disagreeing(hashes: readonly string[]): Predicted {
  const models = 6;
  const images = hashes.length;
  const classes = Int16Array.from({ length: images * models }, (_, cell) => {
    const [image, model] = [Math.floor(cell / models), cell % models];
    return (image + ((image * 7 + model * 5) % (4 + model) === 0 ? 1 + (model % 2) : 0)) % CLASSES.length;
  });
  return {
    classes: CLASSES,
    images: hashes.map((sha256, image) => ({ file: `${image}.png`, sha256 })),
    setAside: [],
    models: Array.from({ length: models }, (_, model) => ({ name: `model-${model}`, file: '', sha256: `${model}` })),
    leftOut: [],
    predictions: { images, models, classCount: CLASSES.length, classes },
  };
}

/** Returns the SHA-256 of each, in hex. */
async function drawImages(folder: string, count: number): Promise<string[]> {
  const hashes: string[] = [];
  for (let image = 0; image < count; image++) {
    const background = { r: (image * 53) % 256, g: (image * 101) % 256, b: (image * 29) % 256 };
    const bytes = await sharp({ create: { width: 16, height: 16, channels: 3, background } })
      .png()
      .toBuffer();
    await writeFile(join(folder, `${image}.png`), bytes);
    hashes.push(hash('sha256', bytes));
  }
  return hashes;
}
