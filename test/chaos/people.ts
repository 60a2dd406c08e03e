import { roundOf } from '../../src/round/round.ts';
import type { Card, Question } from '../../src/task/people.ts';
import { type Office, type Process, truth } from './office.ts';
import { type Click, clickText, isExplained, type Witness } from './witness.ts';

const PEOPLE = ['U1', 'U2', 'U3', 'U4'];
const ADMIN = 'UADMIN';

/** Clicks that Slack holds back, and what is on people's screens though it is old. */
export type Post = { readonly late: Click[]; readonly seen: Question[] };

/** Somebody does something with the bot that is running; what comes of it is witnessed. Returns what it was. */
export function actAtRandom(office: Office, { bot }: Process, witness: Witness, post: Post): string {
  const { chance } = office;
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
      const question = onCard(office, post);
      if (!question) return 'nobody sees a question';
      const people = PEOPLE.slice(0, 1 + Math.floor(chance() * 2));
      for (const annotator of people) deliver(office, bot, witness, post, clickOn(question, annotator, chance));
      return `${people} click ${question.id}`;
    }
    case 'lane':
      watch(witness, bot.lease(person), (outcome) => {
        if (outcome.kind === 'question') deliver(office, bot, witness, post, clickOn(outcome.question, person, chance));
      });
      return `${person} labels alone`;
    case 'late':
      for (const click of post.late.splice(0)) send(bot, witness, click);
      return 'late clicks arrive';
    case 'undo':
      return undoSome(office, bot, witness, chance() < 0.3 ? ADMIN : person);
    case 'rule': {
      const what = pick(['pause', 'resume', 'resume', 'reopen'] as const, chance);
      watch(witness, bot[what](ADMIN));
      return what;
    }
    case 'forge':
      send(bot, witness, {
        question: pick(['', 'day-1:0:1', 'day-1:999:1', 'x'], chance),
        class: 99,
        annotator: person,
      });
      return 'a forged button';
    case 'look':
      watch(witness, bot.status());
      bot.history();
      bot.exportCsv();
      return 'somebody looks';
    case 'tick':
      watch(witness, bot.advance());
      return 'a tick of the clock';
    case 'daily':
      watch(witness, bot.announceDay(localDay(office.clock.now)));
      return `the announcement of ${localDay(office.clock.now)}`;
  }
}

/** A click as Slack delivers it: once, twice, or later. */
function deliver(office: Office, bot: Process['bot'], witness: Witness, post: Post, click: Click): void {
  const fate = office.chance();
  if (fate < 0.15) post.late.push(click);
  else send(bot, witness, click);
  if (fate > 0.85) send(bot, witness, click);
}

function send(bot: Process['bot'], witness: Witness, click: Click): void {
  witness.clicks.add(clickText(click));
  watch(witness, bot.answer(click), (outcome) => {
    if (outcome.kind !== 'recorded') return;
    const before = witness.counted.get(click.question);
    if (before !== undefined) witness.broken.push(`two were told that they answered ${click.question}`);
    witness.counted.set(click.question, clickText(click));
  });
}

function undoSome({ chance }: Office, bot: Process['bot'], witness: Witness, by: string): string {
  const entries = bot.history();
  const entry = entries[Math.floor(chance() * Math.min(entries.length, 4))];
  if (!entry) return 'nothing to undo';
  const isAdmin = by === ADMIN;
  if (isAdmin || entry.annotator === by) witness.undos.add(`${entry.answer} ${by}`);
  watch(witness, bot.undo({ answer: entry.answer, by, isAdmin }), ({ kind }) => {
    if (kind === 'undone') witness.undone.add(entry.answer);
  });
  return `${by} undoes ${entry.answer}`;
}

/** Somebody answers what the newest card shows, truly; false when it asks nothing. */
export function answerCardTruly(office: Office, { bot, store }: Process, witness: Witness): boolean {
  const card = newestCard(office);
  if (card?.now.kind !== 'asking') return false;
  const { question } = card.now;
  const given = roundOf(store.facts(question.batch))!.answers;
  const isFree = (name: string) => !given.some((one) => one.annotator === name && one.image === imageOf(question));
  send(bot, witness, { question: question.id, class: truth(imageOf(question)), annotator: PEOPLE.find(isFree)! });
  return true;
}

export function newestCard({ slack }: Office): Card | undefined {
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
function onCard(office: Office, { seen }: Post): Question | undefined {
  const card = newestCard(office);
  if (card?.now.kind === 'asking') seen.push(card.now.question);
  return office.chance() < 0.15 ? pick(seen, office.chance) : seen.at(-1);
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
