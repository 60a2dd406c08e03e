import { setTimeout as sleep } from 'node:timers/promises';
import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { LeaseOutcome } from '../../../task/asking/verbs.ts';
import { markWindow } from '../../mark.ts';
import type { Parts, Visitor } from '../../parts.ts';
import { refusalElsewhere, wasInChannel } from '../../rights.ts';
import { isWaiting, type LaneNews, laneLooking, laneView, noticeView } from '../../say/lane.ts';
import { noteOnAnswer, noteOnUndo } from '../../say/notes.ts';
import { sentences } from '../../say/sentences.ts';
import { hasGuidelines } from '../../settings.ts';
import { chosenClass } from './chosen-class.ts';

/** Slack waits 3 s for a trigger to be used and for a window to be answered; what takes longer follows by an update. */
const patienceMs = 1_800;

/** An image that takes longer to reach Slack is waited for again, by a window that says so. */
const imagePatienceMs = 30_000;

/** Opens somebody's own lane. */
export async function openLane(parts: Parts, visitor: Visitor): Promise<void> {
  if (!wasInChannel(parts, visitor.user)) {
    await visitor.reply.open(noticeView(sentences.denied.joinFirst(parts.settings.channel)));
    return;
  }
  const next = nextInLane(parts, visitor);
  const soon = await soonEnough(next);
  const window = await visitor.reply.open(soon ?? laneLooking());
  if (soon === undefined) await showInWindow(parts, visitor, window.id, next);
  else if (!isSettled(parts, soon, window.isWhole)) {
    await showInWindow(parts, visitor, window.id, nextInLane(parts, visitor));
  }
}

/**
 * A window that somebody answers in as fast as it is changed is left to their next press, which moves it on, too; and so is one
 * whose image does not come: Slack's rate of uploads would have let it through by then.
 */
const changesMax = 3;

/** Shows the next question, and again when its image has come; the one after it, where that has had its answer by the time it stands there. */
async function showInWindow(parts: Parts, visitor: Visitor, window: string, next: Promise<ModalView>): Promise<void> {
  for (let view = next, changes = 1; ; view = nextInLane(parts, visitor), changes++) {
    const shown = await view;
    const { isWhole } = await visitor.reply.update(window, shown);
    if (changes === changesMax || isSettled(parts, shown, isWhole)) return;
  }
}

/**
 * Whether a window may stay as it was shown. Not where Slack did not take its image, which is uploaded anew, or it was not there
 * yet; nor where its question was answered while the window was on its way: pressed twice, *Label on my own* opens two with the same one.
 */
function isSettled({ task, channel }: Parts, view: ModalView, isWhole: boolean): boolean {
  const { private_metadata: question = '' } = view;
  if (isWaiting(view)) return false;
  if (!isWhole && channel.showing.takes('windows')) return false;
  return !task.question(question)?.isAnswered;
}

const submission = z.object({
  id: z.string(),
  private_metadata: z.string().min(1),
  state: z.object({
    values: z.record(
      z.string(),
      z.record(z.string(), z.object({ selected_option: z.object({ value: chosenClass }).nullish() })),
    ),
  }),
});

/**
 * What Slack shows after *Next* in the lane: it travels with the acknowledgement and costs no call. `goOn` shows the next
 * question by one, where the acknowledgement could not: to be called after it, or the two might arrive the other way round.
 */
export type LaneAnswer = {
  readonly acknowledgement:
    | { readonly response_action: 'update'; readonly view: ModalView }
    | { readonly response_action: 'errors'; readonly errors: Record<string, string> };
  readonly goOn?: () => Promise<void>;
};

/** *Next*: the answer counts, and the window says so at once; no acknowledgement waits for an image on its way to Slack. */
export async function submitLane(parts: Parts, visitor: Visitor, view: unknown): Promise<LaneAnswer> {
  const { id, private_metadata: question, state } = submission.parse(view);
  const fields = Object.assign({}, ...Object.values(state.values)) as (typeof state.values)[string];
  const chosen = fields[`search:${question}`]?.selected_option ?? fields.choice?.selected_option;
  if (!chosen) {
    const errors = { [fieldOf(state.values)]: sentences.lane.chooseOne };
    return { acknowledgement: { response_action: 'errors', errors } };
  }
  // An image in an acknowledgement is refused without a word to us, and the person may only press *Next* again. So images
  // come in calls until windows have taken some, and where a question is sent a second time.
  const isSafe = parts.channel.showing.isProven('windows') && parts.task.question(question)?.isAnswered !== true;
  const next = answerIn(parts, visitor, question, chosen.value);
  const soon = await soonEnough(next);
  const atHand = soon && isSafe ? await viewOf(parts, visitor, soon, 0) : undefined;
  const isThere = atHand !== undefined && !isWaiting(atHand);
  const shown = markWindow(parts.mark, isThere ? atHand : laneLooking(soon?.news?.text));
  const goOn = async () => showInWindow(parts, visitor, id, viewOf(parts, visitor, await next));
  return { acknowledgement: { response_action: 'update', view: shown }, ...(!isThere && { goOn }) };
}

