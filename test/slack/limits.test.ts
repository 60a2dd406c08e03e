import { expect, test } from 'vitest';
import type { Result } from '../../src/round/facts.ts';
import { helpText } from '../../src/slack/do/commands.ts';
import { searchClasses } from '../../src/slack/do/labeling/class-search.ts';
import type { Rendered } from '../../src/slack/say/blocks.ts';
import { renderCard } from '../../src/slack/say/card.ts';
import { guidelinesView } from '../../src/slack/say/guidelines.ts';
import { historyView } from '../../src/slack/say/history.ts';
import { closedHome, homeView } from '../../src/slack/say/home.ts';
import { laneLooking, laneView, noticeView, option } from '../../src/slack/say/lane.ts';
import { renderDigest } from '../../src/slack/say/news.ts';
import { renderResult } from '../../src/slack/say/result.ts';
import { renderModels, renderPicture, renderStatus } from '../../src/slack/say/status.ts';
import type { Card, Leaderboard, Question, Status } from '../../src/task/people.ts';
import {
  checkHome,
  checkMessageBlocks,
  checkModal,
  checkSuggestions,
  checkText,
} from '../../src/workspace/blocks/limits.ts';

/** Names as other people write them. */
const names: Record<string, (index: number) => string> = {
  'one character': (index) => String.fromCodePoint(0x4e00 + index),
  '75 characters': (index) => `${'x'.repeat(70)}${index}`.padEnd(75, 'y').slice(0, 75),
  '76 characters': (index) => `${index} ${'long '.repeat(20)}`.slice(0, 76),
  '200 characters': (index) => `${'A very long class name, '.repeat(9)}${index}`.padStart(200, '-').slice(-200),
  emoji: (index) => `${'👩🏽‍🚀'.repeat(40)}${index}`.slice(0, 200),
  'marks of Slack': (index) => `<!channel> <@U1> & *_~\`>${index}\n:cat: <&>`,
  'right to left': (index) => `חתול שחור مرحبا ${index}`,
  spaces: (index) => ' '.repeat(index + 1),
};
const counts = [2, 8, 9, 25, 1_000];

const cases = Object.entries(names).flatMap(([kind, name]) => counts.map((count) => ({ kind, count, name })));

test.each(cases)('every block keeps Slack’s limits: $count classes, $kind', ({ count, name }) => {
  const classes = Array.from({ length: count }, (_, index) => name(index));
  for (const message of messages(classes)) checkMessage(message);
  for (const view of modals(classes)) checkModal(JSON.parse(JSON.stringify(view)));
  for (const view of homes(classes)) checkHome(JSON.parse(JSON.stringify(view)));
  const found = searchClasses(classes, '').map((index) => option(classes[index] ?? '', String(index)));
  expect(checkSuggestions({ options: found })).toBeDefined();
});

test('no button, option or description on the way to a label is in any order but the classes’ own', () => {
  const classes = Array.from({ length: 40 }, (_, index) => `class ${index}`);
  const card = renderCard(cardOf(classes, { candidates: [30, 3, 11] }), look);
  const buttons = JSON.stringify(card.blocks).match(/label:\w+/g)!;
  const offered = buttons.slice(0, -1).map((id) => Number(id.slice('label:'.length)));
  expect(offered).toEqual(offered.toSorted((a, b) => a - b));
  expect(offered).toEqual(expect.arrayContaining([3, 11, 30]));
  expect(offered).toHaveLength(12);
  expect(buttons.at(-1)).toBe('label:none');
});

test('nothing on the card names a leader, a percentage or the file, which may give the class away', () => {
  const shown = JSON.stringify(renderCard(cardOf(['cat', 'dog'], {}), look));
  expect(shown).not.toMatch(/%|fog|cats\/secret-cat/);
});

function checkMessage({ text, blocks }: Rendered): void {
  expect(text.trim()).not.toBe('');
  checkText(text, { isUpdate: true });
  checkMessageBlocks(JSON.parse(JSON.stringify(blocks)));
}

function* messages(classes: readonly string[]): Generator<Rendered> {
  const batch = classes[0]!.padEnd(3, 'b');
  const all = classes.map((_, index) => index);
  for (const candidates of [[0, 1], all]) {
    for (const opinion of [1, 2]) {
      for (const file of ['F1', 'coming', 'missing'])
        yield renderCard(cardOf(classes, { candidates, opinion }), { ...look, file });
    }
  }
  const others: Card['now'][] = [
    { kind: 'paused', by: 'U1' },
    { kind: 'all taken' },
    { kind: 'finished', result: resultOf(classes) },
  ];
  for (const now of others) yield renderCard({ ...cardOf(classes, {}), now }, look);
  for (const because of ['confident', 'budget spent', 'deadline', 'nothing left to ask', 'newer batch'] as const) {
    for (const isWinner of [true, false]) {
      const result = { ...resultOf(classes), because, isWinner };
      const announcement = {
        batch,
        result,
        leaderboard: leaderboardOf(classes),
        previous: { batch, model: classes[1]! },
      };
      yield renderResult(announcement, 'F1', 'r');
      yield renderResult({ ...announcement, withdrawnBy: 'U1' }, undefined, 'r');
    }
  }
  const deployed = { batch, result: resultOf(classes), at: '2026-11-02T10:00:00.000Z' };
  const round = { batch, progress, isOpen: true };
  yield renderDigest({ date: '2026-11-02', deployed, previous: deployed, round });
  yield renderDigest({ date: '2026-11-02', round });
  for (const status of statuses(classes)) {
    yield renderStatus(status);
    if (status.kind === 'round') yield renderPicture(status.leaderboard, 'F1');
    yield renderModels(status);
  }
}

