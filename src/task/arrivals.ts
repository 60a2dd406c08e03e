import type { Batch, Predicted, PredictProgress, Source } from '../predictions/source.ts';
import { isNewer } from '../round/batch-order.ts';
import type { Arriving } from './people.ts';

/** The pool at work on a batch that has no round yet. */
type Run = { readonly batch: Batch; progress?: PredictProgress; predicted?: Predicted; failure?: string };

export type Arrivals = {
  /** Looks for a batch newer than the newest round, and starts the models on it. What fails is logged and tried again. */
  look(newestRound: string | undefined): Promise<void>;
  /** The newest run, until its round is open. */
  readonly run: Run | undefined;
  /** How far the models are with it. */
  readonly arriving: Arriving | undefined;
  roundIsOpen(): void;
};

/** A line for the operator while the models run. */
const sayEveryMs = 3_000;

/** Finds new batches and runs the models over them, not awaited: people go on with the old round meanwhile. */
export function openArrivals(setup: {
  readonly source: Source;
  readonly findBatch: (after?: string) => Promise<Batch | undefined>;
  readonly log: (event: string, fields?: Record<string, unknown>) => void;
  /** Called when models have run. */
  readonly onPredicted: () => void;
}): Arrivals {
  const { source, findBatch, log, onPredicted } = setup;
  let run: Run | undefined;

  async function findNewer(newestRound: string | undefined): Promise<Batch | undefined> {
    const batch = await findBatch(newestRound).catch((error: unknown) => {
      // Without its folder of batches the bot still takes answers.
      log('no batch looked for, will try again', { error: String(error) });
      return undefined;
    });
    return batch && (newestRound === undefined || isNewer(batch.name, newestRound)) ? batch : undefined;
  }

  function runPool(batch: Batch): Run {
    const begun: Run = { batch };
    log('running the models', { batch: batch.name });
    let saidMs = performance.now();
    source
      .predict(batch, (progress) => {
        begun.progress = progress;
        if (performance.now() - saidMs < sayEveryMs) return;
        saidMs = performance.now();
        const { done, of, models, perSecond, secondsLeft } = progress;
        log('running the models', { batch: batch.name, images: `${done} of ${of}`, models, perSecond, secondsLeft });
      })
      .then(
        (predicted) => {
          begun.predicted = predicted;
          const { images, models } = predicted;
          log('models have run', { batch: batch.name, images: images.length, models: models.length });
          onPredicted();
        },
        (error: Error) => {
          begun.failure = error.message;
          log('models could not run', { batch: batch.name, error: error.message });
        },
      );
    return begun;
  }

  return {
    async look(newestRound) {
      const batch = await findNewer(newestRound);
      // What failed is tried again, or forgotten when its batch was taken away.
      if (run?.failure !== undefined) run = undefined;
      if (batch && (!run || isNewer(batch.name, run.batch.name))) run = runPool(batch);
    },
    get run() {
      return run;
    },
    get arriving() {
      if (!run || run.failure !== undefined) return undefined;
      const { done = 0, of = 0, secondsLeft } = run.progress ?? {};
      return { batch: run.batch.name, done, of, ...(secondsLeft !== undefined && { secondsLeft }) };
    },
    roundIsOpen() {
      run = undefined;
    },
  };
}
