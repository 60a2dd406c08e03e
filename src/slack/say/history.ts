import type { KnownBlock, ModalView } from '@slack/types';
import type { HistoryEntry } from '../../task/asking/verbs.ts';
import type { ImageFile } from '../../task/people.ts';
import { actions, button, confirmation, context, modal, section } from './blocks.ts';
import { sentences } from './sentences.ts';

const say = sentences.history;
/** A modal holds 100 blocks; an entry takes up to two. */
const maxEntries = 45;

/** Who reads, and where images stand on Slack. */
export type Reader = {
  readonly user: string;
  readonly isAdmin: boolean;
  readonly fileOf: (image: ImageFile) => string | undefined;
};

/** Who said what, newest first. Everybody can undo their own labels, an admin anyone's; `note` says what came of it. */
export function historyView(entries: readonly HistoryEntry[], reader: Reader, note?: string): ModalView {
  const blocks: KnownBlock[] = note === undefined ? [] : [context(note)];
  blocks.push(...entries.slice(0, maxEntries).flatMap((entry) => entryBlocks(entry, reader)));
  if (entries.length === 0) blocks.push(section(say.empty));
  if (entries.length > maxEntries) blocks.push(context(say.older(entries.length - maxEntries)));
  return modal('history', say, blocks);
}

/** One answer with its image and, where this reader may press it, its undo button. */
export function entryBlocks(entry: HistoryEntry, { user, isAdmin, fileOf }: Reader): KnownBlock[] {
  const isHidden = entry.isSecret && entry.annotator !== user;
  const text = isHidden ? say.secret(entry.annotator, entry.at) : say.entry(entry.class, entry.annotator, entry.at);
  const file = fileOf(entry.image);
  const shown = {
    ...section(entry.undoneBy === undefined ? text : say.undone(text, entry.undoneBy)),
    ...(file !== undefined && { accessory: { type: 'image' as const, slack_file: { id: file }, alt_text: say.alt } }),
  };
  const mayUndo = entry.undoneBy === undefined && !entry.isFinal && (entry.annotator === user || isAdmin);
  return mayUndo ? [shown, actions(`undo:${entry.answer}`, [undoButton(entry)])] : [shown];
}

/** Asks first where a result would be withdrawn. */
function undoButton({ answer, isRelied }: HistoryEntry) {
  if (!isRelied) return button(say.undo, 'undo', answer);
  const words = { title: say.undoTitle, text: say.undoText, confirm: say.undoConfirm, deny: say.undoDeny };
  return { ...button(say.undo, 'undo-relied', answer), confirm: confirmation(words) };
}
