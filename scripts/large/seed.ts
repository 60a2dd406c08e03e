import type { Click } from '../../src/method/belief.ts';
import type { Fact, Rules } from '../../src/round/facts.ts';
import { openLowdbStore } from '../../src/store/lowdb-store.ts';
import { openBeliefLog } from '../../src/task/beliefs/log.ts';
import { fileOf, type LargeBatch } from './batch.ts';

/** Images chosen at once. */
const AT_ONCE = 12;

/** Adds so many true labels to a round that no bot works on, by these people in turn, on the images that the method asks about. */
export async function seedLabels(
  rounds: string,
  batch: string,
  votes: LargeBatch,
  rules: Rules,
  people: readonly string[],
  labels: number,
): Promise<void> {
  const store = await openLowdbStore(rounds);
  const asked = store.facts(batch).flatMap((fact) => (fact.kind === 'question' ? [fact.image] : []));
  const clicks = clicksOn(votes, rules, people, labels, asked);
  await store.add(batch, ...clicks.flatMap((click) => factsOf(batch, click)));
  await store.close();
}

/** The labels alone; `asked`: images that are with somebody already. */
export function clicksOn(
  { matrix, oracle }: LargeBatch,
  rules: Rules,
  people: readonly string[],
  labels: number,
  asked: readonly number[] = [],
): Click[] {
  const log = openBeliefLog({ matrix, rules });
  const clicks: Click[] = [];
  while (clicks.length < labels) {
    for (const image of log.view(clicks, asked, AT_ONCE).next) {
      clicks.push({ image, class: oracle[image]!, annotator: people[clicks.length % people.length]! });
    }
  }
  return clicks.slice(0, labels);
}

function factsOf(batch: string, { image, class: answered, annotator = '' }: Click): Fact[] {
  const at = new Date().toISOString();
  const question = `${batch}:${image}:1`;
  const about = { question, image, file: fileOf(image), class: answered, annotator };
  return [
    { kind: 'question', key: question, image, askedOf: annotator, until: at, at },
    { kind: 'answer', key: `answer:${question}`, ...about, at },
  ];
}
