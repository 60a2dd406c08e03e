import { setTimeout as sleep } from 'node:timers/promises';
import { type KeptPredictions, readPredicted } from '../predictions/kept.ts';
import type { Result } from '../round/facts.ts';
import { imageOfQuestion } from '../round/round.ts';
import { roundOf } from '../round/round-of.ts';
import { predictionsFolder, storePlace } from '../settings/folders.ts';
import type { Settings } from '../settings/settings.ts';
import { lookAtStore } from '../store/open-store.ts';
import { isAbout, isResultOf } from '../task/messages/keys.ts';
import type { WorkspaceMessage } from '../workspace/messages.ts';
import {
  NotOnScreen,
  type PersonClient,
  RefusedByWorkspace,
  type SeenView,
} from '../workspace/person/person-client.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { judge } from './judge.ts';
import { readTruthOf } from './truth.ts';

/** Who plays a rehearsal, where, and what they know. */
export type Cast = {
  readonly settings: Settings;
  readonly workspace: Workspace;
  /** The first answers on the card, the others on their own. */
  readonly people: readonly string[];
  readonly truthFile: (batch: string) => string;
  readonly print: (line: string) => void;
  /** Why no round will open, once that is known. */
  readonly failure?: () => Promise<string | undefined>;
};

/** Nobody reads and clicks faster, and the card has to be seen to be answered. */
const lookMs = 40;
/** Before somebody who was told to wait tries again. */
const patienceMs = 1_000;

/**
 * Plays annotators who know the truth until the newest round has its result, and prints the conversation. They use the
 * workspace's own interface and know only what is on their screen and what its image truly shows, so the bot may run in
 * another process, and die and come back meanwhile.
 *
 * @returns what was announced.
 * @throws when no winner stands, or one that is worse than what was claimed.
 */
export async function rehearse(cast: Cast): Promise<Result> {
  const batch = await openBatch(cast);
  const predicted = (await readPredicted(predictionsFolder(cast.settings, batch)))!;
  const stop = new AbortController();
  const truth = readTruthOf(cast.truthFile(batch), { batch, ...predicted });
  const play: Play = { ...cast, batch, predicted, truth, signal: stop.signal };
  const reader = printMessages(play);
  const [onCard, ...onTheirOwn] = cast.people.map((id) => cast.workspace.person(id));
  try {
    await Promise.all([answerCard(play, onCard!), ...onTheirOwn.map((person) => answerAlone(play, person))]);
    await reader.rest();
  } finally {
    // Where one of them fails, the others would go on, and keep the process from ending.
    stop.abort();
    reader.stop();
  }
  const { result, measured } = (await newestRound(cast.settings))!;
  judge(play, result!, measured.get(result!.number));
  return result!;
}

type Play = Cast & {
  readonly batch: string;
  readonly predicted: KeptPredictions;
  readonly truth: ReadonlyMap<string, string>;
  /** Nobody goes on after it aborts. */
  readonly signal: AbortSignal;
};

async function newestRound(settings: Settings) {
  const { rounds, facts } = await lookAtStore(storePlace(settings, process.env));
  return roundOf(facts(rounds().at(-1) ?? ''));
}

/** The batch whose round is open, once its models have run. */
async function openBatch({ settings, failure }: Cast): Promise<string> {
  for (;;) {
    const round = await newestRound(settings);
    if (round && (!round.result || round.result.labels === 0)) return round.opened.batch;
    const reason = await failure?.();
    if (reason !== undefined) throw new Error(reason);
    await sleep(200);
  }
}

/** What somebody has before them in the channel of the task. */
async function look({ settings }: Play, person: PersonClient) {
  const { messages, modals } = await person.see();
  return { messages: messages.filter(({ channel }) => channel === settings.slack?.channel), modals };
}

async function answerCard(play: Play, person: PersonClient): Promise<void> {
  while (!play.signal.aborted) {
    const { messages } = await look(play, person);
    if (isOver(play.batch, messages)) return;
    const card = messages.findLast((message) => questionOn(message) !== undefined);
    if (card) await answerOn(play, person, card, questionOn(card)!).catch(unlessStale);
    await sleep(lookMs);
  }
}

async function answerOn(play: Play, person: PersonClient, card: WorkspaceMessage, question: string): Promise<void> {
  const index = trueClass(play, question);
  const isOffered = elementsOf(card).some(({ action_id }) => action_id === `label:${index}`);
  if (index === undefined) await person.click(card, { actionId: 'label:none' });
  else if (isOffered) await person.click(card, { actionId: `label:${index}` });
  else await person.choose(card, { actionId: `search:${question}` }, await typed(play, person, card, question, index));
}

async function answerAlone(play: Play, person: PersonClient): Promise<void> {
  while (!play.signal.aborted) {
    const { messages, modals } = await look(play, person);
    if (isOver(play.batch, messages)) return;
    const lane = modals.at(-1);
    const question = lane && questionIn(lane);
    if (lane && question !== undefined) {
      await submitLane(play, person, lane, question).catch(unlessStale);
    } else {
      if (lane) await sleep(patienceMs).then(() => person.close(lane, { all: true }));
      const card = messages.findLast((message) => elementsOf(message).some(({ action_id }) => action_id === 'lane'));
      if (card) await person.click(card, { actionId: 'lane' }).catch(unlessStale);
    }
    await sleep(lookMs);
  }
}

