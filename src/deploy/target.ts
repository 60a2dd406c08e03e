import type { Result } from '../round/facts.ts';

/** Puts a winner where its readers find it; doing it twice changes nothing. */
export type Deploy = (deployment: { batch: string; result: Result; model: string; sha256: string }) => Promise<void>;
