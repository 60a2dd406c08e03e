import type { PersonClient } from '../../src/workspace/person/person-client.ts';
import { ADMIN, BATCH, readFacts, type Served } from './served.ts';

/** What an admin does next to what serves, again and again; each leaves a fact. */
const TURNS = ['pin a file', 'go back', 'pin a name', 'unpin'] as const;

/**
 * Takes the next turn of an admin who changes what serves, time after time, only as far as the facts say that the one before
 * has worked: a bot that dies over a command is asked again.
 */
export async function takeTurn(served: Served): Promise<void> {
  const admin = served.workspace.person(ADMIN);
  const facts = (await readFacts(served)).journal.facts(BATCH);
  const waits = facts.some((fact) => fact.kind === 'result' && fact.result.doubt !== undefined);
  // A bot that is gone answers nobody.
  if (waits && !facts.some(({ kind }) => kind === 'ruling')) return press(admin, 'Deploy').catch(() => undefined);
  const nth = facts.filter(({ kind }) => kind === 'pin' || kind === 'unpin').length;
  await take(admin, TURNS[nth % TURNS.length]!, nth).catch(() => undefined);
}

async function take(admin: PersonClient, turn: (typeof TURNS)[number], nth: number): Promise<void> {
  const type = (text: string) => admin.type('C0MODELS', `/modelpicker ${text}`);
  if (turn === 'pin a file') await type(`deploy night-infrared turn ${nth}`);
  else if (turn === 'pin a name') await type(`deploy distant turn ${nth}`);
  else if (turn === 'unpin') await type('unpin');
  else {
    await type(`rollback turn ${nth}`);
    await press(admin, 'Serve this again', `turn ${nth}`);
  }
}

/** Presses the newest button with this label, on a message that says something. */
async function press(admin: PersonClient, label: string, said = label): Promise<void> {
  const { messages } = await admin.see();
  const found = messages.findLast(({ blocks }) => {
    const text = JSON.stringify(blocks);
    return text.includes(`"${label}"`) && text.includes(said);
  });
  if (found) await admin.click(found, { label });
}
