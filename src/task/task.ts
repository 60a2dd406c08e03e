import type { Listener } from '../deploy/listener.ts';
import type { Target } from '../deploy/target.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { advanceRound } from './advance.ts';
import type { Arriving } from './arrivals.ts';
import { acting, type OnRound } from './asking/acting.ts';
import { runAgain } from './asking/run-again.ts';
import type { HistoryEntry, Task } from './asking/verbs.ts';
import { openBeliefs as openThread } from './beliefs/thread.ts';
import { findMistakes } from './checks/mistakes.ts';
import type { Context } from './context.ts';
import { trendOf } from './days/trend.ts';
import { trustIn } from './days/trust.ts';
import { type Figures, figuresOf } from './figures.ts';
import { openAttempts } from './going-on/attempts.ts';
import { type Keeper, openKeeper } from './going-on/hand-over.ts';
import { openHanding } from './handing/handing.ts';
import { type Journal, openJournal } from './journal.ts';
import { openSettler, type Settler, settleAll } from './labels/settle-all.ts';
import { announceDay } from './messages/digest.ts';
import { showEmpty, showFailure } from './messages/notices.ts';
import type { Results } from './messages/results.ts';
import { type OpeningParts, type Openings, openOpenings } from './openings.ts';
import type { Channel, Question } from './people.ts';
import { shownQuestion } from './question.ts';
import { type Retention, removeOld } from './retention.ts';
import { earlierWinners } from './serving/pins.ts';
import { historyOf, pastRoundOf, statusOf } from './status.ts';
import { openTurns, type Turns } from './turns.ts';

/** What a task is made of. */
export type TaskParts = OpeningParts & {
  readonly store: Store;
  readonly channel: Channel;
  /** Where a winner is put before anybody hears of it. */
  readonly target?: Target;
  /** On other machines: nothing waits for them. */
  readonly targets?: readonly Target[];
  readonly listeners?: readonly Listener[];
  readonly now: () => Date;
  readonly log: Log;
  /** Says why each step was chosen. */
  readonly debug?: Log;
  /** Hours in which nobody is bothered: a new batch waits for their end, and so does the daily announcement. */
  readonly isQuiet?: (moment: Date) => boolean;
  readonly lookingIn: string;
  /** Where the daily announcement comes together with those of other tasks; otherwise it is made in the task's channel. */
  readonly results?: Results;
  /** Names of the models there are now; without it each batch brings its own. */
  readonly pool?: () => Promise<readonly string[]>;
  /** Without it everything is kept. */
  readonly retention?: Retention | undefined;
};

/** A task, with what the process that runs it has to know. */
export type RunningTask = Task & {
  /** Where the task stands, in numbers. */
  figures(): Figures;
  /** Resolves when the newest round has been read after the start and its method is at work, or that takes too long to wait for. */
  woken(): Promise<void>;
  /** Resolves when nothing asked of the task is left to do. */
  idle(): Promise<void>;
  /** The same, whatever is asked of it meanwhile: people may click on and on. */
  caughtUp(): Promise<void>;
  /** Resolves when nothing is on its way to other machines: what they have not taken waits for its next try. */
  handedOver(): Promise<void>;
  /** Finishes what was asked before, then takes no further step. */
  close(): Promise<void>;
  /** What people asked for is done and on disk when this resolves; the step at hand, which may take long, is left. */
  abandon(): Promise<void>;
};

/** A task does one thing at a time: everything that reads or adds facts waits for its turn. */
export function openTask(parts: TaskParts): RunningTask {
  const { log, now, isQuiet = () => false } = parts;
  const context = contextOf(parts);
  let isClosed = false;
  let isAbandoned = false;
  const dueContext = contextOfDue(
    context,
    () => isAbandoned,
    (work) => aside(work),
  );
  const { inTurn, whenFree, aside, idle, caughtUp, abandon } = openTurns(async () => {
    if (!isClosed && (await advance(openings, keeper, dueContext, isQuiet(now())).finally(handing.poke))) advanceSoon();
  });
  const openings = openOpenings(parts, context, advanceSoon);
  const { predictedOf } = openings;
  const settle = openSettler(openings, context, parts.openBeliefs ?? openThread);
  const keeper = openKeeper(dueContext, predictedOf);
  const handing = openHanding({ ...parts, context: dueContext, predictedOf, onChange: advanceSoon });
  handing.poke();
  const woken = openings.wake();

  /** The work of `advance` after a click: the click is safe already, so what fails here only waits for the next try. */
  function advanceSoon(): void {
    whenFree().catch((error) => log('not advanced, will try again', { error: String(error) }));
  }

  return {
    ...acting(onCurrent(inTurn, openings, advanceSoon), context),
    ...reading(parts, openings, context, settle),
    // Not in turn: it replays rounds, and takes away only what nothing else reads.
    removeOld: () => removeOld(parts.retention, settle, context),
    look: () => openings.look().then(whenFree),
    advance: whenFree,
    runAgain: (request) => runAgain(request, inTurn, openings, context),
    // Not in turn: it may have to replay a whole round, and a click must not wait for that.
    status: () => statusOf(openings, context, parts.lookingIn),
    announceDay: (date) => inTurn(async () => !isQuiet(now()) && (await announceDay(date, context))),
    figures: () => figuresOf(openings, context, handing.pending()),
    woken: () => woken,
    idle,
    caughtUp,
    handedOver: handing.idle,
    close: async () => {
      isClosed = true;
      handing.close();
      await idle();
      await openings.close();
    },
    abandon: async () => {
      isClosed = true;
      isAbandoned = true;
      handing.close();
      await abandon();
    },
  };
}

