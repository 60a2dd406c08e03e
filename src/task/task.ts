import type { Batch, Predicted, Source } from '../predictions/source.ts';
import type { Rules } from '../round/facts.ts';
import { type Round, roundOf } from '../round/round.ts';
import { advanceRound, deployments, leaderboard, readRound, record, type Surroundings, showRound } from './advance.ts';
import { answer, lease, undo } from './answers.ts';
import { openArrivals } from './arrivals.ts';
import { type Beliefs, type Opening, openBeliefs } from './beliefs/thread.ts';
import { csvOf } from './csv.ts';
import { announceDay } from './daily.ts';
import { identityOf, type LiveRound, openLiveRound, shownQuestion } from './live-round.ts';
import type { Arriving, HistoryEntry, Status, Task } from './people.ts';
import { historyOf, progressOf } from './show.ts';
import { openTurns } from './turns.ts';

export type TaskParts = Surroundings & {
  readonly source: Source;
  /** The newest batch that has fully arrived; newer than one, where that is named. */
  readonly findBatch: (after?: string) => Promise<Batch | undefined>;
  /** Where a batch of this name is, whether or not it is still being looked for. */
  readonly batchNamed: (name: string) => Batch;
  /** Hours in which nobody is bothered: a new batch waits for their end, and so does the daily announcement. */
  readonly isQuiet?: (moment: Date) => boolean;
  /** For rounds opened from now on. */
  readonly rules: Rules;
  readonly lookingIn: string;
  /** Where the method works; in a thread of its own unless said otherwise. */
  readonly openBeliefs?: (opening: Opening) => Beliefs;
};

export type RunningTask = Task & {
  /** Resolves when everything asked of the bot before is done. */
  idle(): Promise<void>;
  /** Finishes what was asked before, then takes no further step. */
  close(): Promise<void>;
};

