import type { Result } from '../../src/round/facts.ts';
import type { AnswerOutcome, HistoryEntry, Task, UndoOutcome } from '../../src/task/asking/verbs.ts';
import type { PeopleReport } from '../../src/task/beliefs/review.ts';
import type {
  Card,
  Channel,
  Deployed,
  ImageFile,
  Leaderboard,
  Posted,
  Question,
  Status,
} from '../../src/task/people.ts';

type Asked = Omit<Question, 'isAnswered'> & {
  readonly askedOf: string | null;
  answeredBy?: string;
  answer?: number | null;
  isAnswered?: true;
  isPutOff?: true;
};

export type ScriptedTask = Task & {
  /** Posts the card of the first question. */
  open(): Promise<Posted>;
  /** Posts the winner, as after enough labels. */
  finish(): Promise<Posted>;
  readonly asked: readonly Asked[];
  setStatus(status: Status): void;
  /** From now on the winner waits for an admin's yes. */
  setDoubt(doubt: NonNullable<Result['doubt']>): void;
};

export const batch = '2026-11-02';

/** A bot that asks about its images one after the other: people's side of the contract without any mathematics. */
export function createScriptedTask(
  channel: Channel,
  setup: {
    images: readonly ImageFile[];
    classes: readonly string[];
    candidates?: readonly number[];
    opinion?: number;
    /** Images to upload ahead. */
    ahead?: number;
  },
): ScriptedTask {
  const { images, classes, candidates = [0, 1], opinion = 1, ahead = 100 } = setup;
  const asked: Asked[] = [];
  const entries: HistoryEntry[] = [];
  let pausedBy: string | undefined;
  let card: Posted | undefined;
  let announced: { posted: Posted; withdrawnBy?: string } | undefined;
  let doubt: Result['doubt'];
  let ruling: { by: string; deploys: boolean } | undefined;
  let pinned: string | undefined;
  let rechecked = false;
  let fixedStatus: Status | undefined;
  let lastAnswer: Card['lastAnswer'];

  function ask(askedOf: string | null): Asked | undefined {
    const image = images[asked.length];
    if (image === undefined) return undefined;
    const others = classes.map((_, index) => index).filter((index) => !candidates.includes(index));
    const question = { id: `${batch}:${asked.length}`, batch, image, classes, candidates, others, opinion, askedOf };
    asked.push(question);
    channel.prepare(images.slice(asked.length, asked.length + ahead));
    return question;
  }

  const open = (askedOf: string | null) =>
    asked.find((question) => question.askedOf === askedOf && question.answer === undefined && !question.isPutOff) ??
    ask(askedOf);

  function cardNow(): Card['now'] {
    if (announced !== undefined && announced.withdrawnBy === undefined) return { kind: 'finished', result };
    if (pausedBy !== undefined) return { kind: 'paused', by: pausedBy };
    const question = open(null);
    return question === undefined ? { kind: 'all taken' } : { kind: 'asking', question };
  }

  function cardMessage() {
    const shown: Card = {
      batch,
      classes,
      openedAt: '2026-11-02T08:00:00.000Z',
      progress: progress(),
      warnings: [],
      now: cardNow(),
      ...(lastAnswer && { lastAnswer }),
    };
    return { kind: 'card' as const, key: `${batch}:card`, card: shown };
  }

  function resultMessage() {
    const { withdrawnBy } = announced ?? {};
    const ruled = ruling && { ruling };
    const shown = doubt === undefined ? result : { ...result, doubt };
    const announcement = {
      batch,
      result: shown,
      leaderboard,
      ...ruled,
      ...(withdrawnBy !== undefined && { withdrawnBy }),
    };
    return { kind: 'result' as const, key: `${batch}:result:1`, announcement };
  }

  function show(): void {
    if (card) channel.edit(card, cardMessage());
    if (announced) channel.edit(announced.posted, resultMessage());
  }

  const counting = () => entries.filter((entry) => entry.undoneBy === undefined);
  const progress = () => ({
    labels: counting().length,
    budget: 60,
    annotators: [...new Set(counting().map((entry) => entry.annotator))],
  });

  const nameOf = (chosen: number | null) => (chosen === null ? null : (classes[chosen] ?? ''));

  function withdraw(by: string): boolean {
    if (!announced || announced.withdrawnBy !== undefined) return false;
    announced = { ...announced, withdrawnBy: by };
    return true;
  }

  return {
    asked,
    setStatus: (status) => {
      fixedStatus = status;
    },
    setDoubt: (why) => {
      doubt = why;
    },
    async open() {
      card = await channel.post(cardMessage(), { perhapsPosted: false });
      return card;
    },
    async finish() {
      announced = { posted: await channel.post(resultMessage(), { perhapsPosted: false }) };
      show();
      return announced.posted;
    },
    async look() {
      show();
    },
    async advance() {
      show();
    },
    async answer({ question: id, class: chosen, annotator }): Promise<AnswerOutcome> {
      const question = asked.find((one) => one.id === id);
      if (!question) return { kind: 'over' };
      if (question.answer !== undefined) {
        const isSame = question.answeredBy === annotator && question.answer === chosen;
        if (isSame) return { kind: 'repeated', answer: `answer:${id}`, class: nameOf(chosen) };
        return { kind: 'already answered', by: question.answeredBy ?? '' };
      }
      if (announced && announced.withdrawnBy === undefined) return { kind: 'over' };
      if (pausedBy !== undefined) return { kind: 'paused' };
      if (question.askedOf !== null && question.askedOf !== annotator) return { kind: 'not yours' };
      question.answer = chosen;
      question.isAnswered = true;
      question.answeredBy = annotator;
      const name = nameOf(chosen);
      const at = new Date(Date.UTC(2026, 10, 2, 9, entries.length)).toISOString();
      entries.unshift({
        answer: `answer:${id}`,
        image: question.image,
        file: question.image.key.split('/').at(-1)!,
        class: name,
        annotator,
        at,
        isSecret: false,
        isFinal: false,
      });
      lastAnswer = { annotator, class: name };
      show();
      return { kind: 'recorded', answer: `answer:${id}`, class: name };
    },
    async undo({ answer, by, isAdmin, isMeant }): Promise<UndoOutcome> {
      const index = entries.findIndex((entry) => entry.answer === answer);
      const entry = entries[index];
      if (!entry) return { kind: 'no such answer' };
      if (entry.undoneBy !== undefined) return { kind: 'already undone' };
      if (entry.annotator !== by && !isAdmin) return { kind: 'not yours' };
      const { class: name, annotator } = entry;
      const about = { class: name, annotator, file: entry.image.key.split('/').at(-1)! };
      const stands = announced !== undefined && announced.withdrawnBy === undefined;
      if (stands && !isMeant) return { kind: 'would withdraw', answer, model: result.model, ...about };
      entries[index] = { ...entry, undoneBy: by };
      const withdrew = withdraw(by);
      show();
      return { kind: 'undone', ...about, withdrew };
    },
    async pause(by) {
      if (pausedBy !== undefined) return false;
      pausedBy = by;
      show();
      return true;
    },
    async resume() {
      if (pausedBy === undefined) return false;
      pausedBy = undefined;
      show();
      return true;
    },
    async reopen(by) {
      const did = withdraw(by);
      show();
      return did;
    },
    async rule({ by, deploys }) {
      if (!announced) return { kind: 'over' };
      if (ruling) return { kind: 'already ruled', ...ruling };
      ruling = { by, deploys };
      show();
      return { kind: 'ruled' };
    },
    trend: () => [],
    trust: () => ({ announced: 41, confidence: 0.95, claims: 39, trueAtLeast: 36, looks: 780 }),
    async mistakes({ model = result.model }) {
      const image = images[0]!;
      const people = [{ annotator: 'UADA', class: 'cat' }];
      const about = { number: 0, image, file: 'a.png', said: 'dog', people, isAskedAgain: rechecked };
      return { kind: 'mistakes', batch, model, labeled: 12, mistakes: [about], result: 1 };
    },
    async recheck() {
      rechecked = true;
      return { kind: 'asked' };
    },
    async measure({ more }) {
      return { kind: more ? 'begun' : 'over' };
    },
    async putOff(id, annotator) {
      const question = asked.find((one) => one.id === id && one.askedOf === annotator && one.answer === undefined);
      if (question) question.isPutOff = true;
      return question !== undefined;
    },
    async pin(request) {
      if (request.kind === 'winner') {
        pinned = request.named.result === 9 ? undefined : result.model;
        return pinned === undefined ? { kind: 'no such winner' } : { kind: 'pinned', model: pinned };
      }
      const models = leaderboard.models.map(({ name }) => name);
      if (!models.includes(request.model)) return { kind: 'no such model', models };
      pinned = request.model;
      return { kind: 'pinned', model: pinned };
    },
    async unpin() {
      const model = pinned;
      pinned = undefined;
      return model === undefined ? { kind: 'not pinned' } : { kind: 'unpinned', model, serves: 'fog' };
    },
    async runAgain() {
      return { kind: 'over' };
    },
    earlierWinners: (): Deployed[] => (announced ? [{ batch, result, at: '2026-11-02T10:00:00.000Z' }] : []),
    async lease(annotator) {
      if (pausedBy !== undefined) return { kind: 'nothing to ask', because: 'paused' };
      const question = open(annotator);
      return question ? { kind: 'question', question } : { kind: 'nothing to ask', because: 'all taken' };
    },
    async status() {
      return (
        fixedStatus ?? {
          kind: 'round',
          batch,
          phase: 'labeling',
          ...(card && { card }),
          progress: progress(),
          leaderboard,
          leftOut: [],
          setAside: [],
          troubles: [],
        }
      );
    },
    batches: () => ['2026-10-30', batch],
    pastRound: (name) =>
      name === '2026-10-30'
        ? { batch: name, openedAt: '2026-10-30T08:00:00.000Z', models: 3, progress: progress(), result }
        : undefined,
    pool: async () => leaderboard.models.map(({ name }) => name),
    people: async () => ({ batch, people: peopleWho }),
    settledLabels: async () => [],
    removeOld: async () => {},
    history: () =>
      entries.map((entry) => ({ ...entry, isRelied: announced !== undefined && announced.withdrawnBy === undefined })),
    results: (): Deployed[] => (announced ? [{ batch, result, at: '2026-11-02T10:00:00.000Z' }] : []),
    question: (id) => asked.find((one) => one.id === id),
    exportCsv: () =>
      `batch,image,class,annotator\r\n${entries.map((e) => `${batch},${e.image.key},${e.class},${e.annotator}\r\n`).join('')}`,
    announceDay: async () => true,
  };
}

