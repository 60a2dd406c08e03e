import { type Parts, say, type Visitor } from '../parts.ts';
import { historyView } from '../say/history.ts';
import { noteOnUndo } from '../say/notes.ts';
import { sentences } from '../say/sentences.ts';
import { publishHome, readerOf } from './knowing.ts';

const notes = sentences.notes;

export async function pause(parts: Parts, visitor: Visitor): Promise<void> {
  if (!(await mayRule(parts, visitor))) return;
  await say(visitor, (await parts.bot.pause(visitor.user)) ? notes.pausedNow : notes.wasPaused);
}

export async function resume(parts: Parts, visitor: Visitor): Promise<void> {
  if (!(await mayRule(parts, visitor))) return;
  await say(visitor, (await parts.bot.resume(visitor.user)) ? notes.resumedNow : notes.wasRunning);
}

/** Withdraws the announced result that the button names as `batch:number`. */
export async function reopen(parts: Parts, visitor: Visitor, named: string): Promise<void> {
  if (!(await mayRule(parts, visitor))) return;
  const [, batch, result] = /^(.+):(\d+)$/.exec(named) ?? [];
  if (batch === undefined) return say(visitor, notes.stale);
  const isWithdrawn = await parts.bot.reopen(visitor.user, { batch, result: Number(result) });
  await say(visitor, isWithdrawn ? notes.reopened : notes.notReopened);
}

/** Undoes the newest label that still counts: one's own, or as an admin that of `of`. */
export async function undoLast(parts: Parts, visitor: Visitor, of = visitor.user): Promise<void> {
  const last = parts.bot.history().find((entry) => entry.annotator === of && entry.undoneBy === undefined);
  if (last !== undefined) return say(visitor, await undo(parts, visitor.user, last.answer));
  await say(visitor, of === visitor.user ? notes.noLabel : notes.noLabelOf(of));
}

/** Undoes the very answer an *Undo* button names, and shows the window it stands in anew. */
export async function undoNamed(parts: Parts, visitor: Visitor, answer: string): Promise<void> {
  const note = await undo(parts, visitor.user, answer);
  const { modal } = visitor.reply;
  if (modal === undefined) return publishHome(parts, visitor.user, note);
  await visitor.reply.update(modal, historyView(parts.bot.history(), readerOf(parts, visitor.user), note));
}

async function undo({ bot, access }: Parts, by: string, answer: string): Promise<string> {
  return noteOnUndo(await bot.undo({ answer, by, isAdmin: access.isAdmin(by) }));
}

async function mayRule({ access, settings }: Parts, visitor: Visitor): Promise<boolean> {
  if (access.isAdmin(visitor.user)) return true;
  await say(visitor, sentences.denied.admin(settings.admins));
  return false;
}
