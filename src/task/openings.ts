import { createHash } from 'node:crypto';
import type { PredictionMatrix } from '../method/predictions.ts';
import type { Batch, Predicted } from '../predictions/source.ts';
import type { Rules } from '../round/facts.ts';
import { type Arrival, type ArrivalParts, type Arrivals, openArrivals } from './arrivals.ts';
import { type OpenBeliefs, openBeliefs } from './beliefs/thread.ts';
import type { Context } from './context.ts';
import { type CurrentRound, openCurrentRound } from './current-round.ts';
import { showResults } from './messages/announcements.ts';
import { showCard } from './messages/card.ts';
import { showRecovery } from './messages/notices.ts';

export type OpeningParts = Omit<ArrivalParts, 'log' | 'onArrival'> & {
  /** Where a batch of this name is, whether or not it is still being looked for. */
  readonly batchNamed: (name: string) => Batch;
  /** For rounds opened from now on. */
  readonly rules: Rules;
  /** Where the method works; in a thread of its own unless said otherwise. */
  readonly openBeliefs?: OpenBeliefs;
};

/** How a batch becomes a round, and a round that of this process. */
export type Openings = Pick<Arrivals, 'arrived' | 'arriving' | 'failed'> & {
  /** Looks for new batches; their predictions are worked out beside everything else. */
  look(): Promise<void>;
  /** The newest round; after a start it is read from disk by whoever asks first. */
  current(): Promise<CurrentRound | undefined>;
  /** The newest round, if it was read already. */
  known(): CurrentRound | undefined;
  /** Opens the round of a batch that has arrived; it is the current one from then on. */
  open(arrival: Arrival): Promise<CurrentRound>;
  close(): Promise<void>;
};

export function openOpenings(parts: OpeningParts, context: Context, onArrival: () => void): Openings {
  const { journal, log } = context;
  const { arrived, arriving, failed, look, settle } = openArrivals({ ...parts, log, onArrival });
  let current: CurrentRound | undefined;

  return {
    arrived,
    arriving,
    failed,
    look: () => look(journal.newest()),
    known: () => current,
    current: async () => {
      current ??= await recallNewest(parts, context);
      return current;
    },
    async open(arrival) {
      const { batch, predicted } = arrival;
      await journal.record(batch.name, openingFact(arrival, parts.rules));
      // Its result can't be reopened any more.
      if (current) await showResults(current, context);
      await current?.beliefs.close();
      await showRecovery(batch.name, context);
      current = openCurrentRound(batch, predicted, parts.rules, parts.openBeliefs ?? openBeliefs);
      settle(arrival);
      return current;
    },
    close: async () => current?.beliefs.close(),
  };
}

function openingFact({ batch, predicted }: Arrival, rules: Rules) {
  const { classes, models, images, leftOut, setAside, predictions } = predicted;
  return {
    kind: 'round' as const,
    key: 'round',
    batch: batch.name,
    classes: [...classes],
    images: images.length,
    models: models.map(({ name, sha256, msPerImage }) => ({
      name,
      sha256,
      ...(msPerImage !== undefined && { msPerImage }),
    })),
    predictions: identityOf(predictions),
    leftOut: [...leftOut],
    setAside: setAside.map(({ file, reason }) => ({ name: file, reason })),
    rules,
  };
}

async function recallNewest(parts: OpeningParts, context: Context): Promise<CurrentRound | undefined> {
  const [before, newest] = [undefined, ...context.journal.names()].slice(-2);
  if (newest === undefined) return undefined;
  if (before !== undefined) await tidyUp(before, parts, context);
  return recall(newest, parts, context);
}

/** The last edits of the round before the newest may have been lost in a crash. */
async function tidyUp(name: string, parts: OpeningParts, context: Context): Promise<void> {
  try {
    const round = await recall(name, parts, context);
    await showCard(round, context);
    await showResults(round, context);
    await round.beliefs.close();
  } catch (error) {
    context.log('left the old round as it was', { error: String(error) });
  }
}

async function recall(name: string, parts: OpeningParts, { journal }: Context): Promise<CurrentRound> {
  const { opened } = journal.round(name);
  const predicted: Predicted = await parts.source.recall(name);
  if (identityOf(predicted.predictions) !== opened.predictions) {
    throw new Error(
      `The predictions of batch ${name} are not those its labels are about. Put its predictions folder back as it was, or remove the round's file to start it over.`,
    );
  }
  return openCurrentRound(parts.batchNamed(name), predicted, opened.rules, parts.openBeliefs ?? openBeliefs);
}

/** SHA-256 over the matrix, so that answers are never counted against other predictions. */
function identityOf({ images, models, classes }: PredictionMatrix): string {
  const bytes = new Uint8Array(classes.buffer, classes.byteOffset, classes.byteLength);
  return createHash('sha256').update(`${images}x${models}:`).update(bytes).digest('hex');
}
