import { Worker } from 'node:worker_threads';
import type { Click } from '../../method/belief.ts';
import type { LooksAtModel } from '../../method/looks.ts';
import type { RandomLook } from '../../method/measured.ts';
import type { PredictionMatrix } from '../../method/predictions.ts';
import type { Names } from '../../method/same-parameters.ts';
import type { Rules } from '../../round/facts.ts';
import type { View } from '../../round/view.ts';
import type { EarlierDay } from './earlier-days.ts';
import type { Review } from './review.ts';

/** The method at work on one round, in a thread of its own: a step over 50,000 images must not delay a click. */
export type Beliefs = {
  /** `count` images to ask next, none of them in `pending`. */
  view(clicks: readonly Click[], pending: readonly number[], count: number): Promise<View>;
  /** Element `n` is the confidence (within the rules' tolerance) after the first n clicks; NaN where it is not known yet. */
  confidencePath(clicks: readonly Click[]): Promise<number[]>;
  review(clicks: readonly Click[]): Promise<Review>;
  /** What images drawn at random after the clicks show of a model, by its index. */
  measure(clicks: readonly Click[], model: number, looks: readonly RandomLook[]): Promise<LooksAtModel>;
  close(): Promise<void>;
};

/** What the thread is asked, and what it answers to each kind of question. */
type Asked = {
  view: { readonly clicks: readonly Click[]; readonly pending: readonly number[]; readonly count: number };
  path: { readonly clicks: readonly Click[] };
  review: { readonly clicks: readonly Click[] };
  measure: { readonly clicks: readonly Click[]; readonly model: number; readonly looks: readonly RandomLook[] };
};
type Answered = { view: View; path: number[]; review: Review; measure: LooksAtModel };
type Kind = keyof Asked;

/** A question to the thread, with the number that its answer carries. */
export type Request = { [K in Kind]: { id: number; kind: K } & Asked[K] }[Kind];

/** What the thread answers to the request of this number. */
export type Reply =
  | { [K in Kind]: { id: number; kind: K; answer: Answered[K] } }[Kind]
  | { id: number; kind: 'failure'; error: Error };

/** `earlier`: days that this one takes over from, oldest first; `names` is what its own models and classes are. */
export type Opening = {
  matrix: PredictionMatrix;
  rules: Rules;
  names?: Names;
  earlier?: readonly EarlierDay[];
};

/** How the method is put to work on a round. */
export type OpenBeliefs = (opening: Opening) => Beliefs;

/**
 * The thread starts with the first question. One that dies fails the questions put to it; the next question starts
 * another, which works everything out anew from the clicks.
 */
export function openBeliefs(opening: Opening, newWorker: NewWorker = startWorker): Beliefs {
  let thread: Thread | undefined;
  let isClosed = false;

  function ask<K extends Kind>(kind: K, question: Asked[K]): Promise<Answered[K]> {
    if (isClosed) return Promise.reject(new Error('The round is closed.'));
    thread ??= startThread(newWorker(source), opening, () => {
      thread = undefined;
    });
    return thread.ask(kind, question);
  }

  return {
    view: (clicks, pending, count) => ask('view', { clicks, pending, count }),
    confidencePath: (clicks) => ask('path', { clicks }),
    review: (clicks) => ask('review', { clicks }),
    measure: (clicks, model, looks) => ask('measure', { clicks, model, looks }),
    close: async () => {
      isClosed = true;
      await thread?.stop();
    },
  };
}

/** `open` as `openBeliefs`, with a thread for the first round that is loading already: that takes longer than reading the round. */
export function openBeliefsSoon(): { readonly open: OpenBeliefs; close(): Promise<void> } {
  let soon: Worker | undefined = startWorker(source);
  // One that dies is replaced when it is wanted.
  soon
    .on('error', () => {})
    .on('exit', () => {
      soon = undefined;
    });
  const take: NewWorker = (source) => {
    const worker = soon ?? startWorker(source);
    soon = undefined;
    return worker;
  };
  return {
    open: (opening) => openBeliefs(opening, take),
    close: async () => void (await soon?.terminate()),
  };
}

type NewWorker = (source: URL) => Worker;

const source = new URL('./worker.ts', import.meta.url);

const startWorker: NewWorker = (source) => new Worker(source);

type Thread = {
  ask<K extends Kind>(kind: K, question: Asked[K]): Promise<Answered[K]>;
  stop(): Promise<unknown>;
};

type Waiting = { resolve(answer: Answered[Kind]): void; reject(error: Error): void };

function startThread(worker: Worker, opening: Opening, onEnd: () => void): Thread {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let why: unknown;

  worker.postMessage(opening);
  worker.on('message', (reply: Reply) => {
    const { resolve, reject } = waiting.get(reply.id)!;
    waiting.delete(reply.id);
    if (reply.kind === 'failure') reject(reply.error);
    else resolve(reply.answer);
  });
  worker.on('error', (error) => {
    why = error;
  });
  worker.on('exit', (code) => {
    onEnd();
    const error = new Error(`The thread of the method ended with code ${code}.`, { cause: why });
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });

  return {
    ask<K extends Kind>(kind: K, question: Asked[K]) {
      lastId += 1;
      const { promise, resolve, reject } = Promise.withResolvers<Answered[K]>();
      // The reply to a question of a kind is of that kind.
      waiting.set(lastId, { resolve: (answer) => resolve(answer as Answered[K]), reject });
      worker.postMessage({ id: lastId, kind, ...question });
      return promise;
    },
    stop: () => worker.terminate(),
  };
}