/** *Undo* in the lane: the answer goes, the question in the window stays. */
export async function undoInLane(parts: Parts, visitor: Visitor, answer: string): Promise<void> {
  const isAdmin = parts.access.isAdmin(visitor.user);
  const outcome = await parts.task.undo({ answer, by: visitor.user, isAdmin });
  const text = outcome.kind === 'undone' ? sentences.lane.undone : noteOnUndo(outcome, visitor.user);
  const { modal } = visitor.reply;
  if (modal !== undefined) await showInWindow(parts, visitor, modal, nextInLane(parts, visitor, { text }));
}

/** *Later*: the image comes again when nothing else is left, or goes to somebody else. */
export async function putOffInLane(parts: Parts, visitor: Visitor, question: string): Promise<void> {
  const { modal } = visitor.reply;
  const [isPutOff, lease] = await Promise.all([
    parts.task.putOff(question, visitor.user),
    parts.task.lease(visitor.user),
  ]);
  // The card's own question is for everybody, and stays.
  const isStill = lease.kind === 'question' && lease.question.id === question;
  const news = isPutOff ? { text: sentences.lane.putOff } : isStill ? { text: sentences.lane.onlyThis } : undefined;
  if (modal !== undefined) await showInWindow(parts, visitor, modal, viewOf(parts, visitor, { lease, news }));
}

/** *Go on with …*: the window turns to a question of this task, where another task had none left. */
export async function goOnInLane(parts: Parts, visitor: Visitor): Promise<void> {
  const { modal } = visitor.reply;
  if (modal !== undefined) await showInWindow(parts, visitor, modal, nextInLane(parts, visitor));
}

/** A class pressed, or typed, in the lane: it counts at once, and the next question takes its place. */
export async function pressInLane(parts: Parts, visitor: Visitor, question: string, choice: string): Promise<void> {
  const { modal } = visitor.reply;
  const chosen = chosenClass.safeParse(choice);
  if (modal === undefined || !chosen.success) return;
  const next = await answerIn(parts, visitor, question, chosen.data);
  await showInWindow(parts, visitor, modal, viewOf(parts, visitor, next));
}

/** The block under which Slack shows that nothing was chosen: the first field of the form. */
function fieldOf(values: Readonly<Record<string, unknown>>): string {
  return Object.keys(values).find((block) => /^(choice|search):/.test(block)) ?? '';
}

/** What is to be shown in a lane: its next question, or why there is none, and what happened before. */
type Next = { readonly lease: LeaseOutcome; readonly news?: LaneNews | undefined };

async function answerIn({ task }: Parts, { user }: Visitor, question: string, chosen: number | null): Promise<Next> {
  // Asked for in one breath: the bot does one thing after the other, and so both come before the method's next step.
  const answering = task.answer({ question, class: chosen, annotator: user });
  const [outcome, lease] = await Promise.all([answering, task.lease(user)]);
  // After a double click the window is shown a second time, and still says what was saved, with its *Undo*.
  if (outcome.kind === 'recorded' || outcome.kind === 'repeated') {
    return { lease, news: { text: sentences.lane.saved(outcome.class), answer: outcome.answer } };
  }
  const text = noteOnAnswer(outcome, user);
  return { lease, news: text === undefined ? undefined : { text } };
}

async function nextInLane(parts: Parts, visitor: Visitor, news?: LaneNews): Promise<ModalView> {
  return viewOf(parts, visitor, { lease: await parts.task.lease(visitor.user), news });
}

/** The window, once its image is on Slack; after `patienceMs` it says that it is on its way. */
async function viewOf(
  parts: Parts,
  visitor: Visitor,
  { lease, news }: Next,
  patienceMs = imagePatienceMs,
): Promise<ModalView> {
  if (lease.kind !== 'question') return laneView(lease, { news, next: await nextTask(parts, visitor) });
  const file = await parts.channel.images.waitFor(lease.question.image, patienceMs);
  const atOnePress = parts.channel.windows.hasRoom();
  return laneView(lease, { file, news, task: parts.mark, hasGuidelines: hasGuidelines(parts.settings), atOnePress });
}

/** Another task that needs labels from this person: the first after this one, so that none is always the last. */
async function nextTask(parts: Parts, { caller }: Visitor): Promise<string | undefined> {
  const at = parts.all.indexOf(parts);
  for (const other of [...parts.all.slice(at + 1), ...parts.all.slice(0, Math.max(0, at))]) {
    if (refusalElsewhere(other, caller) === undefined && (await needsLabels(other))) return other.name;
  }
  return undefined;
}

async function needsLabels({ task }: Parts): Promise<boolean> {
  const status = await task.status().catch(() => undefined);
  return status?.kind === 'round' && status.phase === 'labeling';
}

function soonEnough<T>(work: Promise<T>): Promise<T | undefined> {
  return Promise.race([work, sleep(patienceMs, undefined, { ref: false })]);
}
