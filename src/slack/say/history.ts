import type { ActionsBlock, KnownBlock, ModalView } from '@slack/types';
import type { HistoryEntry } from '../../task/asking/verbs.ts';
import type { ImageFile } from '../../task/people.ts';
import { actions, button, confirmation, context, modal, plainText, section } from './blocks.ts';
import { sentences } from './sentences.ts';

const say = sentences.history;
/** A modal holds 100 blocks; an entry takes up to two. */
export const maxEntries = 45;
/** A select holds 100 options, and the first is for all classes. */
const maxClasses = 99;

/** The option for all classes; a class's name begins with no space. */
export const everyClass = ' every';

/** Who reads, and where images stand on Slack. */
export type Reader = {
  readonly user: string;
  readonly isAdmin: boolean;
  readonly fileOf: (image: ImageFile) => string | undefined;
};

/** What somebody wants to see of a batch: `of` one person, one class (as its option names it), images on which people disagree. */
export type Sieve = {
  readonly batch?: string | undefined;
  readonly of?: string | undefined;
  readonly class?: string | undefined;
  readonly disagreements?: boolean | undefined;
};

/** Who said what, newest first. Everybody can undo their own labels, an admin anyone's; `note` says what came of it. */
export function historyView(
  entries: readonly HistoryEntry[],
  reader: Reader,
  { note, sieve = {} }: { readonly note?: string; readonly sieve?: Sieve } = {},
): ModalView {
  const found = sift(entries, reader, sieve);
  const blocks: KnownBlock[] = note === undefined ? [] : [context(note)];
  if (entries.length > 0) blocks.push(sieveBlock(entries, reader, sieve));
  if (isAboutClasses(sieve) && entries.some((entry) => isHidden(entry, reader)))
    blocks.push(context(say.hiddenLeftOut));
  blocks.push(...found.slice(0, maxEntries).flatMap((entry) => entryBlocks(entry, reader)));
  if (found.length === 0) blocks.push(section(entries.length === 0 ? say.empty : say.noneFound));
  if (found.length > maxEntries) blocks.push(context(say.older(found.length - maxEntries)));
  return { ...modal('history', say, blocks), private_metadata: JSON.stringify(sieve) };
}

/** One answer with its image and, where this reader may press it, its undo button. `task`: where there are several. */
export function entryBlocks(entry: HistoryEntry, reader: Reader, task?: string): KnownBlock[] {
  const { user, isAdmin, fileOf } = reader;
  const said = isHidden(entry, reader)
    ? say.secret(entry.annotator, entry.at)
    : say.entry(entry.class, entry.annotator, entry.at, entry.file);
  const text = entry.undoneBy === undefined ? said : say.undone(said, entry.undoneBy);
  const file = fileOf(entry.image);
  const shown = {
    ...section(task === undefined ? text : sentences.tasks.named(task, text)),
    ...(file !== undefined && { accessory: { type: 'image' as const, slack_file: { id: file }, alt_text: say.alt } }),
  };
  const mayUndo = entry.undoneBy === undefined && !entry.isFinal && (entry.annotator === user || isAdmin);
  return mayUndo ? [shown, actions(`undo:${entry.answer}`, [undoButton(entry)])] : [shown];
}

/** What one must not be led by does not show in what is found either. */
function sift(entries: readonly HistoryEntry[], reader: Reader, { of, class: wanted, disagreements }: Sieve) {
  const open = (entry: HistoryEntry) => !isHidden(entry, reader);
  const isTheirs = ({ annotator }: HistoryEntry) => of === undefined || annotator === of;
  const isOfClass = (entry: HistoryEntry) => wanted === undefined || (open(entry) && nameOf(entry.class) === wanted);
  const kept = entries.filter((entry) => isTheirs(entry) && isOfClass(entry));
  if (!disagreements) return kept;
  const standing = entries.filter((entry) => open(entry) && entry.undoneBy === undefined);
  const about = Map.groupBy(standing, ({ image }) => image.key);
  const differ = [...about.values()].filter((answers) => new Set(answers.map((one) => one.class)).size > 1);
  // What was said about an image stands together.
  return differ.flatMap((answers) => answers.filter((answer) => kept.includes(answer)));
}

function sieveBlock(entries: readonly HistoryEntry[], reader: Reader, sieve: Sieve): ActionsBlock {
  const said = entries.filter((entry) => !isHidden(entry, reader)).map((entry) => nameOf(entry.class));
  const classes = [...new Set(said)].sort().slice(0, maxClasses);
  const option = (name: string) => ({ text: plainText(name), value: name });
  const every = { text: plainText(say.everyClass), value: everyClass };
  const chosen = classes.find((name) => name === sieve.class);
  const id = `sieve:${sieve.of ?? ''}:${sieve.disagreements ?? false}:${classes.length}:${classes.indexOf(chosen ?? '')}`;
  const isSieved = sieve.of !== undefined || isAboutClasses(sieve);
  return actions(id, [
    {
      type: 'users_select',
      action_id: 'history-of',
      placeholder: plainText(say.everybody, 150),
      ...(sieve.of !== undefined && { initial_user: sieve.of }),
    },
    {
      type: 'static_select',
      action_id: 'history-class',
      options: [every, ...classes.map(option)],
      initial_option: chosen === undefined ? every : option(chosen),
    },
    button(say.disagreements, 'history-disagreements', 'yes'),
    ...(isSieved ? [button(say.all, 'history-all', 'yes')] : []),
  ]);
}

function isAboutClasses({ class: wanted, disagreements }: Sieve): boolean {
  return wanted !== undefined || disagreements === true;
}

function isHidden({ isSecret, annotator }: HistoryEntry, { user }: Reader): boolean {
  return isSecret && annotator !== user;
}

/** A class as the select names it. */
function nameOf(name: string | null): string {
  return plainText(name ?? sentences.card.cannotTell).text;
}

/** Asks first where a result would be withdrawn. */
function undoButton({ answer, isRelied }: HistoryEntry) {
  if (!isRelied) return button(say.undo, 'undo', answer);
  const words = { title: say.undoTitle, text: say.undoText, confirm: say.undoConfirm, deny: say.undoDeny };
  return { ...button(say.undo, 'undo-relied', answer), confirm: confirmation(words) };
}
