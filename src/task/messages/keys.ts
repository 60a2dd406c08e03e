/** Messages are known by keys that are unique over all rounds; whoever makes or reads one does it here. */

/** The key of a round's card. */
export function cardKey(batch: string): string {
  return `${batch}:card`;
}

/** The key of the announcement of a round's n-th result. */
export function resultKey(batch: string, number: number): string {
  return `${batch}:result:${number}`;
}

/** Whether a key is that of an announced result of this batch. */
export function isResultOf(batch: string, key: string): boolean {
  return key.startsWith(`${batch}:result:`);
}

/** Whether a key belongs to a round's card or one of its results. */
export function isAbout(batch: string, key: string): boolean {
  return key === cardKey(batch) || isResultOf(batch, key);
}

/** The key of a short message about something in a round. */
export function noticeKey(batch: string, about: string): string {
  return `${batch}:notice:${about}`;
}

/** The key of the message that a batch's models could not run. */
export function failureKey(batch: string): string {
  return noticeKey(batch, 'failed');
}

/** The key of the message that a batch's folder is there and nothing in it. */
export function emptyKey(batch: string): string {
  return noticeKey(batch, 'empty');
}

const DIGEST = ':digest';

/** The key of a date's announcement. */
export function digestKey(date: string): string {
  return `${date}${DIGEST}`;
}

/** Whether a key is that of a daily announcement. */
export function isDigest(key: string): boolean {
  return key.endsWith(DIGEST);
}

/** The local date of a daily announcement's key. */
export function dateOf(digest: string): string {
  return digest.slice(0, -DIGEST.length);
}
