import type { HomeView, KnownBlock } from '@slack/types';
import type { HistoryEntry } from '../../task/asking/verbs.ts';
import type { Trend } from '../../task/days/trend.ts';
import type { Deployed, Status } from '../../task/people.ts';
import { helpText } from '../do/commands.ts';
import { markBlocks } from '../mark.ts';
import { actions, button, context, header, image, section } from './blocks.ts';
import { entryBlocks, type Reader } from './history.ts';
import { sentences } from './sentences.ts';

const say = sentences.home;

/** How many of one's own labels are shown. */
export const homeEntries = 10;
/** Home holds 100 blocks, and a task that needs labels takes two. */
const tasksMax = 30;

/** How many tasks show a picture of their days. */
const picturesMax = 5;

/** One task as App Home shows it. */
export type HomeTask = {
  /** Only where there are several. */
  readonly name?: string;
  readonly reader: Reader;
  /** Undefined while the task cannot say. */
  readonly status: Status | undefined;
  /** This person's answers of the newest round, newest first. */
  readonly mine: readonly HistoryEntry[];
  readonly results: readonly Deployed[];
  /** The newest batches, once their picture is on Slack. */
  readonly trend?: { readonly days: Trend; readonly picture: string } | undefined;
  /** The address of the card. */
  readonly card?: string | undefined;
};

/** App Home: what needs labels now, recent results and their picture, my labels, help. No leader while people label. */
export function homeView(content: { readonly tasks: readonly HomeTask[]; readonly note?: string }): HomeView {
  const { tasks, note } = content;
  const mine = newest(
    tasks.flatMap((task) => task.mine.map((entry) => ({ task, entry, at: entry.at }))),
    homeEntries,
  );
  const results = newest(
    tasks.flatMap((task) => task.results.map((one) => ({ task, one, at: one.at }))),
    5,
  );
  const blocks: KnownBlock[] = [
    header(say.needs),
    ...byNeed(tasks).slice(0, tasksMax).flatMap(needs),
    header(say.winners),
    section(results.map(({ task, one }) => `• ${ofTask(task, say.winner(one))}`).join('\n') || say.noWinners),
    ...tasks.slice(0, picturesMax).flatMap(trendOf),
    header(say.mine),
    ...(note === undefined ? [] : [context(note)]),
    ...(mine.length === 0
      ? [context(say.noneOfMine)]
      : mine.flatMap(({ task, entry }) => markBlocks(task.name, entryBlocks(entry, task.reader, task.name)))),
    header(say.help),
    section(helpText()),
  ];
  return { type: 'home', callback_id: 'home', blocks };
}

/** App Home of somebody who may not take part. */
export function closedHome(refusal: string): HomeView {
  return { type: 'home', callback_id: 'home', blocks: [section(refusal)] };
}

/** Those that need labels first. */
function byNeed(tasks: readonly HomeTask[]): readonly HomeTask[] {
  const [needy, others] = [true, false].map((wanted) => tasks.filter((task) => isNeedy(task) === wanted));
  return [...needy!, ...others!];
}

function isNeedy({ status }: HomeTask): boolean {
  return status?.kind === 'round' && (status.phase === 'labeling' || status.check !== undefined);
}

function needs(task: HomeTask): KnownBlock[] {
  const { name } = task;
  const line = ofTask(task, stateOf(task));
  if (!isNeedy(task)) return [name === undefined ? section(line) : context(line)];
  const own = actions('home:lane', [button(sentences.card.ownLane, 'lane', 'lane')]);
  return markBlocks(name, [section(line), own]);
}

function stateOf({ status, card }: HomeTask): string {
  if (status?.kind === 'running models') return say.running(status.batch);
  if (status?.kind !== 'round') return say.nothing;
  const { batch, phase, check } = status;
  if (check) return say.check(batch, check);
  if (phase === 'paused') return say.paused(batch);
  if (phase === 'finished') return (status.result?.inseparable ? say.inseparable : say.finished)(batch);
  return [say.batch(batch, status.progress), ...(card === undefined ? [] : [sentences.status.toCard(card)])].join(' ');
}

function trendOf(task: HomeTask): KnownBlock[] {
  if (!task.trend) return [];
  const { days, picture } = task.trend;
  return [section(ofTask(task, sentences.trend.found(days))), image(picture, sentences.trend.alt(days))];
}

function ofTask({ name }: HomeTask, text: string): string {
  return name === undefined ? text : sentences.tasks.named(name, text);
}

/** Of one task as it tells them: answers of one moment keep their order. */
function newest<One extends { readonly at: string }>(all: readonly One[], max: number): One[] {
  return all.toSorted((a, b) => b.at.localeCompare(a.at)).slice(0, max);
}
