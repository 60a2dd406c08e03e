import { setTimeout as sleep } from 'node:timers/promises';
import { WebAPIPlatformError } from '@slack/web-api';
import { filesIn, type Shown, withoutFiles } from '../say/without-files.ts';
import type { Uploads } from './files/uploads.ts';
import { errorCode } from './refusals.ts';

/** Where images are shown. Whether Slack takes them is documented for messages only, so each place has its own answer. */
type ImagePlace = 'messages' | 'windows' | 'home' | 'notes';

/** Sends what has images in it, and without them where Slack does not take them: nothing people wait for stays away. */
export type Showing = {
  /** Gives what `send` gave, and whether all images are in it. What was refused is forgotten, to be uploaded anew. */
  send<S extends Shown, T>(
    place: ImagePlace,
    shown: S,
    send: (shown: S) => Promise<T>,
  ): Promise<{ readonly answer: T; readonly isWhole: boolean }>;
  /** False where Slack has refused images again and again: then it is left alone for some minutes. */
  takes(place: ImagePlace): boolean;
  /** True where Slack has taken an image, and none was refused since. */
  isProven(place: ImagePlace): boolean;
};

/** A file that Slack has not finished looking at is taken a little later. In windows nobody can wait: a trigger lives 3 s. */
const patienceMs: Readonly<Record<ImagePlace, readonly number[]>> = {
  messages: [1_000, 2_000],
  windows: [],
  home: [1_000],
  notes: [500],
};
/** This many refusals in a row are not about one file. */
const refusalsMax = 2;
const leftAloneMs = 10 * 60_000;

/** `forget`, `deletedOf`: of the uploads that are shown. */
export function openShowing({ forget, deletedOf }: Pick<Uploads, 'forget' | 'deletedOf'>): Showing {
  const refusals = new Map<ImagePlace, number>();
  const leftAloneUntil = new Map<ImagePlace, number>();
  const takes = (place: ImagePlace) => (leftAloneUntil.get(place) ?? 0) <= performance.now();

  function noteRefusal(place: ImagePlace, files: readonly string[]): void {
    const count = (refusals.get(place) ?? 0) + 1;
    refusals.set(place, count);
    if (count >= refusalsMax) leftAloneUntil.set(place, performance.now() + leftAloneMs);
    // Where the place is to blame, other places may show the file.
    else forget(files);
  }

  /** What to leave out after a refusal; undefined where it is not about images, or none is left to leave out. */
  function blame(error: unknown, shown: Shown, refused: ReadonlySet<string>): string[] | undefined {
    const files = filesIn(shown.blocks);
    const left = files.flat().filter((file) => !refused.has(file));
    if (left.length === 0 || !mayBeAboutFiles(error)) return undefined;
    const named = namedFiles(error, files).filter((file) => left.includes(file));
    return named.length > 0 ? named : left;
  }

  /**
   * After a refusal: a moment of patience, then the images it is about are left out; those that were deleted at once, which
   * says nothing about the place. Throws where it is about none.
   */
  async function giveWay(error: unknown, place: ImagePlace, shown: Shown, refused: Set<string>, attempt: number) {
    const blamed = blame(error, shown, refused);
    if (blamed === undefined) throw error;
    const deleted = await deletedOf(blamed);
    for (const file of deleted) refused.add(file);
    if (deleted.length > 0) return;
    const waitMs = patienceMs[place][attempt];
    if (waitMs !== undefined) return sleep(waitMs);
    noteRefusal(place, blamed);
    for (const file of blamed) refused.add(file);
  }

  async function send<S extends Shown, T>(place: ImagePlace, shown: S, sendShown: (shown: S) => Promise<T>) {
    const refused = new Set<string>(takes(place) ? [] : filesIn(shown.blocks).flat());
    for (let attempt = 0; ; attempt++) {
      const left = withoutFiles(shown, refused);
      try {
        const answer = await sendShown(left);
        if (filesIn(left.blocks).flat().length > 0) refusals.set(place, 0);
        return { answer, isWhole: refused.size === 0 };
      } catch (error) {
        await giveWay(error, place, shown, refused, attempt);
      }
    }
  }

  return { send, takes, isProven: (place) => refusals.get(place) === 0 && takes(place) };
}

/** What an answer to a response URL says when it is refused. */
export class NoteRefused extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(`Slack answered ${status} to a private note: ${text}`);
    this.status = status;
  }
}

/** Slack says no more than that something about the blocks is wrong. */
function mayBeAboutFiles(error: unknown): boolean {
  if (error instanceof NoteRefused) return true;
  return ['invalid_blocks', 'invalid_arguments', 'file_not_found', 'file_deleted'].includes(errorCode(error) ?? '');
}

/** The files of the blocks that Slack's explanations point at; none where it does not say. */
function namedFiles(error: unknown, files: readonly (readonly string[])[]): string[] {
  if (!(error instanceof WebAPIPlatformError)) return [];
  const explanations = error.data.response_metadata?.messages ?? [];
  return explanations.flatMap((text) => files[Number(/\/blocks\/(\d+)/.exec(text)?.[1])] ?? []);
}
