import { isDeepStrictEqual } from 'node:util';
import type { Fact } from '../../src/round/facts.ts';
import { roundOf } from '../../src/round/round.ts';
import { chanceFrom } from '../../src/simulate/chance.ts';
import { checkEnd } from './invariants.ts';
import { arrive, drawRules, type Office, openOffice, type Process, settled, startProcess } from './office.ts';
import { actAtRandom, answerCardTruly, newestCard, type Post, pick, watch, weighed } from './people.ts';
import { createWitness, type Witness } from './witness.ts';

/** How one run ended: what was broken, and the last things that happened before. */
export type Ending = { readonly broken: readonly string[]; readonly trace: readonly string[]; readonly lives: number };

const STEPS = 90;
const MINUTE_MS = 60_000;

/** Plays some days of one team with everything going wrong that can, by a seed; the same seed is the same play. */
export async function play(seed: number): Promise<Ending> {
  const office = openOffice(chanceFrom(seed));
  const witness = createWitness();
  const post: Post = { late: [], seen: [] };
  const lifeLength = () =>
    office.chance() < 0.8 ? 1 + Math.floor(office.chance() ** 2 * 400) : Number.POSITIVE_INFINITY;
  let lives = 1;
  let process = await restart(office, witness, lifeLength, []);
  for (let step = 0; step < STEPS && witness.broken.length === 0; step++) {
    for (let at = 1 + Math.floor(office.chance() * 3); at > 0; at--) {
      const what = office.chance() < 0.75 ? actAtRandom(office, process, witness, post) : trouble(office, process);
      office.trace.push(`${step} ${what}`);
    }
    await settled();
    witness.broken.push(...office.unexplained.splice(0));
    if (!process.life.isOver) continue;
    lives += 1;
    process = await restart(office, witness, lifeLength, rememberedBy(process));
  }
  if (witness.broken.length === 0) await conclude(office, witness, process);
  return { broken: witness.broken, trace: office.trace.slice(-60), lives };
}

/** Something goes wrong, or ends to go wrong, that no person does to the bot. */
function trouble(office: Office, { life }: Process): string {
  const { chance, slack, disk, clock } = office;
  const kind = weighed(chance, { edits: 30, slack: 12, clock: 12, disk: 6, folder: 5, batch: 3, deletion: 4, end: 6 });
  switch (kind) {
    case 'edits':
      slack.release();
      slack.sendEdits();
      break;
    case 'slack':
      slack.isDown = chance() < 0.3;
      slack.refusals = chance() < 0.5 ? 0 : 0.4;
      slack.lostReplies = chance() < 0.5 ? 0 : 0.4;
      slack.slowness = chance() < 0.7 ? 0 : 0.3;
      break;
    case 'clock':
      clock.now = new Date(clock.now.getTime() + pick([1, 6, 6, 61, 600, 1500, -61, -1500], chance) * MINUTE_MS);
      break;
    case 'disk':
      disk.trouble = pick(['ENOSPC', 'EIO', undefined, undefined] as const, chance);
      break;
    case 'folder':
      office.hasTrouble = chance() < 0.5;
      break;
    case 'batch':
      if (office.batches.size < 4) arrive(office);
      break;
    case 'deletion': {
      const newest = slack.messages.at(-1);
      if (newest) newest.isDeleted = true;
      break;
    }
    case 'end':
      life.end();
  }
  return `(${kind})`;
}

/** Starts the bot until it stands, with other settings now and then, and checks that it knows what it knew. */
async function restart(
  office: Office,
  witness: Witness,
  lifeLength: () => number,
  remembered: readonly (readonly Fact[])[],
): Promise<Process> {
  for (;;) {
    const isPowerCut = office.chance() < 0.5;
    if (isPowerCut) office.disk.powerCut();
    if (office.chance() < 0.3) office.rules = drawRules(office.chance);
    office.trace.push(isPowerCut ? '--- power cut, and started again' : '--- killed, and started again');
    const process = await startProcess(office, lifeLength());
    if (!process) {
      // Somebody looks after the disk.
      office.disk.trouble = undefined;
      continue;
    }
    const { store, bot } = process;
    for (const { file, reason } of store.damaged) witness.broken.push(`damaged: ${file}: ${reason}`);
    for (const facts of remembered) {
      const [first] = facts;
      const now = first?.kind === 'round' ? store.facts(first.batch).slice(0, facts.length) : [];
      if (!isDeepStrictEqual(now, facts)) witness.broken.push(`facts were forgotten: ${lost(facts, now)}`);
    }
    // As the real start does.
    watch(witness, bot.advance());
    await settled();
    return process;
  }
}

/** What a process knew to be on disk when it ended. */
function rememberedBy({ store }: Process): (readonly Fact[])[] {
  return store.rounds().map((round) => store.facts(round));
}

function lost(before: readonly Fact[], now: readonly Fact[]): string {
  return before
    .filter((fact) => !now.some(({ key }) => key === fact.key))
    .map(({ key }) => key)
    .join(', ');
}

/** The day gets good again: people answer truly until the newest batch has its result; then everything is looked at. */
async function conclude(office: Office, witness: Witness, last: Process): Promise<void> {
  Object.assign(office.slack, { isDown: false, refusals: 0, lostReplies: 0, slowness: 0 });
  office.disk.trouble = undefined;
  office.hasTrouble = false;
  office.trace.push('--- a good day');
  last.life.end();
  const process = await restart(office, witness, () => Number.POSITIVE_INFINITY, rememberedBy(last));
  const { bot, store } = process;
  let quiet = 0;
  for (let turn = 0; turn < 300 && witness.broken.length === 0; turn++) {
    watch(witness, bot.advance());
    await settled();
    office.slack.release();
    await settled();
    office.slack.sendEdits();
    const isNewest = store.rounds().at(-1) === [...office.batches.keys()].at(-1);
    const { now } = newestCard(office) ?? {};
    // Once more, because people can delete what then has to be posted anew.
    if (isNewest && now?.kind === 'finished' && isOver(process)) quiet += 1;
    if (quiet === 3) return checkEnd(office, process, witness);
    if (now?.kind === 'paused') watch(witness, bot.resume('UADMIN'));
    if (!answerCardTruly(office, process, witness)) {
      office.clock.now = new Date(office.clock.now.getTime() + 6 * MINUTE_MS);
    }
    await settled();
  }
  witness.broken.push(`no end: the card says ${JSON.stringify(newestCard(office)?.now)}; rounds ${store.rounds()}`);
}

function isOver({ store }: Process): boolean {
  return roundOf(store.facts(store.rounds().at(-1)!))?.result !== undefined;
}
