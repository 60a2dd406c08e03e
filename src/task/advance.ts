import type { Target } from '../deploy/target.ts';
import type { Fact, Result } from '../round/facts.ts';
import { nextStep, type Step, type View } from '../round/next-step.ts';
import { openQuestions, type Round, roundOf } from '../round/round.ts';
import type { Store } from '../store/store.ts';
import { clicksOf, imageFile, type LiveRound, pendingImages } from './live-round.ts';
import type { Channel, Deployed, Leaderboard, Message } from './people.ts';
import { announcementOf, cardOf, leaderboardOf, resultKey } from './show.ts';

export type Surroundings = {
  readonly store: Store;
  readonly channel: Channel;
  readonly target: Target;
  readonly now: () => Date;
  readonly log: (event: string, fields?: Record<string, unknown>) => void;
};

/** Images to have ready beyond the one being asked: the likely next ones, so that a click waits for no upload. */
const AHEAD = 4;

/** More of them while people label on their own, up to a limit: each costs a step of the method. */
const AHEAD_MAX = 12;

/** Above this many predictions a step of the method takes long enough to be felt; then people go first. */
const HEAVY_CELLS = 1_000_000;

/** A lease outlives one image and a coffee, not a forgotten tab. */
const LEASE_MS = 5 * 60_000;

/**
 * Takes every step that is due in a round, then brings what people see up to date. Killed anywhere, the next call goes
 * on from the facts.
 */
export async function advanceRound(live: LiveRound, around: Surroundings, newerBatch: boolean): Promise<void> {
  if (live.view && isHeavy(live)) await askFromLastView(live, around);
  for (;;) {
    const round = readRound(live, around.store);
    const view = await refreshView(live, round, around);
    const step = nextStep(round, view, around.now(), { newerBatch, isPrepared: isPrepared(live, around) });
    if (step.kind === 'wait' || step.kind === 'rest') break;
    await perform(step, live, around);
  }
  await showRound(live, around);
}

export function readRound(live: LiveRound, store: Store): Round {
  const round = roundOf(store.facts(live.batch.name));
  if (!round) throw new Error(`The store has no round ${live.batch.name}.`);
  return round;
}

export async function refreshView(live: LiveRound, round: Round, { channel, now }: Surroundings): Promise<View> {
  const pending = pendingImages(round, now());
  const view = await live.beliefs.view(clicksOf(round), pending, Math.min(AHEAD_MAX, AHEAD + pending.length));
  live.view = view;
  if (!round.result) channel.prepare([...pending, ...view.next].map((image) => imageFile(live, image)));
  return view;
}

/** The first image of the last view that nobody was asked about since, preferably one that can be shown at once. */
export function nextImage(live: LiveRound, round: Round, around: Surroundings): number | undefined {
  const taken = new Set(round.answers.map((answer) => answer.image));
  for (const question of openQuestions(round, around.now())) taken.add(question.image);
  const free = (live.view?.next ?? []).filter((image) => !taken.has(image));
  return free.find(isPrepared(live, around)) ?? free[0];
}

/** Adds `at` to a fact and keeps it, with a log line when it is news. */
export async function record(around: Surroundings, round: string, ...facts: NewFact[]): Promise<boolean> {
  const at = around.now().toISOString();
  const isNew = await around.store.add(round, ...facts.map((fact) => ({ ...fact, at }) as Fact));
  if (isNew) for (const { kind, key } of facts) around.log(kind, { round, key });
  return isNew;
}

export type NewFact = Fact extends infer One ? (One extends Fact ? Omit<One, 'at'> : never) : never;

/** The leaderboard as of now, for people who ask and for announcements. */
export async function leaderboard(live: LiveRound, round: Round, around: Surroundings): Promise<Leaderboard> {
  const [view, path] = await Promise.all([
    refreshView(live, round, around),
    live.beliefs.confidencePath(clicksOf(round)),
  ]);
  return leaderboardOf(round, view, path);
}

type Facts = Pick<Store, 'rounds' | 'facts'>;

/** What was deployed before this result could be: that of an earlier batch, or an earlier result of the same. */
function deployedBefore(store: Facts, batch: string, { number }: Result): Deployed | undefined {
  const rounds = store.rounds();
  const isEarlier = (other: string) => rounds.indexOf(other) < rounds.indexOf(batch);
  return deployments(store).find((one) => isEarlier(one.batch) || (one.batch === batch && one.result.number < number));
}

/** Every deployment, newest first. */
export function deployments(store: Facts): Deployed[] {
  return store
    .rounds()
    .flatMap((name) => {
      const facts = store.facts(name);
      const results = roundOf(facts)?.results ?? [];
      return facts.flatMap((fact) => {
        const result = fact.kind === 'deployment' && results.find((one) => one.result.number === fact.result)?.result;
        return result ? [{ batch: name, result, at: fact.at }] : [];
      });
    })
    .reverse();
}

