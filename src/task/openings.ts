import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PredictionMatrix } from '../method/predictions.ts';
import type { Batch, Predicted } from '../predictions/source.ts';
import type { Rules } from '../round/facts.ts';
import { type Arrival, type ArrivalParts, type Arrivals, openArrivals } from './arrivals.ts';
import { type EarlierDay, readEarlierDays, type TakenOver, takenOver } from './beliefs/earlier-days.ts';
import { type OpenBeliefs, openBeliefs, openBeliefsSoon } from './beliefs/thread.ts';
import type { Context } from './context.ts';
import { type CurrentRound, openCurrentRound } from './current-round.ts';
import { imagesDrift } from './days/drift.ts';
import { type OlderRounds, openOlderRounds } from './going-on/older-rounds.ts';
import type { NewFact } from './journal.ts';
import { showRecovery } from './messages/notices.ts';
import { refreshView } from './question.ts';

/** What opening rounds needs. */
export type OpeningParts = Omit<ArrivalParts, 'now' | 'log' | 'onArrival'> & {
  /** Where a batch of this name is, whether or not it is still being looked for. */
  readonly batchNamed: (name: string) => Batch;
  /** For rounds opened from now on. */
  readonly rules: Rules;
  /** Where the method works; in a thread of its own unless said otherwise. */
  readonly openBeliefs?: OpenBeliefs;
};

/** So long a start waits for the newest round to be read; a disk may take its time. */
const WAKE_MOST_MS = 1_000;

/** Images that the method chooses first after a start: the others follow while these go up. */
const AT_FIRST = 3;

/** How a batch becomes a round, and a round that of this process. */
export type Openings = Pick<Arrivals, 'arrived' | 'arriving' | 'failed' | 'empty' | 'lookedAt'> & {
  /** Looks for new batches; their predictions are worked out beside everything else. */
  look(): Promise<void>;
  /** The newest round; after a start it is read from disk by whoever asks first. */
  current(): Promise<CurrentRound | undefined>;
  /**
   * Reads the newest round and has its method think, so that the first click after a start waits for neither. Resolves when the
   * method is at work, cannot be, or is not yet after a second.
   */
  wake(): Promise<void>;
  /** The newest round, if it was read already. */
  known(): CurrentRound | undefined;
  /** Opens the round of a batch that has arrived; it is the current one from then on. */
  open(arrival: Arrival): Promise<CurrentRound>;
  /** What the pool said about the batch of any round. */
  predictedOf(batch: string): Promise<Predicted>;
  /** Does what earlier rounds still owe; what fails there is tried again later. */
  finishOlder: OlderRounds['finish'];
  close(): Promise<void>;
};

/** With no round read yet; `onArrival` is called when predictions have come, or will not. */
export function openOpenings(parts: OpeningParts, context: Context, onArrival: () => void): Openings {
  const { journal, log, now } = context;
  const { look, settle, ...arrivals } = openArrivals({ ...parts, now, log, onArrival });
  const soon = parts.openBeliefs || journal.newest() === undefined ? undefined : openBeliefsSoon();
  const openWith = parts.openBeliefs ?? soon?.open ?? openBeliefs;
  const older = openOlderRounds(context, (batch) => recall(batch, parts, context, openWith));
  let current: CurrentRound | undefined;
  let recalling: Promise<void> | undefined;
  let isClosed = false;

  async function recallNewest(): Promise<void> {
    const newest = journal.newest();
    const recalled = newest === undefined ? undefined : await recall(newest, parts, context, openWith);
    // A newer one may have opened meanwhile.
    if (current && recalled) await recalled.beliefs.close();
    else current = recalled;
  }

  async function currentOne(): Promise<CurrentRound | undefined> {
    if (current) return current;
    recalling ??= recallNewest().finally(() => {
      recalling = undefined;
    });
    await recalling;
    return current;
  }

  return {
    ...arrivals,
    look: () => look(journal.newest()),
    known: () => current,
    current: currentOne,
    wake: () =>
      Promise.race([wake(currentOne(), context, () => isClosed), sleep(WAKE_MOST_MS, undefined, { ref: false })]),
    async open(arrival) {
      const { batch, predicted } = arrival;
      const taken = takenOver(journal.names(), journal.facts);
      const earlier = await readEarlier(batch.name, taken, parts, context);
      const opening = openingFact(arrival, parts.rules, earlier.length > 0 ? taken : []);
      // Written together: a crash loses neither, and repeats neither.
      await journal.record(batch.name, opening, ...(await driftOf(predicted, current, parts, context)));
      await showRecovery(batch.name, context);
      if (current) older.leave(current);
      current = openCurrentRound(batch, predicted, parts.rules, earlier, openWith);
      settle(arrival);
      return current;
    },
    predictedOf: async (batch) => (current?.batch.name === batch ? current.predicted : parts.source.recall(batch)),
    finishOlder: older.finish,
    close: async () => {
      isClosed = true;
      await recalling?.catch(() => undefined);
      await soon?.close();
      await current?.beliefs.close();
      await older.close();
    },
  };
}

