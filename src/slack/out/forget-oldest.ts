type Kept = { readonly size: number; keys(): IterableIterator<string>; delete(key: string): boolean };

/** Drops the oldest entries beyond `max`: the bot runs for months, and nobody looks that far back. */
export function forgetOldest(kept: Kept, max: number): void {
  for (const oldest of kept.keys()) {
    if (kept.size <= max) return;
    kept.delete(oldest);
  }
}

/** Sets an entry and counts it as new, so that what is in use stays, and at most `max` do. */
export function keepNewest<T>(kept: Map<string, T>, key: string, value: T, max: number): void {
  kept.delete(key);
  kept.set(key, value);
  forgetOldest(kept, max);
}
