import type { HomeView, KnownBlock } from '@slack/types';
import type { HistoryEntry } from '../../task/asking/verbs.ts';
import type { Deployed, Status } from '../../task/people.ts';
import { helpText } from '../do/commands.ts';
import { actions, button, context, header, section } from './blocks.ts';
import { entryBlocks, type Reader } from './history.ts';
import { sentences } from './sentences.ts';

const say = sentences.home;

/** So many of one's own labels are shown. */
export const homeEntries = 10;

export type HomeContent = {
  readonly reader: Reader;
  readonly status: Status;
  /** This person's answers of the newest round, newest first. */
  readonly mine: readonly HistoryEntry[];
  readonly results: readonly Deployed[];
  /** The address of the card. */
  readonly card?: string | undefined;
  /** What this person has just done here. */
  readonly note?: string;
};

/** App Home: what needs labels now, my labels, recent results, help. No leader while people label. */
export function homeView(content: HomeContent): HomeView {
  const { mine, results, note } = content;
  const blocks: KnownBlock[] = [
    header(say.needs),
    ...needs(content),
    header(say.mine),
    ...(note === undefined ? [] : [context(note)]),
    ...(mine.length === 0
      ? [context(say.noneOfMine)]
      : mine.slice(0, homeEntries).flatMap((entry) => entryBlocks(entry, content.reader))),
    header(say.winners),
    section(
      results
        .slice(0, 5)
        .map((deployed) => `• ${say.winner(deployed)}`)
        .join('\n') || say.noWinners,
    ),
    header(say.help),
    section(helpText()),
  ];
  return { type: 'home', callback_id: 'home', blocks };
}

/** App Home of somebody who may not take part. */
export function closedHome(refusal: string): HomeView {
  return { type: 'home', callback_id: 'home', blocks: [section(refusal)] };
}

function needs({ status, card }: HomeContent): KnownBlock[] {
  if (status.kind === 'running models') return [section(say.running(status.batch))];
  if (status.kind !== 'round') return [section(say.nothing)];
  const { batch, phase } = status;
  if (phase === 'paused') return [section(say.paused(batch))];
  if (phase === 'finished') return [section((status.result?.inseparable ? say.inseparable : say.finished)(batch))];
  const words = [say.batch(batch, status.progress), ...(card === undefined ? [] : [sentences.status.toCard(card)])];
  return [section(words.join(' ')), actions('home:lane', [button(sentences.card.ownLane, 'lane', 'lane')])];
}