/** What fails here is told to whoever needs the round. */
async function wake(
  reading: Promise<CurrentRound | undefined>,
  context: Context,
  isClosed: () => boolean,
): Promise<void> {
  const current = await reading.catch(() => undefined);
  if (!current || current.view || isClosed()) return;
  refreshView(current, context.journal.round(current.batch.name), context, AT_FIRST).catch(() => undefined);
}

function openingFact({ batch, predicted }: Arrival, rules: Rules, taken: TakenOver) {
  const { classes, models, images, leftOut, setAside, predictions } = predicted;
  return {
    kind: 'round' as const,
    key: 'round',
    batch: batch.name,
    classes: [...classes],
    images: images.length,
    models: models.map(({ name, sha256, msPerImage, providers }) => ({
      name,
      sha256,
      ...(msPerImage !== undefined && { msPerImage }),
      ...(providers && { providers: [...providers] }),
    })),
    predictions: identityOf(predictions),
    leftOut: [...leftOut],
    setAside: setAside.map(({ file, reason }) => ({ name: file, reason })),
    rules,
    ...(taken.length > 0 && { takesOver: taken }),
  };
}

/** How a batch's images differ from those of the newest before it; nothing is said where those cannot be read any more. */
async function driftOf(
  predicted: Predicted,
  current: CurrentRound | undefined,
  { source }: OpeningParts,
  { journal, log }: Context,
): Promise<NewFact[]> {
  const since = journal.newest();
  if (since === undefined) return [];
  try {
    const before = current?.batch.name === since ? current.predicted : await source.recall(since);
    return imagesDrift(predicted, since, before);
  } catch (error) {
    log('not compared: an earlier day cannot be read', { batch: since, error: String(error) });
    return [];
  }
}

/** Without what it took over a round goes on from nothing: what was announced stays a fact. */
async function readEarlier(
  name: string,
  taken: TakenOver,
  { source }: OpeningParts,
  { journal, log }: Context,
): Promise<EarlierDay[]> {
  try {
    return await readEarlierDays(taken, journal.facts, source.recall);
  } catch (error) {
    log('starts from nothing: an earlier day cannot be read', { batch: name, error: String(error) });
    return [];
  }
}

async function recall(
  name: string,
  parts: OpeningParts,
  context: Context,
  openWith: OpenBeliefs,
): Promise<CurrentRound> {
  const { opened } = context.journal.round(name);
  const predicted: Predicted = await parts.source.recall(name);
  if (identityOf(predicted.predictions) !== opened.predictions) {
    throw new Error(
      `The predictions of batch ${name} are not those its labels are about. Put its predictions folder back as it was, or remove the round's file to start it over.`,
    );
  }
  const earlier = await readEarlier(name, opened.takesOver ?? [], parts, context);
  return openCurrentRound(parts.batchNamed(name), predicted, opened.rules, earlier, openWith);
}

/** SHA-256 over the matrix, so that answers are never counted against other predictions. */
function identityOf({ images, models, classes }: PredictionMatrix): string {
  const bytes = new Uint8Array(classes.buffer, classes.byteOffset, classes.byteLength);
  return createHash('sha256').update(`${images}x${models}:`).update(bytes).digest('hex');
}
