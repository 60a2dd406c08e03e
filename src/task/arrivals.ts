import { type Log, type News, openNews } from '../log.ts';
import type { Batch, Predicted, PredictProgress, Source } from '../predictions/source.ts';
import { isNewer } from '../round/batch-order.ts';

/** A batch that the models are looking at: so many of its images are done; `workers` and their rate where other machines do it. */
export type Arriving = {
  readonly batch: string;
  readonly done: number;
  readonly of: number;
  readonly secondsLeft?: number;
  readonly workers?: number;
  readonly perSecond?: number;
};

/** The source at work on a batch that has no round yet. */
type Run = { readonly batch: Batch; progress?: PredictProgress; predicted?: Predicted; failure?: string };

/** A batch whose predictions are there: its round may open. */
export type Arrival = { readonly batch: Batch; readonly predicted: Predicted };

/** The batches that come, until each has its round. */
export type Arrivals = {
  /** Looks for a batch newer than this round, and starts the source on it. What fails is logged and tried again. */
  look(newestRound: string | undefined): Promise<void>;
  /** The newest batch, once its predictions are there. */
  arrived(): Arrival | undefined;
  /** How far the source is with it. */
  arriving(): Arriving | undefined;
  /** Why there are no predictions of it. */
  failed(): { readonly batch: string; readonly reason: string } | undefined;
  /** The newest folder that stays empty, where one is newer than every batch that has come. */
  empty(): string | undefined;
  /** When the folder of batches was last looked through, ISO 8601; undefined before that has worked. */
  lookedAt(): string | undefined;
  /** Its round is open. */
  settle(arrival: Arrival): void;
};

/** What finding batches needs. */
export type ArrivalParts = {
  readonly source: Source;
  /**
   * The newest batch that has fully arrived; newer than one, where that is named. Folders that are newer still and stay
   * empty are told to `emptied`.
   */
  readonly findBatch: (after?: string, emptied?: (batch: string) => void) => Promise<Batch | undefined>;
  readonly now: () => Date;
  readonly log: Log;
  /** Called when predictions are there, or will not come. */
  readonly onArrival: () => void;
};

/** A line for the operator while the models run. */
const SAY_EVERY_MS = 3_000;

/** Finds new batches and asks the source about them, not awaited: people go on with the old round meanwhile. */
export function openArrivals(parts: ArrivalParts): Arrivals {
  const news = openNews(parts.log);
  let run: Run | undefined;
  let empty: string | undefined;
  let lookedAt: string | undefined;
  let looking: Promise<void> | undefined;

  async function look(newestRound: string | undefined): Promise<void> {
    const isAtWork = run !== undefined && run.failure === undefined;
    const newest = isAtWork ? run?.batch.name : newestRound;
    let emptied: string | undefined;
    const { isDone, batch } = await findNewer(parts, news, newest, (name) => {
      if (emptied === undefined || isNewer(name, emptied)) emptied = name;
    });
    if (isDone) lookedAt = parts.now().toISOString();
    empty = emptied;
    // What failed is tried again, or forgotten when its batch was taken away.
    if (!isAtWork) run = undefined;
    if (batch) run = startRun(batch, parts, news);
  }

  return {
    look: (newestRound) => {
      looking ??= look(newestRound).finally(() => {
        looking = undefined;
      });
      return looking;
    },
    arrived: () => run?.predicted && { batch: run.batch, predicted: run.predicted },
    arriving: () => (run && run.failure === undefined ? arrivingOf(run) : undefined),
    failed: () => (run?.failure === undefined ? undefined : { batch: run.batch.name, reason: run.failure }),
    empty: () => empty,
    lookedAt: () => lookedAt,
    settle: ({ batch }) => {
      if (run?.batch === batch) run = undefined;
    },
  };
}

/** Never throws: without its folder of batches the task still takes answers. */
async function findNewer(
  { findBatch, log }: ArrivalParts,
  news: News,
  newest: string | undefined,
  emptied: (batch: string) => void,
): Promise<{ readonly isDone: boolean; readonly batch?: Batch }> {
  try {
    const batch = await findBatch(newest, emptied);
    if (news.end('no batch looked for, will try again')) log('batches are looked for again');
    const isNew = batch && (newest === undefined || isNewer(batch.name, newest));
    return { isDone: true, ...(isNew && { batch }) };
  } catch (error) {
    news.tell('no batch looked for, will try again', { error: String(error) });
    return { isDone: false };
  }
}

/** A batch that failed is tried again at each look: that is not news, and neither is the same failure. */
function startRun(batch: Batch, { source, log, onArrival }: ArrivalParts, news: News): Run {
  const run: Run = { batch };
  news.tell('running the models', { batch: batch.name });
  source.predict(batch, sayProgress(run, log)).then(
    (predicted) => {
      run.predicted = predicted;
      const { images, models } = predicted;
      log('models have run', { batch: batch.name, images: images.length, models: models.length });
      onArrival();
    },
    (error: Error) => {
      run.failure = error.message;
      news.tell('models could not run', { batch: batch.name, error: error.message });
      onArrival();
    },
  );
  return run;
}

function sayProgress(run: Run, log: Log): (progress: PredictProgress) => void {
  let saidMs = performance.now();
  return (progress) => {
    run.progress = progress;
    if (performance.now() - saidMs < SAY_EVERY_MS) return;
    saidMs = performance.now();
    const { done, of, models, workers, secondsLeft } = progress;
    const perSecond = progress.perSecond && Number(progress.perSecond.toPrecision(2));
    log('running the models', {
      batch: run.batch.name,
      images: `${done} of ${of}`,
      models,
      workers,
      perSecond,
      secondsLeft,
    });
  };
}

function arrivingOf({ batch, progress }: Run): Arriving {
  const { done = 0, of = 0, secondsLeft, workers, perSecond } = progress ?? {};
  const work = workers !== undefined && { workers, ...(perSecond !== undefined && { perSecond }) };
  return { batch: batch.name, done, of, ...(secondsLeft !== undefined && { secondsLeft }), ...work };
}
