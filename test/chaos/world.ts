import type { Serving } from '../../src/deploy/target.ts';
import type { Predicted } from '../../src/predictions/source.ts';
import type { Rules } from '../../src/round/facts.ts';
import type { Chance } from '../../src/simulate/chance.ts';
import type { Store } from '../../src/store/store.ts';
import { openBeliefLog } from '../../src/task/beliefs/log.ts';
import type { Beliefs, Opening } from '../../src/task/beliefs/thread.ts';
import { openTask, type RunningTask } from '../../src/task/task.ts';
import { createFaultySlack, type FaultySlack } from './faulty-slack.ts';
import { fileGround, type Ground } from './ground.ts';
import { beginLife, type Life } from './life.ts';
import { isExplained } from './witness.ts';

/** What outlives the bot's process. */
export type World = {
  /** Its task's name, where a process has several; its batches' names begin with it, so that no two have a question of one id. */
  readonly name: string;
  /** The other tasks of its process. */
  readonly neighbours: World[];
  readonly chance: Chance;
  readonly ground: Ground;
  readonly slack: FaultySlack;
  readonly clock: { now: Date };
  /** Batches that have arrived, oldest first, with what the pool of that day says about them. */
  readonly batches: Map<string, Predicted>;
  /** What serves: the winner that was put in place last. */
  deployed: Serving | undefined;
  /** Whether the folder of batches can be read, the models run, and winners be put in place. */
  hasTrouble: boolean;
  /** Whether there was a life that could not read all rounds. */
  wasUnreadable: boolean;
  /** What fails every time until somebody mends it. */
  readonly failing: Set<Lasting>;
  rules: Rules;
  readonly trace: string[];
  /** Failures the bot logged that no bad day explains. */
  readonly unexplained: string[];
};

/** What the facts of a task are kept on. */
export type GroundFor = (chance: Chance, name: string) => Ground;

export type Process = { readonly life: Life; readonly store: Store; readonly task: RunningTask };

/** What may fail for as long as nobody mends it. */
export const LASTING = ['target', 'method', 'predictions', 'announcements', 'cards', 'channel'] as const;
type Lasting = (typeof LASTING)[number];

const CLASSES = ['cat', 'dog', 'owl'];
const IMAGES = 24;

/** The true class of an image. */
export const truth = (image: number): number => image % CLASSES.length;

/** `name`: of its task, where there are several. */
export function openWorld(chance: Chance, name = '', groundFor: GroundFor = fileGround): World {
  const failing = new Set<Lasting>();
  const world: World = {
    name,
    neighbours: [],
    chance,
    ground: groundFor(chance, name),
    slack: createFaultySlack(chance, chance() < 0.7, failing),
    // The nights in which clocks are set back, or forward, in Europe.
    clock: { now: new Date(chance() < 0.5 ? '2026-10-24T18:00:00Z' : '2026-03-28T18:00:00Z') },
    batches: new Map(),
    deployed: undefined,
    hasTrouble: false,
    wasUnreadable: false,
    failing,
    rules: drawRules(chance),
    trace: [],
    unexplained: [],
  };
  arrive(world);
  return world;
}

/** Some settings or other. */
export function drawRules(chance: Chance): Rules {
  const isDoubting = chance() < 0.3;
  return {
    confidence: chance() < 0.5 ? 0.9 : 0.95,
    tolerance: chance() < 0.5 ? 0.02 : 0,
    budget: 4 + Math.floor(chance() * 20),
    opinions: isDoubting ? 2 : 1,
    deadlineHours: chance() < 0.2 ? 8 : 0,
    measure: chance() < 0.4 ? 6 : 0,
  };
}

/** The next day's batch, about which some of seven models speak: models come, go and are replaced. */
export function arrive({ batches, chance, name }: World): void {
  const names = ['ash', 'birch', 'cedar', 'elm', 'fir', 'hazel', 'oak'].filter(() => chance() < 0.6);
  const models = names.length >= 2 ? names : ['ash', 'oak'];
  const errors = models.map(() => 0.05 + 0.4 * chance());
  const classes = Int16Array.from({ length: IMAGES * models.length }, (_, cell) => {
    const right = truth(Math.floor(cell / models.length));
    const isRight = chance() >= errors[cell % models.length]!;
    return isRight ? right : (right + 1 + Math.floor(chance() * 2)) % CLASSES.length;
  });
  batches.set(`${name}day-${batches.size + 1}`, {
    classes: CLASSES,
    images: Array.from({ length: IMAGES }, (_, image) => ({ file: `${image}.jpg`, sha256: `${image}` })),
    setAside: [],
    models: models.map((name) => ({ name, file: `${name}.onnx`, sha256: `${name} ${batches.size}` })),
    leftOut: [],
    predictions: { images: IMAGES, models: models.length, classCount: CLASSES.length, classes },
  });
}

/** Starts the bot on what is on disk, as the real start does; it lives for so many effects. `undefined`: not even that. */
export async function startProcess(world: World, effects: number): Promise<Process | undefined> {
  const { chance, slack, clock, batches } = world;
  const life = beginLife(effects, chance);
  let store: Store | undefined;
  world.ground.open(life).then(
    (opened) => {
      store = opened;
    },
    (error: unknown) => world.trace.push(`    not started: ${error}`),
  );
  await world.ground.settled();
  if (!store) return undefined;
  const folder = '/batches';
  const task = openTask({
    store,
    channel: slack.channelFor(life),
    source: {
      predict: ({ name }) =>
        life.effect(() => {
          if (world.hasTrouble && chance() < 0.5) throw new Error('out of memory');
          return batches.get(name)!;
        }),
      recall: (name) =>
        life.effect(() => {
          if (world.failing.has('predictions')) throw new Error('The predictions are gone. Put them back.');
          return batches.get(name)!;
        }),
    },
    findBatch: () =>
      life.effect(() => {
        if (world.hasTrouble && chance() < 0.3) throw new Error('stale file handle');
        return { name: [...batches.keys()].at(-1)!, folder };
      }),
    batchNamed: (name) => ({ name, folder }),
    target: {
      name: 'what serves',
      handOver: ({ batch, result, sha256, withdrawnBy }) =>
        life.effect(() => {
          if (world.failing.has('target')) throw new Error('The winner was replaced. Put it back.');
          if (world.hasTrouble && chance() < 0.3) throw new Error('read-only file system');
          const isWithdrawn = withdrawnBy !== undefined;
          world.deployed = { batch, result: result.number, model: result.model, sha256, isWithdrawn };
        }),
      serving: () => life.effect(() => world.deployed),
    },
    rules: world.rules,
    lookingIn: folder,
    openBeliefs: (opening) => inThisThread(opening, world),
    now: () => clock.now,
    log: (event, fields = {}) => {
      world.trace.push(`    ${event} ${JSON.stringify(fields)}`);
      if ('error' in fields && !isExplained(fields.error)) world.unexplained.push(`${event}: ${fields.error}`);
    },
  });
  return { life, store, task };
}

/** The method without a thread, which would cost more than all the rest; people click while it thinks all the same. */
function inThisThread(opening: Opening, { failing, chance }: World): Beliefs {
  const log = openBeliefLog(opening);
  return {
    view: async (...asked) => {
      for (let turns = Math.floor(chance() * 20); turns > 0; turns--) await undefined;
      if (failing.has('method')) throw new Error('The method fails.');
      return log.view(...asked);
    },
    confidencePath: async (...asked) => log.confidencePath(...asked),
    review: async (...asked) => log.review(...asked),
    measure: async (...asked) => log.measure(...asked),
    close: async () => undefined,
  };
}