export const result: Result = {
  number: 1,
  because: 'confident',
  isWinner: true,
  model: 'fog',
  tiedWith: [],
  confidence: 0.957,
  tolerance: 0.005,
  accuracy: 0.874,
  accuracySd: 0.016,
  runnerUp: { model: 'clean', accuracy: 0.812 },
  labels: 23,
  annotators: ['UADA', 'UBEN'],
};

export const leaderboard: Leaderboard = {
  models: [
    { name: 'fog', accuracy: 0.874, accuracySd: 0.016, chanceBest: 0.957 },
    { name: 'clean', accuracy: 0.812, accuracySd: 0.02, chanceBest: 0.03 },
    { name: 'blur', accuracy: 0.77, accuracySd: 0.024, chanceBest: 0.004 },
  ],
  confidencePath: [0.01, 0.02, 0.05, 0.09, 0.14, 0.2, 0.34, 0.41, 0.6, 0.58, 0.83, 0.957],
  target: 0.95,
  patience: 5,
  tolerance: 0.005,
  images: 300,
};

const peopleWho: PeopleReport['people'] = [
  {
    annotator: 'UADA',
    labels: 23,
    agreement: { of: 18, cases: 20, low: 0.699, high: 0.972 },
    repeats: { of: 3, cases: 3, low: 0.438, high: 1 },
    random: 0.001,
  },
  {
    annotator: 'UBEN',
    labels: 21,
    agreement: { of: 6, cases: 20, low: 0.145, high: 0.519 },
    repeats: { of: 0, cases: 0, low: 0, high: 1 },
    random: 0.97,
  },
];
