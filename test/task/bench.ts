import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Serving, Target } from '../../src/deploy/target.ts';
import type { Predicted } from '../../src/predictions/source.ts';
import type { Rules } from '../../src/round/facts.ts';
import { openLowdbStore } from '../../src/store/lowdb-store.ts';
import type { Store } from '../../src/store/store.ts';
import type { Obstacle } from '../../src/task/going-on/obstacle.ts';
import type { Card, Channel, ImageFile, Message, Posted } from '../../src/task/people.ts';
import { openTask, type RunningTask, type TaskParts } from '../../src/task/task.ts';

export const rules: Rules = {
  confidence: 0.95,
  tolerance: 0.01,
  budget: 200,
  opinions: 1,
  deadlineHours: 0,
};

/** A channel that only remembers; `isDown` makes it refuse to post. */
type Room = Channel & {
  messages: Map<string, Message>;
  posts: string[];
  gone: Set<string>;
  isDown: boolean;
  /** The images it was last asked to make ready. */
  prepared: readonly ImageFile[];
  perMinute: number;
  /** What admins were told. */
  told: Obstacle[];
  card(): Card;
};

/** The stand-in for Slack in tests of a task: it keeps what `Channel` promises. */
export function openRoom(): Room {
  const places = new Map<string, Posted>();
  const messages = new Map<string, Message>();
  const room: Room = {
    messages,
    posts: [],
    gone: new Set(),
    isDown: false,
    post: async (message, { perhapsPosted }): Promise<Posted> => {
      if (room.isDown) throw new Error('nobody home');
      const earlier = perhapsPosted ? places.get(message.key) : undefined;
      if (earlier !== undefined) return earlier;
      room.posts.push(message.key);
      messages.set(message.key, message);
      const posted = { channel: 'C1', ts: String(room.posts.length) };
      places.set(message.key, posted);
      return posted;
    },
    edit: (_posted, message) => void messages.set(message.key, message),
    isGone: ({ ts }) => room.gone.has(ts),
    prepared: [],
    perMinute: 92,
    prepare: (images) => {
      room.prepared = images;
    },
    isPrepared: () => true,
    imagesPerMinute: () => room.perMinute,
    settled: async () => {},
    told: [],
    tellAdmins: async (trouble) => void room.told.push(trouble),
    card: () => {
      const last = [...messages.values()].findLast((message) => message.kind === 'card');
      if (last?.kind !== 'card') throw new Error('There is no card.');
      return last.card;
    },
  };
  return room;
}

/** 60 images, 3 classes, 4 models; the truth is `image % 3`, and model m is wrong on every (m + 2)th image... */
export const truth = (image: number) => image % 3;

export function predictedBatch(wrongEvery: readonly number[] = [13, 7, 5, 3], images = 60): Predicted {
  const models = wrongEvery.length;
  const classes = Int16Array.from({ length: images * models }, (_, cell) => {
    const image = Math.floor(cell / models);
    const every = wrongEvery[cell % models]!;
    return (image + (image % every === every - 1 ? 1 + ((cell % models) % 2) : 0)) % 3;
  });
  return {
    classes: ['cat', 'dog', 'owl'],
    images: Array.from({ length: images }, (_, image) => ({ file: `${image}.jpg`, sha256: `${image}` })),
    setAside: [],
    models: wrongEvery.map((every) => ({ name: `wrong-${every}`, file: `wrong-${every}.onnx`, sha256: `${every}` })),
    leftOut: [],
    predictions: { images, models, classCount: 3, classes },
  };
}

export type Bench = {
  task: RunningTask;
  room: Room;
  store: Store;
  folder: string;
  deployed: string[];
  clock: { now: Date };
  arrived: { batch: string | undefined };
  /** Ends the process without a goodbye, as `kill -9` does, and starts anew on what is on disk. */
  restart(options?: { advances: boolean }): Promise<void>;
};

/** A target that only remembers. */
function listTarget(deployed: string[]): Target {
  let last: Serving | undefined;
  return {
    name: 'a list',
    handOver: async ({ batch, result, sha256, withdrawnBy }) => {
      const { number, model } = result;
      if (last?.batch !== batch || last.result !== number) deployed.push(model);
      last = { batch, result: number, model, sha256, isWithdrawn: withdrawnBy !== undefined };
    },
    serving: async () => last,
  };
}

/** The whole bot on a real store and the real method; only Slack and the models are replaced. */
export async function openBench(overrides: Partial<TaskParts> = {}): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-'));
  const clock = { now: new Date('2026-11-02T08:00:00Z') };
  const arrived: Bench['arrived'] = { batch: '2026-11-02' };
  const deployed: string[] = [];
  const predicted = predictedBatch();
  const open = async (): Promise<Pick<Bench, 'task' | 'room' | 'store'>> => {
    const store = await openLowdbStore(folder);
    const room = openRoom();
    const task = openTask({
      store,
      channel: room,
      source: { predict: async () => predicted, recall: async () => predicted },
      findBatch: async () => (arrived.batch === undefined ? undefined : { name: arrived.batch, folder: '/batches' }),
      batchNamed: (name) => ({ name, folder: '/batches' }),
      target: listTarget(deployed),
      rules,
      lookingIn: '/batches',
      now: () => clock.now,
      log: () => {},
      ...overrides,
    });
    return { store, room, task };
  };
  const bench: Bench = {
    ...(await open()),
    folder,
    deployed,
    clock,
    arrived,
    restart: async ({ advances } = { advances: true }) => {
      await bench.task.close();
      await bench.store.close();
      Object.assign(bench, await open());
      if (advances) await bench.task.look();
    },
  };
  onTestFinished(async () => {
    await bench.task.close();
    await bench.store.close();
    await rm(folder, { recursive: true });
  });
  await bench.task.look();
  // The models run beside the queue; when they are done the bot advances by itself.
  for (let tries = 0; tries < 200 && bench.room.posts.length === 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    await bench.task.look();
  }
  return bench;
}

/** The question on the card. */
export function asked(bench: Bench) {
  const { now } = bench.room.card();
  if (now.kind !== 'asking') throw new Error(`The card says "${now.kind}".`);
  return now.question;
}

/** Answers the card's question truly, and waits until the card shows what follows. */
export async function answerTruly(bench: Bench, annotator = 'U1') {
  const { id, image } = asked(bench);
  const outcome = await bench.task.answer({
    question: id,
    class: truth(Number.parseInt(image.file.split('/').at(-1)!, 10)),
    annotator,
  });
  await bench.task.advance();
  return outcome;
}