/** Work on the newest round, in turn; where it changed something, every step that is due then follows. */
function onCurrent(inTurn: Turns['inTurn'], openings: Openings, advanceSoon: () => void): OnRound {
  return (work, none, isChange) =>
    inTurn(async () => {
      const current = await openings.current();
      if (!current) return none;
      const outcome = await work(current);
      if (isChange(outcome)) advanceSoon();
      return outcome;
    });
}

/** The work that is due adds nothing once it has been left alone, and lets people go first. */
function contextOfDue(context: Context, isAbandoned: () => boolean, aside: Context['aside']): Context {
  const record: Journal['record'] = async (...args) => {
    if (isAbandoned()) throw new Error('The bot is stopping.');
    return context.journal.record(...args);
  };
  return { ...context, journal: { ...context.journal, record }, aside };
}

function contextOf(parts: TaskParts): Context {
  const { store, now, log, channel } = parts;
  const journal = openJournal(store, now, log);
  const attempts = openAttempts({ journal, channel, now, log });
  parts.results?.join({ journal, attempts });
  return { ...parts, journal, announced: new Map(), attempts, aside: (work) => work() };
}

/**
 * The current round is brought up to date; when a newer batch is ready, it ends, and that batch's round opens, whatever
 * has failed before. Resolves with true when it has to be called again: something else serves since, by an admin's word, or
 * people clicked all the while.
 */
async function advance(openings: Openings, keeper: Keeper, context: Context, isQuiet: boolean): Promise<boolean> {
  // Looked at once: predictions may come at any moment, and the old round must end before the next one opens.
  const arrived = openings.arrived();
  const next = isQuiet ? undefined : arrived;
  const current = await openings.current().catch((error: unknown) => {
    // A round that can't be read any more must not keep the next one from opening.
    if (!next) throw error;
    context.log('left the old round as it was', { error: String(error) });
    return undefined;
  });
  const arriving = arrived ? undefined : ifLong(openings.arriving());
  const failures: unknown[] = [];
  const goOn = <T>(work: Promise<T>) => work.catch((error: unknown) => void failures.push(error));
  const failed = isQuiet ? undefined : openings.failed();
  if (failed) await goOn(showFailure(failed.batch, failed.reason, context));
  const empty = isQuiet ? undefined : openings.empty();
  if (empty !== undefined) await goOn(showEmpty(empty, context));
  const coming = { newerBatch: next !== undefined, ...(arriving && { arriving }) };
  const isOvertaken = current && (await goOn(advanceRound(current, context, coming))) === false;
  if (next) await goOn(openings.open(next).then((opened) => advanceRound(opened, context, { newerBatch: false })));
  await goOn(openings.finishOlder((older) => advanceRound(older, context, { newerBatch: true, isOlder: true })));
  const isNew = await goOn(keeper.keep());
  if (failures.length > 0) throw failures[0];
  return isOvertaken === true || isNew === true;
}

/** More than anybody shows; further back nothing has to be read. */
const RESULTS_SHOWN = 20;

/** What is read at once, whatever else is going on. */
function reading(
  { batchNamed, pool = async () => [] }: TaskParts,
  openings: Openings,
  context: Context,
  settle: Settler,
): Pick<
  Task,
  | 'batches'
  | 'pastRound'
  | 'pool'
  | 'history'
  | 'results'
  | 'earlierWinners'
  | 'question'
  | 'exportCsv'
  | 'settledLabels'
  | 'mistakes'
  | 'trend'
  | 'trust'
> {
  const { journal } = context;
  return {
    batches: () => journal.names(),
    pastRound: (batch) => (journal.names().includes(batch) ? pastRoundOf(journal.round(batch)) : undefined),
    pool,
    history: (batch): HistoryEntry[] => {
      const newest = journal.newest();
      const name = batch !== undefined && journal.names().includes(batch) ? batch : newest;
      return name === undefined ? [] : historyOf(journal.round(name), batchNamed(name).folder, name !== newest);
    },
    results: () => journal.deployments().take(RESULTS_SHOWN).toArray(),
    earlierWinners: () => earlierWinners({ journal }),
    question: (id): Question | undefined => {
      const current = openings.known();
      const question = current && journal.round(current.batch.name).questions.get(id);
      return question && shownQuestion(current, question);
    },
    exportCsv: () => journal.csv(),
    settledLabels: () => settleAll(settle, context),
    trend: () => trendOf(journal),
    trust: () => trustIn(journal),
    mistakes: (of) => findMistakes(of, { openings, journal, batchNamed }),
  };
}

/** A minute at least: sooner the new card says it all. Where no worker is there, nobody can tell. */
function ifLong(arriving: Arriving | undefined): Arriving | undefined {
  const isLong = arriving?.secondsLeft !== undefined && arriving.secondsLeft > 60;
  return isLong || arriving?.workers === 0 ? arriving : undefined;
}
