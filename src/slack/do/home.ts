import { publish } from '../out/reply.ts';
import type { Parts, Visitor } from '../parts.ts';
import { refusalElsewhere } from '../rights.ts';
import { closedHome, type HomeTask, homeEntries, homeView } from '../say/home.ts';
import { bringImages, readerOf } from './history.ts';

/** App Home as this person may see it, with all their tasks; `note` says what they have just done there. */
export async function publishHome(parts: Parts, { user, caller }: Visitor, note?: string): Promise<void> {
  const refusals = parts.all.map((one) => refusalElsewhere(one, caller));
  const open = parts.all.filter((_, at) => refusals[at] === undefined);
  if (open.length === 0) return publishClosedHome(parts, user, refusals[0] ?? '');
  const tasks = await Promise.all(open.map((one) => homeTask(one, user)));
  const view = (trends: readonly HomeTask['trend'][] = []) =>
    homeView({ tasks: tasks.map((task, at) => ({ ...task, trend: trends[at] })), ...(note !== undefined && { note }) });
  await publish(parts, user, view());
  const late = open.map((one, at) => bringImages(one, tasks[at]!.mine.slice(0, homeEntries)));
  const trends = await Promise.all(open.map(trendOf));
  if ((await Promise.all(late)).includes(true) || trends.some((one) => one !== undefined))
    await publish(parts, user, view(trends));
}

/** One batch is not a trend. */
const daysLeast = 2;

/** The newest batches and their picture, where there are some to compare and it can be shown. */
async function trendOf({ task, channel }: Parts): Promise<HomeTask['trend']> {
  const days = task.trend();
  if (days.filter(({ winner }) => winner).length < daysLeast) return undefined;
  const picture = await channel.trendPictureOf(days);
  return picture === undefined ? undefined : { days, picture };
}

async function homeTask(parts: Parts, user: string): Promise<HomeTask> {
  const { task, channel, mark } = parts;
  // A task that fails costs nobody the others.
  const status = await task.status().catch(() => undefined);
  const card = status?.kind === 'round' && status.card ? await channel.addressOf(status.card) : undefined;
  return {
    ...(mark !== undefined && { name: mark }),
    reader: readerOf(parts, user),
    ...{ status, card },
    mine: task.history().filter((entry) => entry.annotator === user),
    results: task.results(),
  };
}

/** App Home of somebody who may not take part, with the reason. */
export async function publishClosedHome(parts: Parts, user: string, refusal: string): Promise<void> {
  await publish(parts, user, closedHome(refusal));
}
