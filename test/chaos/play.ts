import { isDeepStrictEqual } from 'node:util';
import type { Fact } from '../../src/round/facts.ts';
import { roundOf } from '../../src/round/round-of.ts';
import { chanceFrom } from '../../src/simulate/chance.ts';
import { checkEnd } from './invariants.ts';
import { actAtRandom, answerCardTruly, newestCard, type Post, pick, watch, weighed } from './people.ts';
import { createWitness, type Witness } from './witness.ts';
import {
  arrive,
  drawRules,
  type GroundFor,
  LASTING,
  openWorld,
  type Process,
  startProcess,
  type World,
} from './world.ts';

/** How one run ended: what was broken, and the last things that happened before. */
export type Ending = { readonly broken: readonly string[]; readonly trace: readonly string[]; readonly lives: number };

const STEPS = 90;
const MINUTE_MS = 60_000;
/** Minutes: a clock that was never set, or set to another year. */
const FAR = 3 * 525_600;

/** One task of the play: what outlives its process, what people were told, and the process that runs. */
type Side = {
  readonly world: World;
  readonly witness: Witness;
  readonly post: Post;
  readonly remembered: Remembered;
  process: Process;
};

/**
 * Plays some days of one team with everything going wrong that can, by a seed; the same seed is the same play. With several
 * `tasks` one process looks after them all: it is killed for all at once, and each has its own people and troubles. Facts are in
 * files, if not on another ground.
 */
export async function play(seed: number, tasks = 1, groundFor?: GroundFor): Promise<Ending> {
  const sides = await openSides(seed, tasks, groundFor);
  const isBroken = () => sides.some(({ witness }) => witness.broken.length > 0);
  let lives = 1;
  for (let step = 0; step < STEPS && !isBroken(); step++) {
    for (const side of sides) act(side, step);
    for (const { world } of sides) await world.ground.settled();
    for (const { witness, world } of sides) witness.broken.push(...world.unexplained.splice(0));
    if (!sides.some(({ process }) => process.life.isOver)) continue;
    lives += 1;
    for (const { process } of sides) process.life.end();
    for (const side of sides) {
      remember(side.remembered, side.process);
      side.process = await restart(side.world, side.witness, lifeLengthIn(side.world), side.remembered);
    }
  }
  for (const { world, witness, process, remembered } of sides)
    if (!isBroken()) await conclude(world, witness, process, remembered);
  for (const { world } of sides) world.ground.leave();
  const broken = sides.flatMap(({ witness }) => witness.broken);
  const told = sides.find(({ witness }) => witness.broken.length > 0) ?? sides[0]!;
  return { broken, trace: told.world.trace.slice(-60), lives };
}

async function openSides(seed: number, tasks: number, groundFor?: GroundFor): Promise<Side[]> {
  const names = tasks === 1 ? [''] : Array.from({ length: tasks }, (_, nth) => `task${nth}`);
  const worlds = names.map((name, nth) =>
    openWorld(nth === 0 ? chanceFrom(seed) : chanceFrom(seed, nth), name, groundFor),
  );
  const sides: Side[] = [];
  for (const world of worlds) {
    world.neighbours.push(...worlds.filter((other) => other !== world));
    const witness = createWitness();
    const remembered: Remembered = new Map();
    const process = await restart(world, witness, lifeLengthIn(world), remembered);
    sides.push({ world, witness, post: { late: [], seen: [] }, remembered, process });
  }
  return sides;
}

function lifeLengthIn({ chance }: World): () => number {
  return () => (chance() < 0.8 ? 1 + Math.floor(chance() ** 2 * 400) : Number.POSITIVE_INFINITY);
}

/** A few things that people do, or that go wrong. */
function act({ world, process, witness, post }: Side, step: number): void {
  for (let at = 1 + Math.floor(world.chance() * 3); at > 0; at--) {
    const what = world.chance() < 0.75 ? actAtRandom(world, process, witness, post) : trouble(world, process);
    world.trace.push(`${step} ${what}`);
  }
}

/** Something goes wrong, or ends to go wrong, that no person does to the bot. */
function trouble(world: World, { life, task, store }: Process): string {
  const { chance, slack, ground, clock } = world;
  const kind = weighed(chance, {
    edits: 30,
    slack: 12,
    clock: 12,
    disk: 6,
    folder: 5,
    batch: 3,
    deletion: 4,
    end: 5,
    stop: 2,
    lasting: 5,
  });
  switch (kind) {
    case 'edits':
      slack.release();
      slack.sendEdits();
      break;
    case 'slack':
      slack.isDown = chance() < 0.3;
      slack.refusals = chance() < 0.5 ? 0 : 0.4;
      slack.lostReplies = chance() < 0.5 ? 0 : 0.4;
      slack.slowness = chance() < 0.7 ? 0 : 0.3;
      break;
    case 'clock':
      clock.now = new Date(
        clock.now.getTime() + pick([1, 6, 6, 61, 600, 1500, -61, -1500, FAR, -FAR], chance) * MINUTE_MS,
      );
      break;
    case 'disk':
      ground.trouble = pick(['ENOSPC', 'EIO', 'unreadable', undefined, undefined] as const, chance);
      break;
    case 'folder':
      world.hasTrouble = chance() < 0.5;
      break;
    case 'batch':
      if (world.batches.size < 4) arrive(world);
      break;
    case 'deletion': {
      const recent = slack.messages.slice(-4);
      if (recent.length > 0) pick(recent, chance).isDeleted = true;
      break;
    }
    case 'lasting': {
      const what = pick(LASTING, chance);
      if (!world.failing.delete(what)) world.failing.add(what);
      break;
    }
    case 'stop':
      // As the real stop does where something does not come to its end.
      void task
        .abandon()
        .then(() => store.close())
        .then(() => life.end());
      break;
    case 'end':
      life.end();
  }
  return `(${kind})`;
}

