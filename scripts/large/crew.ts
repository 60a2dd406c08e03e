import { setTimeout as sleep } from 'node:timers/promises';
import { imageOfQuestion } from '../../src/round/round.ts';
import type { OpenView } from '../../src/workspace/state.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';

/** What people waited for, in ms. */
export type Waits = { readonly acks: number[]; readonly images: number[]; readonly troubles: string[] };

/** Somebody with a window of their own open, who labels in it. */
export type Labeler = { readonly person: string };

type Crew = {
  readonly workspace: Workspace;
  readonly channel: string;
  readonly oracle: Int16Array;
};

/** The card's message, once it is there. */
export async function cardOf({ workspace: { state }, channel }: Crew) {
  for (;;) {
    const card = [...state.messages.values()].find((one) => one.channel === channel && one.text.startsWith('Batch'));
    if (card && JSON.stringify(card.blocks).includes('"label:')) return card;
    await sleep(20);
  }
}

/** Opens a window of somebody's own, and waits for its first image. */
export async function sitDown(crew: Crew, person: string): Promise<Labeler> {
  const client = crew.workspace.person(person);
  for (;;) {
    await client.type(crew.channel, '/modelpicker label');
    if ((await nextQuestion(crew, person, '', 5_000)) !== undefined) return { person };
    for (const modal of (await client.see()).modals) await client.close(modal);
  }
}

/** Labels every so often until then, truly but for one in fifty, and notes what was waited for. */
export async function labelOn(crew: Crew, one: Labeler, everyMs: number, untilMs: number): Promise<Waits> {
  const waits: Waits = { acks: [], images: [], troubles: [] };
  await sleep(Math.random() * everyMs);
  for (let count = 0; performance.now() < untilMs; count++) {
    const next = sleep(everyMs * (0.8 + 0.4 * Math.random()));
    await labelOnce(crew, one, waits, count % 50 === 49);
    await next;
  }
  return waits;
}

async function labelOnce(crew: Crew, { person }: Labeler, waits: Waits, isWrong: boolean): Promise<void> {
  const client = crew.workspace.person(person);
  const modal = topModal(crew, person);
  const before = questionIn(modal);
  if (modal?.view.type !== 'modal' || before === undefined) return void waits.troubles.push('the window asks nothing');
  const next = nextQuestion(crew, person, before, 10_000);
  const begunMs = performance.now();
  const surface = { ...modal.view, id: modal.id } as Parameters<typeof client.submit>[0];
  const offered = offeredIn(modal);
  const truth = String(crew.oracle[imageOfQuestion(before)!]);
  const chosen = !isWrong && offered.includes(truth) ? truth : offered[0]!;
  const isPress = JSON.stringify(modal.view.blocks).includes('"lane-label:');
  const outcome = isPress
    ? await client.click(surface, { actionId: `lane-label:${chosen}` })
    : await client.submit(surface, { choice: chosen });
  if (outcome.kind === 'done') waits.acks.push(outcome.afterMs);
  else waits.troubles.push(JSON.stringify(outcome));
  if ((await next) === undefined) return void waits.troubles.push('no next image within 10 s');
  waits.images.push(performance.now() - begunMs);
}

function topModal({ workspace: { state } }: Crew, person: string): OpenView | undefined {
  return state.modals.get(person)?.at(-1);
}

/** The question that a window asks with its image; undefined where it only says that one is on its way, or that there is none. */
function questionIn(modal: OpenView | undefined): string | undefined {
  const view = modal?.view;
  return view?.type === 'modal' && view.callback_id === 'lane' ? view.private_metadata || undefined : undefined;
}

function offeredIn({ view }: OpenView): string[] {
  const blocks = JSON.stringify(view.blocks);
  const presses = [...blocks.matchAll(/"lane-label:(\d+)"/g)];
  return (presses.length > 0 ? presses : [...blocks.matchAll(/"value":"(\d+)"/g)]).map(([, value]) => value!);
}

/** The question that somebody's window asks once it is another one than before, with its image; undefined after so long. */
function nextQuestion(crew: Crew, person: string, before: string, mostMs: number): Promise<string | undefined> {
  const { listeners } = crew.workspace.state;
  return new Promise((resolve) => {
    const end = (question: string | undefined) => {
      clearTimeout(timer);
      listeners.delete(look);
      resolve(question);
    };
    const look = () => {
      const question = questionIn(topModal(crew, person));
      if (question !== before && question !== undefined) end(question);
    };
    const timer = setTimeout(() => end(undefined), mostMs);
    listeners.add(look);
    look();
  });
}
