import type { FactOf } from '../../round/facts.ts';
import { MessageRefused } from '../going-on/obstacle.ts';
import type { Channel, NamedDigest, Posted } from '../people.ts';
import { digestAt, digestOf, keptWith } from './digest.ts';
import { digestKey } from './keys.ts';
import type { Member, Results } from './results.ts';

/**
 * The daily announcements of several tasks in one message. Its facts are kept with each task that it speaks of, so that
 * it is known as long as any of them can be read. `id`: of the channel that they share for results.
 *
 * @returns what makes the part of the task of this name.
 */
export function openTogether(channel: Pick<Channel, 'post' | 'edit'>, id: string): (task: string) => Results {
  const joined = new Map<string, Joined>();
  const members = () => [...joined.values()];
  // One after the other, so that two tasks whose hour has come post one message.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  return (task) => ({
    join: (member) => void joined.set(task, { task, ...member }),
    announceDay: (date) =>
      inTurn(async () => {
        const place = placeOf(date, members(), id);
        const speaks = spokenOf(date, members(), id, { isPosted: place !== undefined });
        return place ? confirm(date, speaks, place, channel) : postUnlessSilent(date, speaks, channel);
      }),
    renew: (date) =>
      inTurn(async () => {
        const place = placeOf(date, members(), id);
        if (!place) return false;
        channel.edit(place, messageOf(date, spokenOf(date, members(), id, { isPosted: true, at: place.at })));
        return true;
      }),
  });
}

type Joined = Member & { readonly task: string };
type Speaker = Joined & Pick<NamedDigest, 'digest'> & { readonly keptIn: string };

/** Tried again by and by where it is refused as it is: then false. */
async function postUnlessSilent(date: string, speaks: readonly Speaker[], channel: Pick<Channel, 'post' | 'edit'>) {
  const [first] = speaks;
  if (first === undefined) return true;
  const effort = {
    round: first.keptIn,
    name: `post:${digestKey(date)}`,
    trouble: (problem: string) => ({ kind: 'message' as const, batch: first.keptIn, problem }),
    isLasting: (error: unknown) => error instanceof MessageRefused,
  };
  return first.attempts.attempt(effort, () => post(date, speaks, channel));
}

/** A fact with every task before it goes out, and one after. */
async function post(date: string, speaks: readonly Speaker[], channel: Pick<Channel, 'post' | 'edit'>): Promise<void> {
  const key = digestKey(date);
  const before = { kind: 'posting' as const, key: `posting:${key}:1`, message: key };
  let perhapsPosted = false;
  for (const { journal, keptIn } of speaks) if (!(await journal.record(keptIn, before))) perhapsPosted = true;
  const message = messageOf(date, speaks);
  const posted = await channel.post(message, { perhapsPosted });
  // What was found may say what was so then.
  if (perhapsPosted) channel.edit(posted, message);
  for (const one of speaks) await recordPosted(key, posted, one);
}

/** After a kill between their facts, whoever the message speaks of knows that it is there, and it says what is so now. */
async function confirm(
  date: string,
  speaks: readonly Speaker[],
  place: Posted,
  channel: Pick<Channel, 'edit'>,
): Promise<boolean> {
  const key = digestKey(date);
  const unaware = speaks.filter(({ journal, keptIn }) => !journal.round(keptIn).posted.has(key));
  if (unaware.length > 0) channel.edit(place, messageOf(date, speaks));
  for (const one of unaware) await recordPosted(key, place, one);
  return true;
}

async function recordPosted(key: string, { channel, ts }: Posted, { journal, keptIn }: Speaker): Promise<void> {
  await journal.record(keptIn, { kind: 'posted', key: `posted:${key}:1`, message: key, channel, ts });
}

/** Where the message of this date stands, and since when, by what any task knows of it. */
function placeOf(date: string, members: readonly Joined[], id: string): FactOf<'posted'> | undefined {
  for (const { journal } of members) {
    const keptIn = keptWith(date, journal);
    const posted = keptIn === undefined ? undefined : journal.round(keptIn).posted.get(digestKey(date));
    if (posted?.channel === id) return posted;
  }
  return undefined;
}

/**
 * The tasks of which the message of this date speaks, and what it says of them as of `at`, or now: those that had begun
 * to post it, and, until it is posted, those that have something to say.
 */
function spokenOf(
  date: string,
  members: readonly Joined[],
  id: string,
  { isPosted, at }: { readonly isPosted: boolean; readonly at?: string },
): Speaker[] {
  return members.flatMap((one): Speaker[] => {
    const { journal } = one;
    const begunIn = keptWith(date, journal);
    if (begunIn !== undefined) {
      const posted = journal.round(begunIn).posted.get(digestKey(date));
      // One in a task's own channel is of before it shared this one.
      if (posted && posted.channel !== id) return [];
      return [{ ...one, keptIn: begunIn, digest: digestAt(date, begunIn, journal, at) }];
    }
    const newest = journal.newest();
    const digest = newest === undefined || isPosted ? undefined : digestOf(date, newest, journal);
    return digest && newest !== undefined ? [{ ...one, keptIn: newest, digest }] : [];
  });
}

function messageOf(date: string, speaks: readonly Speaker[]) {
  const digests = speaks.map(({ task, digest }) => ({ task, digest }));
  return { kind: 'digests' as const, key: digestKey(date), date, digests };
}
