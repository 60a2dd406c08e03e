import type { Bot, Digest, Status } from '../channel.ts';
import { isNewer } from '../core/batch-order.ts';
import type { Rules } from '../core/facts.ts';
import { type Round, roundOf } from '../core/round.ts';
import {
  advanceRound,
  deployments,
  lastDeployed,
  post,
  readRound,
  record,
  type Surroundings,
  standing,
} from './advance.ts';
import { answer, lease, undo } from './answers.ts';
import type { Batch, Pool, Predicted, PredictProgress } from './batch.ts';
import { csvOf } from './csv.ts';
import { identityOf, type LiveRound, openLiveRound, shownQuestion } from './live-round.ts';
import { historyOf, progressOf } from './show.ts';

export type BotParts = Surroundings & {
  readonly pool: Pool;
  /** The newest batch that has fully arrived. */
  readonly findBatch: () => Promise<Batch | undefined>;
  /** Where a batch of this name is, whether or not it is still being looked for. */
  readonly batchNamed: (name: string) => Batch;
  /** For rounds opened from now on. */
  readonly rules: Rules;
  readonly lookingIn: string;
};

/** The bot does one thing at a time: everything that reads or adds facts waits in one queue. */
export function createBot(parts: BotParts): Bot & { close(): Promise<void> } {
  const { store, log, now } = parts;
  let live: LiveRound | undefined;
  let running: Running | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = queue.then(work);
    queue = done.catch(() => undefined);
    return done;
  }

  /** The work of `advance` after a click: the click is safe already, so what fails here only waits for the next try. */
  function advanceSoon(): void {
    bot.advance().catch((error) => log('not advanced, will try again', { error: String(error) }));
  }

  async function advanceAll(): Promise<void> {
    if (isClosed) return;
    await lookForBatch();
    live ??= await recallRound();
    const arrived = running?.predicted;
    if (live) await advanceRound(live, parts, arrived !== undefined);
    if (!running || !arrived) return;
    await openRound(running.batch, arrived);
    running = undefined;
    await advanceRound(live!, parts, false);
  }

  async function lookForBatch(): Promise<void> {
    const batch = await parts.findBatch();
    const newest = store.rounds().at(-1);
    if (!batch || batch.name === newest || (newest !== undefined && !isNewer(batch.name, newest))) return;
    if (running && !running.failure && !isNewer(batch.name, running.batch.name)) return;
    running = runPool(batch);
  }

  /** Not awaited: people go on with the old round while the models run. */
  function runPool(batch: Batch): Running {
    const run: Running = { batch };
    log('running the models', { batch: batch.name });
    parts.pool
      .predict(batch, (progress) => {
        run.progress = progress;
      })
      .then(
        (predicted) => {
          run.predicted = predicted;
          log('models have run', {
            batch: batch.name,
            images: predicted.images.length,
            models: predicted.models.length,
          });
          advanceSoon();
        },
        (error: Error) => {
          run.failure = error.message;
          log('models could not run', { batch: batch.name, error: error.message });
        },
      );
    return run;
  }

  async function openRound(batch: Batch, predicted: Predicted): Promise<void> {
    const { classes, models, leftOut, setAside, predictions } = predicted;
    await record(parts, batch.name, {
      kind: 'round',
      key: 'round',
      batch: batch.name,
      classes: [...classes],
      images: predicted.images.length,
      models: models.map(({ name, sha256 }) => ({ name, sha256 })),
      predictions: identityOf(predictions),
      leftOut: [...leftOut],
      setAside: setAside.map(({ file, reason }) => ({ name: file, reason })),
      rules: parts.rules,
    });
    await live?.beliefs.close();
    live = openLiveRound(batch, predicted, parts.rules);
  }

  async function recallRound(): Promise<LiveRound | undefined> {
    const name = store.rounds().at(-1);
    if (name === undefined) return undefined;
    const round = roundOf(store.facts(name))!;
    const predicted = await parts.pool.recall(name);
    if (identityOf(predicted.predictions) !== round.opened.predictions) {
      throw new Error(
        `The predictions of batch ${name} are not those its labels are about. Put its predictions folder back as it was, or remove the round's file to start it over.`,
      );
    }
    return openLiveRound(parts.batchNamed(name), predicted, round.opened.rules);
  }

  function switchTo(kind: 'pause' | 'resume', by: string): Promise<boolean> {
    return inTurn(async () => {
      const round = live && readRound(live, store);
      if (!round || round.result || (round.pausedBy !== undefined) === (kind === 'pause')) return false;
      await record(parts, live!.batch.name, { kind, key: `${kind}:${store.facts(live!.batch.name).length}`, by });
      advanceSoon();
      return true;
    });
  }

  const bot: Bot & { close(): Promise<void> } = {
    advance: () => inTurn(advanceAll),
    answer: (click) =>
      inTurn(async () => {
        if (!live) return { kind: 'over' };
        const outcome = await answer(live, parts, click);
        if (outcome.kind === 'recorded') advanceSoon();
        return outcome;
      }),
    undo: (request) =>
      inTurn(async () => {
        if (!live) return { kind: 'no such answer' };
        const outcome = await undo(live, parts, request);
        if (outcome.kind === 'undone') advanceSoon();
        return outcome;
      }),
    pause: (by) => switchTo('pause', by),
    resume: (by) => switchTo('resume', by),
    reopen: (by) =>
      inTurn(async () => {
        const result = live && readRound(live, store).result;
        if (!result) return false;
        const { number } = result;
        await record(parts, live!.batch.name, { kind: 'withdrawal', key: `withdrawal:${number}`, result: number, by });
        advanceSoon();
        return true;
      }),
    lease: (annotator) =>
      inTurn(async () => (live ? lease(live, parts, annotator) : { kind: 'nothing to ask', because: 'no round' })),
    status: () => inTurn(status),
    history: () => (live ? historyOf(live, readRound(live, store)) : []),
    results: () => deployments(store),
    question: (id) => {
      const question = live && readRound(live, store).questions.get(id);
      return question && !question.answer ? shownQuestion(live!, question) : undefined;
    },
    exportCsv: () => csvOf(store),
    announceDay: (date) => inTurn(() => announceDay(date)),
    close: async () => {
      isClosed = true;
      await queue;
      await live?.beliefs.close();
    },
  };
  return bot;

  async function status(): Promise<Status> {
    if (running?.failure) return { kind: 'batch failed', batch: running.batch.name, reason: running.failure };
    if (!live) {
      if (!running) return { kind: 'no batch yet', lookingIn: parts.lookingIn };
      const { done, of, secondsLeft } = running.progress ?? { done: 0, of: 0, secondsLeft: undefined };
      const batch = running.batch.name;
      return { kind: 'running models', batch, done, of, ...(secondsLeft !== undefined && { secondsLeft }) };
    }
    const round = readRound(live, store);
    const deployed = lastDeployed(store);
    return {
      kind: 'round',
      batch: live.batch.name,
      phase: phaseOf(round),
      progress: progressOf(round),
      standing: await standing(live, round, parts),
      ...(round.result && { result: round.result }),
      ...(deployed && { deployed }),
      leftOut: round.opened.leftOut,
      setAside: round.opened.setAside,
    };
  }

  async function announceDay(date: string): Promise<void> {
    const name = store.rounds().at(-1);
    const round = name === undefined ? undefined : roundOf(store.facts(name));
    if (name === undefined || !round) return;
    const key = `${date}:digest`;
    if (round.posted.has(key)) return;
    const [deployed, previous] = deployments(store);
    const isOpen = !round.result;
    // Yesterday's news is no news: a day without a new winner or an open round stays silent.
    const dayAgo = now().getTime() - 24 * 3_600_000;
    const hasNews = deployed !== undefined && new Date(deployed.at).getTime() > dayAgo;
    if (!isOpen && !hasNews) return;
    const digest: Digest = {
      date,
      ...(deployed && { deployed }),
      ...(previous && { previous }),
      round: { batch: name, progress: progressOf(round), isOpen },
    };
    await post(parts, name, { kind: 'digest', key, digest });
  }
}

/** The pool at work on a batch that has no round yet. */
type Running = { readonly batch: Batch; progress?: PredictProgress; predicted?: Predicted; failure?: string };

function phaseOf(round: Round): 'labelling' | 'paused' | 'finished' {
  if (round.result) return 'finished';
  return round.pausedBy === undefined ? 'labelling' : 'paused';
}