async function perform(
  step: Extract<Step, { kind: 'finish' | 'deploy' | 'ask' }>,
  live: LiveRound,
  around: Surroundings,
) {
  const { name } = live.batch;
  if (step.kind === 'ask') {
    const { id: key, image, askedOf } = step;
    await record(around, name, { kind: 'question', key, image, askedOf, ...leaseFor(askedOf, around.now()) });
  } else if (step.kind === 'finish') {
    await record(around, name, { kind: 'result', key: `result:${step.result.number}`, result: step.result });
  } else {
    const { number } = step.result;
    await record(around, name, { kind: 'deployment', key: `deployment:${number}`, result: number });
  }
}

export function leaseFor(askedOf: string | null, now: Date): { until?: string } {
  return askedOf === null ? {} : { until: new Date(now.getTime() + LEASE_MS).toISOString() };
}

/** On a big batch the click's question comes from the images chosen before it; the method catches up behind. */
async function askFromLastView(live: LiveRound, around: Surroundings): Promise<void> {
  const round = readRound(live, around.store);
  const next = nextImage(live, round, around);
  if (next === undefined) return;
  const view: View = { ...live.view!, sure: undefined, next: [next] };
  const step = nextStep(round, view, around.now(), { newerBatch: false, isPrepared: () => true });
  if (step.kind !== 'ask') return;
  await perform(step, live, around);
  await showRound(live, around);
}

/** What people see, in the order in which it happened; a message that is already there is edited. */
export async function showRound(live: LiveRound, around: Surroundings): Promise<void> {
  const round = readRound(live, around.store);
  await show(live, around, cardOf(live, round, around.now()));
  await putInPlace(live, round, around);
  for (const fact of round.results) {
    const { number } = fact.result;
    const key = resultKey(live.batch.name, number);
    // Withdrawn before anybody heard of it.
    if (round.withdrawnBy.has(number) && !round.deployed.has(number) && !round.posted.has(key)) continue;
    // A posted result changes once more at most: when it is withdrawn.
    if (round.posted.has(key) && (!round.withdrawnBy.has(number) || live.markedWithdrawn.has(number))) continue;
    if (round.withdrawnBy.has(number)) live.markedWithdrawn.add(number);
    const now = await leaderboard(live, round, around);
    await show(
      live,
      around,
      announcementOf(round, fact, now, deployedBefore(around.store, live.batch.name, fact.result)),
    );
  }
}

/** What serves follows the facts, before anybody is told: after a crash in between, the winner is put in place again. */
async function putInPlace(live: LiveRound, round: Round, { target }: Surroundings): Promise<void> {
  const last = round.results.findLast(({ result }) => round.deployed.has(result.number));
  if (!last || live.inPlace === last.result.number) return;
  const { file, sha256 } = live.predicted.models.find((one) => one.name === last.result.model)!;
  await target.handOver({ batch: live.batch.name, result: last.result, model: file, sha256 });
  live.inPlace = last.result.number;
}

async function show(live: LiveRound, around: Surroundings, message: Message): Promise<void> {
  const round = readRound(live, around.store);
  const posted = round.posted.get(message.key);
  if (posted && !around.channel.isGone(posted)) around.channel.edit(posted, message);
  else await post(around, live.batch.name, message);
}

/**
 * Posts a message, with a fact before and one after: after a crash in between, the next attempt knows that it may have
 * arrived.
 */
export async function post(around: Surroundings, name: string, message: Message): Promise<void> {
  const attempt = attemptsAt(around.store.facts(name), message.key);
  const before: NewFact = { kind: 'posting', key: `posting:${message.key}:${attempt}`, message: message.key };
  const perhapsPosted = !(await record(around, name, before));
  const { channel, ts } = await around.channel.post(message, { perhapsPosted });
  // What was found may say what was so then.
  if (perhapsPosted) around.channel.edit({ channel, ts }, message);
  await record(around, name, {
    kind: 'posted',
    key: `posted:${message.key}:${attempt}`,
    message: message.key,
    channel,
    ts,
  });
}

/** 1 for a message that was never posted, one more for each time it was and then deleted. */
function attemptsAt(facts: readonly Fact[], message: string): number {
  return facts.filter((fact) => fact.kind === 'posted' && fact.message === message).length + 1;
}

function isPrepared(live: LiveRound, { channel }: Surroundings): (image: number) => boolean {
  return (image) => channel.isPrepared(imageFile(live, image));
}

function isHeavy({ predicted: { predictions } }: LiveRound): boolean {
  return predictions.images * predictions.models > HEAVY_CELLS;
}
