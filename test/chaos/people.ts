import { roundOf } from '../../src/round/round-of.ts';
import type { Parts } from '../../src/slack/parts.ts';
import { routeOf } from '../../src/slack/routing.ts';
import type { Card, Question } from '../../src/task/people.ts';
import { type Click, clickText, isExplained, type Witness } from './witness.ts';
import { type Process, truth, type World } from './world.ts';

const PEOPLE = ['U1', 'U2', 'U3', 'U4'];
const ADMIN = 'UADMIN';

/** Clicks that Slack holds back, and what is on people's screens though it is old. */
export type Post = { readonly late: Click[]; readonly seen: Question[] };

/** Somebody does something with the bot that is running; what comes of it is witnessed. Returns what it was. */
export function actAtRandom(world: World, { task }: Process, witness: Witness, post: Post): string {
  const { chance } = world;
  const person = pick(PEOPLE, chance);
  const verb = weighed(chance, {
    card: 45,
    lane: 20,
    undo: 10,
    late: 6,
    rule: 5,
    forge: 4,
    look: 6,
    tick: 8,
    daily: 3,
  });
  switch (verb) {
    case 'card': {
      const question = onCard(world, post);
      if (!question) return 'nobody sees a question';
      const people = PEOPLE.slice(0, 1 + Math.floor(chance() * 2));
      for (const annotator of people) deliver(world, task, witness, post, clickOn(question, annotator, chance));
      return `${people} click ${question.id}`;
    }
    case 'lane':
      watch(witness, task.lease(person), (outcome) => {
        if (outcome.kind === 'question') deliver(world, task, witness, post, clickOn(outcome.question, person, chance));
      });
      return `${person} labels alone`;
    case 'late':
      for (const click of post.late.splice(0)) send(world, task, witness, click);
      return 'late clicks arrive';
    case 'undo':
      return undoSome(world, task, witness, chance() < 0.3 ? ADMIN : person);
    case 'rule': {
      const what = pick(['pause', 'resume', 'resume', 'reopen'] as const, chance);
      watch(witness, task[what](ADMIN));
      return what;
    }
    case 'forge':
      if (world.neighbours.length > 0) return forgeAmongTasks(world, task, witness, person);
      send(world, task, witness, {
        question: pick(['', 'day-1:0:1', 'day-1:999:1', 'x'], chance),
        class: 99,
        annotator: person,
      });
      return 'a forged button';
    case 'look':
      watch(witness, task.status());
      task.history();
      task.exportCsv();
      return 'somebody looks';
    case 'tick':
      watch(witness, task.look());
      return 'a tick of the clock';
    case 'daily':
      watch(witness, task.announceDay(localDay(world.clock.now)));
      return `the announcement of ${localDay(world.clock.now)}`;
  }
}

/** A click as Slack delivers it: once, twice, or later. */
function deliver(world: World, task: Process['task'], witness: Witness, post: Post, click: Click): void {
  const fate = world.chance();
  if (fate < 0.15) post.late.push(click);
  else send(world, task, witness, click);
  if (fate > 0.85) send(world, task, witness, click);
}

/** Whether a button pressed in the channel of this task reaches it; where several share a process, routing says so. */
function reaches(world: World, named?: string): boolean {
  const all = [world, ...world.neighbours].map(({ name }) => ({ name, settings: { channel: name } }) as Parts);
  const actions = [{ action_id: named === undefined ? 'label:0' : `${named}@label:0` }];
  return routeOf(all, { channel: { id: world.name }, actions })?.parts.name === world.name;
}

