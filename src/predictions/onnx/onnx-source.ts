import { recallPredicted } from '../kept.ts';
import { latestOnly } from '../latest-only.ts';
import type { Predicted, Source } from '../source.ts';
import type { LeftOut } from './describe/described-model.ts';
import { predictBatch } from './predict-batch.ts';
import type { PoolRequest } from './run/prepare-pool.ts';
import type { Runner } from './run/runner.ts';

type PredictCall = Parameters<Source['predict']>;

/** What a source of this kind is made of. */
export type OnnxSourceRequest = Omit<PoolRequest, 'signal' | 'models'> & {
  /** Folder of the models; without it each batch brings its predictions itself. */
  readonly models?: string | undefined;
  /** Brings that folder up to date before the models of a batch run; gives who is absent, and why. */
  readonly refresh?: (signal?: AbortSignal) => Promise<readonly LeftOut[]>;
  /** The folder that keeps what the pool said about a batch, by the batch's name. */
  readonly resultsOf: (batch: string) => string;
  /** Asked before anything in these folders changes; throws where another process has taken the task over since. */
  readonly refuseIfLost: () => Promise<void>;
  /** What runs the models of a batch; otherwise a process of this machine. */
  readonly run?: Runner;
  /** Calls off whatever is being predicted. */
  readonly signal: AbortSignal;
};

/** Runs the ONNX models of a folder, and joins what a batch brings itself; of several batches the newest is predicted, and the one before is called off. */
export function onnxSource({ resultsOf, signal, ...pool }: OnnxSourceRequest): Source {
  const predict = latestOnly(
    ([{ name, folder }, onProgress]: PredictCall, signal) =>
      predictBatch({ ...pool, batch: folder, results: resultsOf(name), onProgress, signal }),
    signal,
  );
  return {
    predict: async (...wanted) => withoutScores(await predict(wanted)),
    recall: async (batch) => {
      const folder = resultsOf(batch);
      const predicted = await recallPredicted(folder);
      if (predicted) return predicted;
      throw new Error(`The predictions of batch ${batch} are gone from ${folder}. Put them back from a backup.`);
    },
  };
}

/** They are kept on disk: no round needs them, and those of a large batch would fill memory for as long as it is open. */
function withoutScores({ classes, images, setAside, models, leftOut, predictions }: Predicted): Predicted {
  return { classes, images, setAside, models, leftOut, predictions };
}
