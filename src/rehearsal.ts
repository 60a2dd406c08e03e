import { setTimeout as sleep } from 'node:timers/promises';
import type { Bot, Question } from './channel.ts';
import type { Settings } from './config.ts';
import type { Result } from './core/facts.ts';
import type { PredictionMatrix } from './core/predictions.ts';
import { readPredicted } from './inference/predict-batch.ts';
import { claimOf } from './report.ts';
import { predictionsFolder } from './start.ts';
import { readTruth } from './truth.ts';
import type { Message } from './workspace/state.ts';
import type { Workspace } from './workspace/workspace.ts';

export type Cast = {
  readonly settings: Settings;
  readonly workspace: Workspace;
  readonly bot: Bot;
  /** The first answers on the card, the others on their own. */
  readonly people: readonly string[];
  readonly channel: string;
  readonly truthFile: (batch: string) => string;
};

/** Nobody reads and clicks faster, and the card has to be seen to be answered. */
const lookMs = 40;

/**
 * Plays annotators who know the truth through the workspace's own interface until the newest round has its result, and
 * prints the conversation.
 *
 * @throws when no winner stands, or one that is worse than what was claimed.
 */
export async function rehearse(cast: Cast): Promise<void> {
  const batch = await openBatch(cast);
  const truth = readTruth(cast.truthFile(batch));
  const reader = printNewMessages(cast);
  const [onCard, ...onTheirOwn] = cast.people;
  await Promise.all([
    answerCard(cast, batch, onCard!, truth),
    ...onTheirOwn.map((person) => answerAlone(cast, batch, person, truth)),
  ]);
  const result = await resultOf(cast);
  await reader.rest();
  await judge(cast, batch, result, truth);
}

/** The batch whose round is open, once its models have run. */
async function openBatch({ bot }: Cast): Promise<string> {
  for (;;) {
    const status = await bot.status();
    if (status.kind === 'batch failed') throw new Error(`Batch ${status.batch}: ${status.reason}`);
    if (status.kind === 'round' && status.phase === 'labelling') return status.batch;
    if (status.kind === 'round' && status.phase === 'finished' && !status.result?.labels) return status.batch;
    await sleep(200);
  }
}

async function answerCard(cast: Cast, batch: string, id: string, truth: ReadonlyMap<string, string>): Promise<void> {
  const person = cast.workspace.person(id);
  for (;;) {
    const { messages } = await person.see();
    if (isAnnounced(batch, messages)) return;
    const card = messages.findLast((message) => questionOn(message) !== undefined);
    const question = card && cast.bot.question(questionOn(card)!);
    if (card && question) {
      const index = trueClass(question, truth);
      const isButton = buttonIds(card).includes(`label:${index}`);
      if (isButton) await person.click(card, { actionId: `label:${index}` });
      else if (index < 0) await person.click(card, { actionId: 'label:none' });
      else await person.choose(card, { actionId: `search:${question.id}` }, String(index));
    }
    await sleep(lookMs);
  }
}

async function answerAlone(cast: Cast, batch: string, id: string, truth: ReadonlyMap<string, string>): Promise<void> {
  const person = cast.workspace.person(id);
  for (;;) {
    const { messages, modals } = await person.see();
    if (isAnnounced(batch, messages)) return;
    const lane = modals.at(-1);
    const questionId = lane?.blocks.map(({ block_id }) => /^choice:(.+)$/.exec(block_id ?? '')?.[1]).find(Boolean);
    const question = questionId === undefined ? undefined : cast.bot.question(questionId);
    if (lane && question) {
      const index = trueClass(question, truth);
      const isOffered = question.classes.length <= 8 || question.candidates.includes(index) || index < 0;
      const field = isOffered ? 'choice' : `search:${question.id}`;
      await person.submit(lane, { [field]: index < 0 ? 'none' : String(index) });
    } else {
      if (lane) await person.close(lane, { all: true });
      const card = messages.findLast((message) => buttonIds(message).includes('lane'));
      if (card) await person.click(card, { actionId: 'lane' });
    }
    await sleep(lookMs);
  }
}

