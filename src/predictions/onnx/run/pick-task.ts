import type { PoolModel } from '../describe/described-model.ts';
import { runSizeOf } from './job.ts';

/** A model of the pool, and the blocks it still has to do. */
export type Line = {
  readonly model: PoolModel;
  /** Blocks nobody has taken yet. */
  readonly open: Set<number>;
  /** Blocks without an answer yet, taken or not. */
  readonly left: Set<number>;
};

/** Models with an open session, the longest unused first. */
export type Sessions = Map<string, PoolModel>;

/** What to do next; `close` names the sessions that make room for it. */
type Pick = { readonly line: Line; readonly block: number; readonly close: readonly string[] };

/** What the open sessions of all workers may take, by estimate. */
const SESSION_BYTES_MAX = 200e6;

/**
 * The next thing for a worker to do, if any: best with a session it has open, else with a model nobody has. A model that
 * another worker has open is shared only where more than one block of it waits. A session is closed for another only
 * when no new pixels can come before (`isStuck`), so that each is opened once for a whole window of images; one whose
 * model is done is closed at the next chance.
 */
export function pickTask(
  lines: readonly Line[],
  ready: readonly number[],
  own: Sessions,
  others: readonly Sessions[],
  isStuck: boolean,
): Pick | undefined {
  const waiting = lines
    .map((line) => ({ line, blocks: ready.filter((block) => line.open.has(block)) }))
    .filter(({ blocks }) => blocks.length > 0);
  const done = [...own.keys()].filter((name) => !lines.some(({ model, left }) => model.name === name && left.size > 0));
  const current = [...own.keys()].reverse();
  for (const name of current) {
    const mine = waiting.find(({ line }) => line.model.name === name);
    if (mine) return { line: mine.line, block: mine.blocks[0]!, close: done };
  }
  const isOpenElsewhere = (line: Line) => others.some((sessions) => sessions.has(line.model.name));
  // The most work first, so that the end is made of small pieces that finish together.
  waiting.sort((a, b) => b.blocks.length * workOf(b.line.model) - a.blocks.length * workOf(a.line.model));
  const fresh = waiting.filter(({ line }) => !isOpenElsewhere(line));
  const shared = waiting.filter(({ line, blocks }) => isOpenElsewhere(line) && blocks.length > 1);
  for (const { line, blocks } of [...fresh, ...shared]) {
    const kept = new Map([...own].filter(([name]) => !done.includes(name)));
    const close = toClose(kept, SESSION_BYTES_MAX / (others.length + 1) - sessionBytesOf(line.model));
    if (close.length === 0 || isStuck) return { line, block: blocks[0]!, close: [...done, ...close] };
  }
  return undefined;
}

/** The longest unused sessions, until the others fit into `room`. */
function toClose(sessions: Sessions, room: number): string[] {
  let used = [...sessions.values()].reduce((sum, model) => sum + sessionBytesOf(model), 0);
  const close: string[] = [];
  for (const [name, model] of sessions) {
    if (used <= room) break;
    used -= sessionBytesOf(model);
    close.push(name);
  }
  return close;
}

/** Weights are held twice (as read and as packed for the processor), and a run's layers lie side by side. */
function sessionBytesOf({ bytes, spec }: PoolModel): number {
  const inputBytes = runSizeOf(spec) * 3 * spec.framing.width * spec.framing.height * 4;
  return 2 * bytes + 10 * inputBytes + 2e6;
}

/** Convolutions cost about their weights times the places they are applied to. */
function workOf({ bytes, spec }: PoolModel): number {
  return bytes * spec.framing.width * spec.framing.height;
}
