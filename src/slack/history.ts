import type { KnownBlock, ModalView } from '@slack/types';
import type { HistoryEntry } from '../channel.ts';
import { button, context, plainText, section } from './blocks.ts';
import { sentences } from './sentences.ts';

const say = sentences.history;
/** A modal holds 100 blocks. */
const maxEntries = 90;

/** Who said what, newest first. Everybody can undo their own labels, an admin anyone's; `note` says what came of it. */
export function historyView(
  entries: readonly HistoryEntry[],
  reader: { user: string; isAdmin: boolean },
  note?: string,
): ModalView {
  const blocks: KnownBlock[] = note === undefined ? [] : [context(note)];
  blocks.push(...entries.slice(0, maxEntries).map((entry) => entryBlock(entry, reader)));
  if (entries.length === 0) blocks.push(section(say.empty));
  if (entries.length > maxEntries) blocks.push(context(say.older(entries.length - maxEntries)));
  return {
    type: 'modal',
    callback_id: 'history',
    title: plainText(say.title, 24),
    close: plainText(say.close, 24),
    blocks,
  };
}

/** One answer with its undo button, where this reader may press it. */
export function entryBlock(entry: HistoryEntry, reader: { user: string; isAdmin: boolean }): KnownBlock {
  const text = say.entry(entry.class, entry.annotator, entry.at);
  if (entry.undoneBy !== undefined) return section(say.undone(text, entry.undoneBy));
  if (entry.annotator !== reader.user && !reader.isAdmin) return section(text);
  return { ...section(text), accessory: button(say.undo, 'undo', entry.answer) };
}
