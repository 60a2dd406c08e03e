import type { Happening, Listener } from '../../deploy/listener.ts';
import { handOverName, isServed, type Target } from '../../deploy/target.ts';
import type { Predicted } from '../../predictions/source.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../context.ts';
import { handOverOf } from '../going-on/hand-over.ts';
import { type ToServe, wantedIn } from '../serving/served.ts';
import { type Courier, type Errand, openCourier } from './courier.ts';
import { happeningsSince } from './happenings.ts';
import { LEDGER, type Ledger, openLedger } from './ledger.ts';

/** Targets on other machines and whoever is told what happens: nothing else ever waits for them. */
export type Handing = {
  /** Facts may have changed: brings everybody up to date, in its own time. */
  poke(): void;
  /** How many targets do not have yet what is to serve. */
  pending(): number;
  /** Resolves when nothing is being handed over at the moment. */
  idle(): Promise<void>;
  close(): void;
};

type HandingParts = {
  readonly targets?: readonly Target[];
  readonly listeners?: readonly Listener[];
  readonly store: Store;
  readonly context: Context;
  readonly predictedOf: (batch: string) => Promise<Predicted>;
  /** What people see of hand-overs may have changed. */
  readonly onChange: () => void;
};

/** The longest waits: a registry that is up again has the right alias within a minute; a receiver is let rest. */
const [TARGET_WAIT_MS, LISTENER_WAIT_MS] = [40_000, 600_000];

/** Goes on from what the facts say each of them has. */
export function openHanding({
  targets = [],
  listeners = [],
  store,
  context,
  predictedOf,
  onChange,
}: HandingParts): Handing {
  const { attempts, log, journal } = context;
  const ledger = openLedger(store, journal.record);
  const courier = (next: () => Promise<Errand | undefined>) => openCourier(next, attempts, log, onChange);
  const couriers: Courier[] = [
    ...targets.map((target) => courier(errandsTo(target, ledger, context, predictedOf))),
    ...listeners.map((listener) => courier(errandsOf(listener, ledger, context, store))),
  ];
  return {
    pending: () => {
      const wanted = wantedIn(journal);
      return wanted ? targets.filter(({ name }) => ledger.last(name) !== nameOf(wanted, context)).length : 0;
    },
    poke: () => couriers.forEach((one) => void one.poke()),
    idle: async () => void (await Promise.all(couriers.map((one) => one.idle()))),
    close: () => couriers.forEach((one) => void one.close()),
  };
}

/** What a target should have and was not handed yet; once for each process also what it had, as somebody may have changed it. */
function errandsTo(
  target: Target,
  ledger: Ledger,
  context: Context,
  predictedOf: HandingParts['predictedOf'],
): () => Promise<Errand | undefined> {
  let isLookedAt = false;
  return async () => {
    const wanted = wantedIn(context.journal);
    if (!wanted) return undefined;
    const { batch, result } = wanted;
    const name = nameOf(wanted, context);
    const isHanded = ledger.last(target.name) === name;
    if (isHanded && isLookedAt) return undefined;
    const trouble = (problem: string) => ({
      ...{ kind: 'hand-over' as const, batch, model: result.model, target: target.name, problem },
    });
    return {
      effort: { round: LEDGER, name: `${target.name}:${name}`, trouble, waitMostMs: TARGET_WAIT_MS },
      work: async () => {
        const winner = handOverOf(wanted, await predictedOf(batch), context);
        const isThere = isHanded && isServed(await target.serving(), winner);
        if (!isThere) await target.handOver(winner);
        if (!isHanded) await ledger.note(target.name, name);
        isLookedAt = true;
      },
    };
  };
}

/** What the ledger calls it: a result that is withdrawn is handed over anew. */
function nameOf(wanted: ToServe, { journal }: Context): string {
  const isWithdrawn = journal.round(wanted.batch).withdrawnBy.has(wanted.result.number);
  return `${wanted.pin?.id ?? handOverName(wanted)}${isWithdrawn ? ' withdrawn' : ''}`;
}

/** The oldest event that a listener has not heard; the next one waits for it, so that it hears them in order. */
function errandsOf(
  listener: Listener,
  ledger: Ledger,
  context: Context,
  store: Store,
): () => Promise<Errand | undefined> {
  const { name } = listener;
  return async () => {
    const { since, events, isGone } = ledger.heardBy(name);
    if (isGone) return undefined;
    if (since === undefined) {
      await ledger.begin(name);
      return undefined;
    }
    const due = happeningsSince(since, context.journal, store.rounds()).find(
      (event) => !events.has(event.id) && listener.wants(event.type) && !isAbout(event, name),
    );
    if (!due) return undefined;
    const trouble = (problem: string) => ({ kind: 'event' as const, batch: '', target: name, problem });
    return {
      effort: { round: LEDGER, name: `${name}:${due.id}`, trouble, waitMostMs: LISTENER_WAIT_MS },
      work: async () => {
        const answer = await listener.tell(due);
        await (answer === 'gone' ? ledger.end(name) : ledger.note(name, due.id));
        if (answer === 'gone') await tellGone(name, context);
      },
    };
  };
}

/** Admins hear of it once: it is not a failure that passes. */
async function tellGone(target: string, { channel, log }: Context): Promise<void> {
  log('a receiver wants nothing any more', { target });
  const trouble = { kind: 'receiver gone' as const, batch: '', target, problem: 'It answered 410 Gone.' };
  await channel.tellAdmins(trouble).catch((error: unknown) => {
    log('an admin could not be told', { about: target, error: String(error) });
  });
}

/** Nobody is told of their own failures. */
function isAbout({ type, data }: Happening, listener: string): boolean {
  return type === 'handover.failed' && data.target === listener;
}