/** -1 where the truth is no class of the label set, as for somebody who can't tell. */
function trueClass(question: Question, truth: ReadonlyMap<string, string>): number {
  const file = question.image.key.slice(question.batch.length + 1);
  const name = truth.get(file);
  if (name === undefined) throw new Error(`The true classes say nothing about ${file}.`);
  return question.classes.indexOf(name);
}

/** Over for people when the result is announced. */
function isAnnounced(batch: string, messages: readonly Message[]): boolean {
  return messages.some(({ metadata }) => String(metadata?.event_payload.key).startsWith(`${batch}:result:`));
}

async function resultOf({ bot }: Cast): Promise<Result> {
  const status = await bot.status();
  if (status.kind !== 'round' || !status.result) throw new Error('The round ended without a result.');
  return status.result;
}

/** The question of a card's class buttons. */
function questionOn(message: Message): string | undefined {
  for (const element of elementsOf(message)) {
    if (element.action_id?.startsWith('label:') && typeof element.value === 'string') return element.value;
  }
  return undefined;
}

function buttonIds(message: Message): string[] {
  return elementsOf(message).map(({ action_id }) => action_id ?? '');
}

type Element = { readonly action_id?: string; readonly value?: unknown };

function elementsOf({ blocks }: Message): readonly Element[] {
  return blocks.flatMap((block) => ('elements' in block ? (block.elements as readonly Element[]) : []));
}

/** The conversation as it grows: new messages, and each new question of the card. */
function printNewMessages({ workspace, people }: Cast): { rest(): Promise<void> } {
  const person = workspace.person(people[0]!);
  const printed = new Map<string, string>();
  async function look(): Promise<void> {
    for (const { ts, text, blocks } of (await person.see()).messages) {
      const line = [text, ...blocks.flatMap(contextText)].join('\n    ');
      if (printed.get(ts) !== line) console.log(`  Model Picker: ${line}`);
      printed.set(ts, line);
    }
  }
  const timer = setInterval(() => void look().catch(() => undefined), 1000);
  return {
    rest: async () => {
      clearInterval(timer);
      await look();
    },
  };
}

function contextText(block: Message['blocks'][number]): string[] {
  if (block.type !== 'context') return [];
  return block.elements.flatMap((element) => ('text' in element && typeof element.text === 'string' ? [element.text] : []));
}

/** Prints what was announced beside what is true. */
async function judge(cast: Cast, batch: string, result: Result, truth: ReadonlyMap<string, string>): Promise<void> {
  const { models, images, classes, predictions } = (await readPredicted(predictionsFolder(cast.settings, batch)))!;
  const labels = images.map(({ file }) => classes.indexOf(truth.get(file) ?? ''));
  const accuracies = models.map(({ name }, model) => ({ name, accuracy: accuracyOf(predictions, model, labels) }));
  accuracies.sort((a, b) => b.accuracy - a.accuracy);
  const [best, second] = accuracies;
  const announced = accuracies.find(({ name }) => name === result.model)!;
  const points = (share: number) => (100 * share).toFixed(1);
  console.log(`\nBatch ${batch}, announced: ${claimOf(result)}`);
  console.log(
    `By the true labels of all ${images.length} images: ${announced.name} ${points(announced.accuracy)} %; ` +
      `best ${best!.name} ${points(best!.accuracy)} %${second ? `, then ${second.name} ${points(second.accuracy)} %` : ''}\n`,
  );
  if (!result.isWinner) throw new Error(`No clear winner for batch ${batch}: ${result.because}.`);
  const lacks = best!.accuracy - announced.accuracy;
  if (lacks > result.tolerance + 1e-9) {
    throw new Error(`The announced model lacks ${points(lacks)} points to the best; ${points(result.tolerance)} were claimed.`);
  }
}

function accuracyOf({ models, classes }: PredictionMatrix, model: number, labels: readonly number[]): number {
  const right = labels.filter((label, image) => classes[image * models + model] === label).length;
  return right / labels.length;
}