function* modals(classes: readonly string[]) {
  const question = questionOf(classes, {});
  for (const file of ['F1', undefined]) {
    const news = { text: 'Saved.', answer: `answer:${question.id}` };
    yield laneView({ kind: 'question', question }, { file, news, hasGuidelines: true });
    yield laneView({ kind: 'question', question: { ...question, opinion: 2 } }, { file });
  }
  for (const because of ['paused', 'over', 'all taken', 'no round'] as const)
    yield laneView({ kind: 'nothing to ask', because }, {});
  yield laneLooking();
  yield noticeView(helpText());
  yield historyView([], reader);
  yield historyView(history(classes), reader, { note: 'Undone.' });
  yield historyView(history(classes), reader, {
    sieve: { batch: 'b', of: 'U1', class: classes[1]!, disagreements: true },
  });
  yield guidelinesView(
    Object.fromEntries(classes.map((name) => [name, { text: 'z'.repeat(5_000), image: '/there' }])),
    () => 'F1',
  );
  yield guidelinesView({}, () => undefined);
}

function* homes(classes: readonly string[]) {
  for (const status of statuses(classes)) {
    const results = classes.map((batch) => ({ batch, result: resultOf(classes), at: '2026-11-02T10:00:00.000Z' }));
    yield homeView({ tasks: [{ reader, status, mine: history(classes), results }], note: 'Undone.' });
    const names = Array.from({ length: 40 }, (_, nth) => `${nth}`.padEnd(40, 'n'));
    const tasks = names.map((name) => ({ name, reader, status, mine: history(classes), results }));
    yield homeView({ tasks, note: 'Undone.' });
  }
  yield closedHome('no');
}

const people = Array.from({ length: 500 }, (_, index) => `U${String(index).padStart(10, '0')}`);
const look = { file: 'F1', revision: 'r', hasGuidelines: true };
const reader = { user: 'U1', isAdmin: true, fileOf: () => 'F1' };
const progress = { labels: 12, budget: 60, annotators: people };
/** Slack takes 255 characters in ids; the bot's questions keep to 200. */
const longId = 'q'.repeat(200);

function questionOf(classes: readonly string[], { candidates = [0, 1], opinion = 1 }): Question {
  return {
    id: longId,
    batch: 'b',
    image: { key: 'cats/secret-cat.png', file: '/cats/secret-cat.png' },
    classes,
    candidates,
    others: classes.map((_, index) => index).filter((index) => !candidates.includes(index)),
    opinion,
  };
}

function cardOf(classes: readonly string[], options: { candidates?: number[]; opinion?: number }): Card {
  const lastAnswer = { annotator: 'U1', class: classes.at(-1)! };
  const warnings = Array.from(
    { length: 50 },
    (_, index) => `Left out: ${classes[index % classes.length]} ${'why '.repeat(100)}`,
  );
  const now = { kind: 'asking' as const, question: questionOf(classes, options) };
  const openedAt = '2026-11-02T08:00:00.000Z';
  return { batch: 'a batch', classes, openedAt, progress, lastAnswer, warnings, now };
}

function resultOf(classes: readonly string[]): Result {
  return {
    number: 1,
    because: 'confident',
    isWinner: true,
    model: classes[0]!,
    tiedWith: classes.slice(1),
    confidence: 0.96,
    tolerance: 0.005,
    accuracy: 0.9,
    accuracySd: 0.02,
    runnerUp: { model: classes[1]!, accuracy: 0.8 },
    labels: 40,
    annotators: people,
  };
}

function leaderboardOf(classes: readonly string[]): Leaderboard {
  const models = classes.map((name) => ({ name, accuracy: 0.9, accuracySd: 0.02, chanceBest: 0.1 }));
  return { models, confidencePath: Array(20).fill(0.5), target: 0.95, patience: 5, tolerance: 0.005, images: 300 };
}

function statuses(classes: readonly string[]): Status[] {
  const excluded = classes.map((name) => ({ name, reason: 'it is not an ONNX file. '.repeat(30) }));
  const batch = classes[0]!;
  return [
    { kind: 'no batch yet', lookingIn: '/data/batches' },
    { kind: 'running models', batch, done: 3, of: 300, secondsLeft: 100 },
    { kind: 'batch failed', batch, reason: 'no models '.repeat(1_000) },
    {
      kind: 'round',
      batch,
      phase: 'labeling',
      progress,
      leaderboard: leaderboardOf(classes),
      deployed: { batch, result: resultOf(classes), at: '2026-11-02T10:00:00.000Z' },
      leftOut: excluded,
      setAside: excluded,
      troubles: [],
    },
  ];
}

function history(classes: readonly string[]) {
  return Array.from({ length: 300 }, (_, index) => ({
    answer: `answer:${longId}${index}`,
    image: { key: `k${index >> 1}`, file: '/k.png' },
    file: `${classes[0]}.png`,
    class: classes[index % classes.length]!,
    annotator: 'U1',
    at: '2026-11-02T10:00:00.000Z',
    isSecret: false,
    isFinal: false,
    ...(index % 3 === 0 && { undoneBy: 'U2' }),
  }));
}