/** The bot does one thing at a time: everything that reads or adds facts waits for its turn. */
export function openTask(parts: TaskParts): RunningTask {
  const { store, log, isQuiet = () => false } = parts;
  const arrivals = openArrivals({ ...parts, onPredicted: advanceSoon });
  let live: LiveRound | undefined;
  const { inTurn, whenFree, idle } = openTurns(advanceAll);
  let isClosed = false;

  /** The work of `advance` after a click: the click is safe already, so what fails here only waits for the next try. */
  function advanceSoon(): void {
    task.advance().catch((error) => log('not advanced, will try again', { error: String(error) }));
  }

  async function advanceAll(): Promise<void> {
    if (isClosed) return;
    await arrivals.look(store.rounds().at(-1));
    // Looked at once: models may finish at any moment, and the old round must end before the next one opens.
    const { run } = arrivals;
    const predicted = isQuiet(parts.now()) ? undefined : run?.predicted;
    const old = await newestRound().catch((error: unknown) => {
      // A round that can't be read any more must not keep the next one from opening.
      if (!predicted) throw error;
      log('left the old round as it was', { error: String(error) });
      return undefined;
    });
    if (old) old.arriving = run?.predicted ? undefined : ifLong(arrivals.arriving);
    if (old) await advanceRound(old, parts, predicted !== undefined);
    if (!run || !predicted) return;
    live = await openRound(run.batch, predicted, old);
    arrivals.roundIsOpen();
    await advanceRound(live, parts, false);
  }

  async function openRound(batch: Batch, predicted: Predicted, old: LiveRound | undefined): Promise<LiveRound> {
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
    await old?.beliefs.close();
    return openLiveRound(batch, predicted, parts.rules, parts.openBeliefs ?? openBeliefs);
  }

  /** The newest round; after a start it is read from disk by whoever asks first. */
  async function newestRound(): Promise<LiveRound | undefined> {
    live ??= await recallRound();
    return live;
  }

  async function recallRound(): Promise<LiveRound | undefined> {
    const [before, newest] = [undefined, ...store.rounds()].slice(-2);
    if (newest === undefined) return undefined;
    if (before !== undefined) await tidyUp(before);
    return recall(newest);
  }

  /** The last edits of the round before the newest may have been lost in a crash. */
  async function tidyUp(name: string): Promise<void> {
    try {
      const round = await recall(name);
      round.inPlace = readRound(round, store).results.at(-1)?.result.number;
      await showRound(round, parts);
      await round.beliefs.close();
    } catch (error) {
      log('left the old round as it was', { error: String(error) });
    }
  }

  async function recall(name: string): Promise<LiveRound> {
    const round = roundOf(store.facts(name))!;
    const predicted = await parts.source.recall(name);
    if (identityOf(predicted.predictions) !== round.opened.predictions) {
      throw new Error(
        `The predictions of batch ${name} are not those its labels are about. Put its predictions folder back as it was, or remove the round's file to start it over.`,
      );
    }
    return openLiveRound(parts.batchNamed(name), predicted, round.opened.rules, parts.openBeliefs ?? openBeliefs);
  }

  /** Work on the newest round, in turn; `none` where there is no round. What it changed is acted upon right after. */
  function onRound<T>(work: (live: LiveRound) => Promise<T>, none: T, isChange: (outcome: T) => boolean): Promise<T> {
    return inTurn(async () => {
      const round = await newestRound();
      if (!round) return none;
      const outcome = await work(round);
      if (isChange(outcome)) advanceSoon();
      return outcome;
    });
  }

  function switchTo(kind: 'pause' | 'resume', by: string): Promise<boolean> {
    const work = async (live: LiveRound) => {
      const round = readRound(live, store);
      if (round.result || (round.pausedBy !== undefined) === (kind === 'pause')) return false;
      await record(parts, live.batch.name, { kind, key: `${kind}:${store.facts(live.batch.name).length}`, by });
      return true;
    };
    return onRound(work, false, Boolean);
  }

  /** A button under an old announcement names what it meant: it must never withdraw a newer one. */
  async function reopen(live: LiveRound, by: string, named?: { batch: string; result: number }): Promise<boolean> {
    const { result } = readRound(live, store);
    if (!result || (named && (named.batch !== live.batch.name || named.result !== result.number))) return false;
    const { number } = result;
    await record(parts, live.batch.name, { kind: 'withdrawal', key: `withdrawal:${number}`, result: number, by });
    return true;
  }

  const task: RunningTask = {
    advance: whenFree,
    answer: (click) =>
      onRound(
        (round) => answer(round, parts, click),
        { kind: 'over' },
        ({ kind }) => kind === 'recorded',
      ),
    undo: (request) =>
      onRound(
        (round) => undo(round, parts, request),
        { kind: 'no such answer' },
        ({ kind }) => kind === 'undone',
      ),
    pause: (by) => switchTo('pause', by),
    resume: (by) => switchTo('resume', by),
    reopen: (by, named) => onRound((round) => reopen(round, by, named), false, Boolean),
    lease: (annotator) =>
      onRound(
        (round) => lease(round, parts, annotator),
        { kind: 'nothing to ask', because: 'no round' },
        () => false,
      ),
    status: () => inTurn(status),
    history,
    results: () => deployments(store),
    question: (id) => {
      const question = live && readRound(live, store).questions.get(id);
      return question && !question.answer ? shownQuestion(live!, question) : undefined;
    },
    exportCsv: () => csvOf(store),
    announceDay: (date) => inTurn(async () => !isQuiet(parts.now()) && (await announceDay(date, parts))),
    idle,
    close: async () => {
      isClosed = true;
      await idle();
      await live?.beliefs.close();
    },
  };
  return task;

  function history(batch?: string): HistoryEntry[] {
    const newest = store.rounds().at(-1);
    const name = batch !== undefined && store.rounds().includes(batch) ? batch : newest;
    const round = name === undefined ? undefined : roundOf(store.facts(name));
    return round ? historyOf(round, parts.batchNamed(round.opened.batch).folder, name !== newest) : [];
  }

  async function status(): Promise<Status> {
    const { run } = arrivals;
    if (run?.failure) return { kind: 'batch failed', batch: run.batch.name, reason: run.failure };
    const live = await newestRound();
    if (!live) {
      const { arriving } = arrivals;
      return arriving ? { kind: 'running models', ...arriving } : { kind: 'no batch yet', lookingIn: parts.lookingIn };
    }
    const round = readRound(live, store);
    const [deployed] = deployments(store);
    return {
      kind: 'round',
      batch: live.batch.name,
      phase: phaseOf(round),
      progress: progressOf(round),
      leaderboard: await leaderboard(live, round, parts),
      ...(round.result && { result: round.result }),
      ...(deployed && { deployed }),
      leftOut: round.opened.leftOut,
      setAside: round.opened.setAside,
    };
  }
}

/** A minute at least: sooner the new card says it all. */
function ifLong(arriving: Arriving | undefined): Arriving | undefined {
  return arriving?.secondsLeft !== undefined && arriving.secondsLeft > 60 ? arriving : undefined;
}

function phaseOf(round: Round): 'labeling' | 'paused' | 'finished' {
  if (round.result) return 'finished';
  return round.pausedBy === undefined ? 'labeling' : 'paused';
}