async function submitLane(play: Play, person: PersonClient, lane: SeenView, question: string): Promise<void> {
  const index = trueClass(play, question);
  const offered = lane.blocks.flatMap((block) =>
    block.type === 'input' && 'options' in block.element ? (block.element.options as readonly ShownOption[]) : [],
  );
  const option = offered.find(({ value }) => value === String(index ?? 'none'));
  if (option) await person.submit(lane, { choice: option.value });
  else await person.submit(lane, { [`search:${question}`]: await typed(play, person, lane, question, index!) });
}

/** The value behind a class that is found by typing its name; of a long one Slack shows the start only. */
async function typed(
  { predicted }: Play,
  person: PersonClient,
  surface: WorkspaceMessage | SeenView,
  question: string,
  index: number,
) {
  const name = predicted.classes[index]!;
  const offers = await person.suggest(surface, { actionId: `search:${question}` }, name);
  const offer = offers.find(({ value }) => value === String(index));
  // Nothing is offered in a window that has just given way to another.
  if (offers.length === 0) throw new StaleQuestion();
  if (!offer) throw new Error(`Typing "${name}" offers only: ${offers.map(({ text }) => text).join(', ')}`);
  return offer.value;
}

class StaleQuestion extends Error {}

/** The card changed under the finger: as people do, look again. */
function unlessStale(error: Error): void {
  if (![StaleQuestion, NotOnScreen, RefusedByWorkspace].some((kind) => error instanceof kind)) throw error;
}

/** The number of the true class; `undefined` where the image shows none, as for somebody who can't tell. */
function trueClass({ predicted, truth }: Play, question: string): number | undefined {
  const index = predicted.classes.indexOf(truth.get(predicted.images[imageOfQuestion(question)!]!.file)!);
  return index < 0 ? undefined : index;
}

/** Over for people when the result is announced, and the winner's accuracy measured. */
function isOver(batch: string, messages: readonly WorkspaceMessage[]): boolean {
  const announced = messages.findLast(({ metadata }) => isResultOf(batch, String(metadata?.event_payload.key)));
  return announced !== undefined && !elementsOf(announced).some(({ action_id }) => action_id === 'measure-stop');
}

type ShownOption = { readonly value: string };

type Element = { readonly action_id?: string; readonly value?: unknown };

function elementsOf({ blocks }: WorkspaceMessage): readonly Element[] {
  return blocks.flatMap((block) => ('elements' in block ? (block.elements as readonly Element[]) : []));
}

/** The question that a card's class buttons answer. */
function questionOn(message: WorkspaceMessage): string | undefined {
  const button = elementsOf(message).find(({ action_id }) => action_id?.startsWith('label:'));
  return typeof button?.value === 'string' ? button.value : undefined;
}

/** The question that a lane's choice answers. */
function questionIn(lane: SeenView): string | undefined {
  const fields = lane.blocks.map(({ block_id }) => /^(?:choice|search):(.+)$/.exec(block_id ?? '')?.[1]);
  return fields.find((id) => id !== undefined);
}

/** A moment that each reader's Slack writes in their own time; its words are for whoever reads it elsewhere. */
const DATE = /<!date\^[^|>]*\|(?<words>[^>]*)>/g;

/** The round's conversation as it grows: new messages, and each new state of the card. */
function printMessages(play: Play): { rest(): Promise<void>; stop(): void } {
  const { workspace, people, batch, print } = play;
  const person = workspace.person(people[0]!);
  const names = new Map(workspace.state.people.map(({ id, name }) => [id, name]));
  const printed = new Map<string, string>();
  async function printNew(): Promise<void> {
    for (const { ts, text, blocks, metadata } of (await look(play, person)).messages) {
      if (!isAbout(batch, String(metadata?.event_payload.key))) continue;
      const lines = [text, ...blocks.flatMap(said)].join('\n    ').replaceAll('*', '');
      const line = lines
        .replace(/<@(\w+)>/g, (mention, id: string) => names.get(id) ?? mention)
        .replace(DATE, '$<words>');
      if (printed.get(ts) !== line) print(`  Model Picker: ${line}`);
      printed.set(ts, line);
    }
  }
  const timer = setInterval(() => void printNew().catch(() => undefined), 1000);
  return {
    stop: () => clearInterval(timer),
    rest: async () => {
      clearInterval(timer);
      await printNew();
    },
  };
}

/** The words of a block, without the card's question, which stands in the message's text already. */
function said(block: WorkspaceMessage['blocks'][number]): string[] {
  if (block.type === 'section' && block.text && !block.text.text.startsWith('*')) return block.text.text.split('\n');
  if (block.type !== 'context') return [];
  return block.elements.flatMap((element) =>
    'text' in element && typeof element.text === 'string' ? [element.text] : [],
  );
}