/** Starts the bot until it stands, with other settings now and then, and checks that it knows what it knew. */
async function restart(
  world: World,
  witness: Witness,
  lifeLength: () => number,
  remembered: Remembered,
): Promise<Process> {
  for (;;) {
    const isPowerCut = world.chance() < 0.5;
    world.ground.leave();
    if (isPowerCut) await world.ground.powerCut();
    if (world.chance() < 0.15) world.ground.spoilBackup();
    if (world.chance() < 0.3) world.rules = drawRules(world.chance);
    world.trace.push(isPowerCut ? '--- power cut, and started again' : '--- killed, and started again');
    const process = await startProcess(world, lifeLength());
    if (!process) {
      // Somebody looks after the disk.
      world.ground.trouble = undefined;
      continue;
    }
    checkStart(world, process, witness, remembered);
    // As the real start does.
    watch(witness, process.task.look());
    await world.ground.settled();
    return process;
  }
}

/** A start knows what was known, but for what the disk keeps back. */
function checkStart(world: World, { store }: Process, witness: Witness, remembered: Remembered): void {
  const unreadable = store.damaged.filter(({ reason }) => reason.startsWith("Can't read"));
  if (unreadable.length > 0) world.wasUnreadable = true;
  // The last line of a file may be cut short: nobody was told that it counted.
  const flaws = store.damaged.filter(({ reason }) => reason !== 'its last line was never finished');
  for (const { file, reason } of flaws)
    if (!reason.startsWith("Can't read")) witness.broken.push(`damaged: ${file}: ${reason}`);
  for (const [name, facts] of remembered) {
    if (unreadable.some(({ file }) => file === `/rounds/${name}.json`)) continue;
    const now = store.facts(name).slice(0, facts.length);
    if (!isDeepStrictEqual(now, facts)) witness.broken.push(`facts were forgotten: ${lost(facts, now)}`);
  }
}

/** What was known to be on disk, by the name of the batch. */
type Remembered = Map<string, readonly Fact[]>;

function remember(remembered: Remembered, { store }: Process): void {
  for (const name of store.rounds()) remembered.set(name, store.facts(name));
}

function lost(before: readonly Fact[], now: readonly Fact[]): string {
  return before
    .filter((fact) => !now.some(({ key }) => key === fact.key))
    .map(({ key }) => key)
    .join(', ');
}

/** The day gets good again: people answer truly until the newest batch has its result; then everything is looked at. */
async function conclude(world: World, witness: Witness, last: Process, remembered: Remembered): Promise<void> {
  Object.assign(world.slack, { isDown: false, refusals: 0, lostReplies: 0, slowness: 0 });
  world.ground.trouble = undefined;
  world.hasTrouble = false;
  world.failing.clear();
  world.trace.push('--- a good day');
  last.life.end();
  remember(remembered, last);
  const process = await restart(world, witness, () => Number.POSITIVE_INFINITY, remembered);
  const { task, store } = process;
  let quiet = 0;
  for (let turn = 0; turn < 300 && witness.broken.length === 0; turn++) {
    watch(witness, task.look());
    await world.ground.settled();
    world.slack.release();
    await world.ground.settled();
    world.slack.sendEdits();
    const isNewest = store.rounds().at(-1) === [...world.batches.keys()].at(-1);
    const { now } = newestCard(world) ?? {};
    // Once more, because people can delete what then has to be posted anew.
    if (isNewest && now?.kind === 'finished' && isOver(process)) quiet += 1;
    if (quiet === 3) return checkEnd(world, process, witness);
    if (now?.kind === 'paused') watch(witness, task.resume('UADMIN'));
    if (!answerCardTruly(world, process, witness)) {
      world.clock.now = new Date(world.clock.now.getTime() + 6 * MINUTE_MS);
    }
    await world.ground.settled();
  }
  witness.broken.push(`no end: the card says ${JSON.stringify(newestCard(world)?.now)}; rounds ${store.rounds()}`);
}

function isOver({ store }: Process): boolean {
  return roundOf(store.facts(store.rounds().at(-1)!))?.result !== undefined;
}
