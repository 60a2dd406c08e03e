import type { FactOf } from '../round/facts.ts';
import type { View } from '../round/next-step.ts';
import { annotatorsOf, cardQuestion, labelCount, type Round } from '../round/round.ts';
import { imageNamed, type LiveRound, shownQuestion } from './live-round.ts';
import type { Announcement, Card, Deployed, HistoryEntry, Leaderboard, Message, Progress } from './people.ts';

/** The card as it should stand now. */
export function cardOf(live: LiveRound, round: Round, now: Date): Message {
  const { batch, classes, leftOut, setAside } = round.opened;
  // A second opinion must not be led by the first.
  const last = round.opened.rules.opinions > 1 ? undefined : round.answers.at(-1);
  return {
    kind: 'card',
    key: cardKey(batch),
    card: {
      batch,
      classes,
      progress: progressOf(round),
      ...(last && { lastAnswer: { annotator: last.annotator, class: className(round, last.class) } }),
      warnings: [
        ...leftOut.map(({ name, reason }) => `${name}: ${reason}`),
        ...setAside.map(({ name, reason }) => `${name}: ${reason}`),
      ],
      now: nowOf(live, round, now),
      ...(live.arriving && { arriving: live.arriving }),
    },
  };
}

export function announcementOf(
  round: Round,
  { result }: FactOf<'result'>,
  leaderboard: Leaderboard,
  previous: Deployed | undefined,
): Message {
  const withdrawnBy = round.withdrawnBy.get(result.number);
  const announcement: Announcement = {
    batch: round.opened.batch,
    result,
    ...(withdrawnBy !== undefined && { withdrawnBy }),
    ...(previous && { previous: { batch: previous.batch, model: previous.result.model } }),
    leaderboard,
  };
  return { kind: 'result', key: resultKey(round.opened.batch, result.number), announcement };
}

export function leaderboardOf(round: Round, view: View, confidencePath: readonly number[]): Leaderboard {
  const { models, rules, images } = round.opened;
  const rows = models.map(({ name }, model) => ({
    name,
    accuracy: view.accuracy[model]!,
    accuracySd: view.accuracySd[model]!,
    chanceBest: view.chanceBest[model]!,
  }));
  const isLeader = (name: string) => (name === models[view.leader]!.name ? 1 : 0);
  rows.sort((a, b) => isLeader(b.name) - isLeader(a.name) || b.accuracy - a.accuracy);
  return { models: rows, confidencePath, target: rules.confidence, tolerance: rules.tolerance, images };
}

export function progressOf(round: Round): Progress {
  const times = round.results.filter(({ result }) => round.withdrawnBy.has(result.number)).length + 1;
  return { labels: labelCount(round), budget: round.opened.rules.budget * times, annotators: annotatorsOf(round) };
}

/** Newest first. `folder` holds the batch; `isFinal` says that a newer one has closed the round. */
export function historyOf(round: Round, folder: string, isFinal: boolean): HistoryEntry[] {
  const isSecret = round.opened.rules.opinions > 1 && !round.result && !isFinal;
  return round.given.toReversed().map((answer) => {
    const undo = round.undone.get(answer.key);
    return {
      answer: answer.key,
      image: imageNamed({ name: round.opened.batch, folder }, answer.file),
      class: className(round, answer.class),
      annotator: answer.annotator,
      at: answer.at,
      isSecret,
      isFinal,
      ...(undo && { undoneBy: undo.by }),
    };
  });
}

export function className(round: Round, index: number | null): string | null {
  return index === null ? null : round.opened.classes[index]!;
}

function cardKey(batch: string): string {
  return `${batch}:card`;
}

export function resultKey(batch: string, number: number): string {
  return `${batch}:result:${number}`;
}

function nowOf(live: LiveRound, round: Round, now: Date): Card['now'] {
  if (round.result) return { kind: 'finished', result: round.result };
  if (round.pausedBy) return { kind: 'paused', by: round.pausedBy };
  const question = cardQuestion(round, now);
  return question ? { kind: 'asking', question: shownQuestion(live, question) } : { kind: 'all taken' };
}