/** A forged name on a true question changes nothing, and neither does a question of another task that comes here. */
function forgeAmongTasks(world: World, task: Process['task'], witness: Witness, annotator: string): string {
  const other = pick(world.neighbours, world.chance);
  const named = pick([other.name, 'nobody', ''], world.chance);
  if (named !== '') {
    if (reaches(world, named)) witness.broken.push(`a button of "${named}" works in the channel of ${world.name}`);
    return `a button of "${named}" in another channel`;
  }
  const { now } = newestCard(other) ?? {};
  if (now?.kind !== 'asking') return 'a button of a task that asks nothing';
  // Nobody gave it here: it must not be found among the answers.
  watch(witness, task.answer({ question: now.question.id, class: 0, annotator }), ({ kind }) => {
    if (kind === 'recorded') witness.broken.push(`${now.question.id} was answered in ${world.name}`);
  });
  return `a question of ${other.name} is answered here`;
}

function send(world: World, task: Process['task'], witness: Witness, click: Click): void {
  if (!reaches(world)) witness.broken.push(`a click does not reach ${world.name}`);
  witness.clicks.add(clickText(click));
  watch(witness, task.answer(click), (outcome) => {
    if (outcome.kind !== 'recorded') return;
    const before = witness.counted.get(click.question);
    if (before !== undefined) witness.broken.push(`two were told that they answered ${click.question}`);
    witness.counted.set(click.question, clickText(click));
  });
}

function undoSome({ chance }: World, task: Process['task'], witness: Witness, by: string): string {
  const entries = task.history();
  const entry = entries[Math.floor(chance() * Math.min(entries.length, 4))];
  if (!entry) return 'nothing to undo';
  const isAdmin = by === ADMIN;
  if (isAdmin || entry.annotator === by) witness.undos.add(`${entry.answer} ${by}`);
  watch(witness, task.undo({ answer: entry.answer, by, isAdmin }), ({ kind }) => {
    if (kind === 'undone') witness.undone.add(entry.answer);
  });
  return `${by} undoes ${entry.answer}`;
}

/** Somebody answers what the newest card shows, truly; false when it asks nothing. */
export function answerCardTruly(world: World, { task, store }: Process, witness: Witness): boolean {
  const card = newestCard(world);
  if (card?.now.kind !== 'asking') return false;
  const { question } = card.now;
  const given = roundOf(store.facts(question.batch))!.answers;
  const isFree = (name: string) => !given.some((one) => one.annotator === name && one.image === imageOf(question));
  send(world, task, witness, {
    question: question.id,
    class: truth(imageOf(question)),
    annotator: PEOPLE.find(isFree)!,
  });
  return true;
}

export function newestCard({ slack }: World): Card | undefined {
  const last = slack.messages.findLast(({ message, isDeleted }) => message.kind === 'card' && !isDeleted)?.message;
  return last?.kind === 'card' ? last.card : undefined;
}

/** `then` sees the outcome; failures must be explained by the day. */
export function watch<T>(witness: Witness, outcome: Promise<T>, then: (value: T) => void = () => undefined): void {
  outcome.then(then, (error: unknown) => {
    if (!isExplained(error)) witness.broken.push(`unexplained: ${(error as Error).stack ?? error}`);
  });
}

/** The question on the newest card, or one that stood there before. */
function onCard(world: World, { seen }: Post): Question | undefined {
  const card = newestCard(world);
  if (card?.now.kind === 'asking') seen.push(card.now.question);
  return world.chance() < 0.15 ? pick(seen, world.chance) : seen.at(-1);
}

function clickOn(question: Question, annotator: string, chance: () => number): Click {
  const fate = chance();
  const wrong = Math.floor(chance() * question.classes.length);
  return {
    question: question.id,
    class: fate < 0.1 ? null : fate < 0.25 ? wrong : truth(imageOf(question)),
    annotator,
  };
}

function imageOf(question: Question): number {
  return Number.parseInt(question.image.file.split('/').at(-1)!, 10);
}

function localDay(now: Date): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' }).format(now);
}

export function pick<T>(from: readonly T[], chance: () => number): T {
  return from[Math.floor(chance() * from.length)]!;
}

export function weighed<Verb extends string>(chance: () => number, weights: Record<Verb, number>): Verb {
  const entries = Object.entries(weights) as [Verb, number][];
  let left = chance() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  return entries.find(([, weight]) => {
    left -= weight;
    return left < 0;
  })![0];
}
