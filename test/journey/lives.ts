import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { rehearse } from '../../src/demo/rehearsal.ts';
import { takeTurn } from './admin.ts';
import { ADMIN, BATCH, ended, faultsOf, openServed, ROOT, readFacts, type Served, untilAtRest } from './served.ts';

/** What came of a bot that was killed over and over; `died` are the moments at which it was. */
export type Lives = {
  readonly faults: string[];
  readonly died: string[];
  readonly events: number;
  readonly winner: string;
};

/** How long everything may take to be handed over once the bot is left alone. */
const REST_MS = 120_000;

/** Longer than any life lasts, on a machine that is busy with other things. */
const LIFE_MS = 240_000;

/**
 * People label a batch and an admin changes what serves, while the bot is killed at one moment after the other (`dieAt`, each
 * counted from the start of its life) and started again. In the end it is left alone, and everything must stand where the
 * facts say.
 */
export async function playLives(deploy: 'automatic' | 'ask', dieAt: readonly number[]): Promise<Lives> {
  const served = await openServed(deploy);
  const faults: string[] = [];
  let isLabeled = false;
  const truthFile = join(ROOT, 'data/demo/truth', `${BATCH}.csv`);
  const played = rehearse({ ...served, people: [ADMIN, 'U0BEN'], truthFile: () => truthFile, print: () => undefined });
  const labeled = played.then((result) => {
    isLabeled = true;
    return result;
  });
  try {
    for (const moment of dieAt) faults.push(...(await live(served, moment, () => isLabeled)));
    const bot = served.startBot();
    const { model } = await labeled;
    await takeTurn(served);
    faults.push(...(await untilAtRest(served, REST_MS)));
    bot.kill('SIGTERM');
    await ended(bot);
    return { faults, died: await served.deaths(), events: served.receiver.taken.length, winner: model };
  } finally {
    await served.close();
  }
}

/** One life of the bot, to its end; gives what does not hold after it. */
async function live(served: Served, moment: number, isLabeled: () => boolean): Promise<string[]> {
  const before = (await readFacts(served)).journal.facts(BATCH);
  const bot = served.startBot(moment);
  const giveUpAt = Date.now() + LIFE_MS;
  while (bot.exitCode === null && bot.signalCode === null) {
    if (Date.now() > giveUpAt) bot.kill('SIGKILL');
    await sleep(100);
    if (isLabeled()) await takeTurn(served);
  }
  const after = (await readFacts(served)).journal.facts(BATCH);
  const lost = isDeepStrictEqual(after.slice(0, before.length), before) ? [] : ['facts were lost'];
  const wrong = bot.signalCode === 'SIGKILL' ? [] : [`the bot ended by itself with code ${bot.exitCode}`];
  return [...lost, ...wrong, ...(await faultsOf(served, { isAtRest: false }))];
}
