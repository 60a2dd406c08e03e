import { z } from 'zod';
import { splitMark } from '../mark.ts';
import { type Parts, tell, type Visitor } from '../parts.ts';
import { resultNamed } from '../say/blocks.ts';
import { sentences } from '../say/sentences.ts';
import { measure } from './days/measure.ts';
import { askAgain, showMistakes } from './days/mistakes.ts';
import { showGuidelines } from './guidelines.ts';
import { explainChoice } from './help.ts';
import { showHistory, siftHistory } from './history.ts';
import { label } from './labeling/label.ts';
import { goOnInLane, openLane, pressInLane, putOffInLane, undoInLane } from './labeling/lane.ts';
import { showLarger } from './labeling/larger.ts';
import { pause, resume } from './pause.ts';
import { goBack, reopen, rule, runAgain } from './rule.ts';
import { undoAsAsked, undoFirst, undoLast, undoNamed } from './undo.ts';

/** What a button, a select or an overflow menu sends; values are unsigned, so every use checks them against the store. */
const action = z.object({
  action_id: z.string(),
  block_id: z.string().default(''),
  value: z.string().optional(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_user: z.string().nullish(),
});

/** Anything pressed anywhere. What nobody knows is from an older message or another app version. */
export async function onAction(parts: Parts, visitor: Visitor, pressed: unknown): Promise<void> {
  const {
    action_id,
    block_id: block,
    value = '',
    selected_option: selected,
    selected_user: user,
  } = action.parse(pressed);
  const { id } = splitMark(action_id);
  const [verb = '', rest] = splitOnce(id);
  switch (verb) {
    case 'label':
      return label(parts, visitor, value, rest);
    case 'search':
      if (visitor.reply.modal !== undefined) return pressInLane(parts, visitor, rest, selected?.value ?? '');
      return label(parts, visitor, rest, selected?.value ?? '');
    case 'menu':
      return onMenu(parts, visitor, selected?.value ?? '', rest);
    case 'larger':
      return showLarger(parts, visitor, value);
    case 'guidelines':
      return showGuidelines(parts, visitor);
    case 'undo':
      return undoNamed(parts, visitor, value, false);
    case 'undo-relied':
      return undoNamed(parts, visitor, value, true);
    case 'undo-first':
      return undoFirst(parts, visitor, value);
    case 'undo-asked':
      return undoAsAsked(parts, visitor, value);
    case 'deploy':
    case 'keep':
      return rule(parts, visitor, value, verb === 'deploy');
    case 'measure':
      return measure(parts, visitor, value, true);
    case 'measure-stop':
      return measure(parts, visitor, value, false);
    case 'mistakes':
      return showMistakes(parts, visitor, { batch: resultNamed(value)?.batch });
    case 'ask-again':
      return askAgain(parts, visitor, value);
    case 'run-again':
      return runAgain(parts, visitor, value);
    case 'rollback':
      return goBack(parts, visitor, value);
    case 'resume':
      return resume(parts, visitor);
    case 'reopen':
      return reopen(parts, visitor, value);
    case 'history':
      return showHistory(parts, visitor, value);
    case 'history-of':
    case 'history-class':
    case 'history-disagreements':
    case 'history-all':
      return siftHistory(parts, visitor, verb, user ?? selected?.value ?? '');
    default:
      return onLane(parts, visitor, id, { value, chosen: selected?.value ?? '', question: splitOnce(block)[1] });
  }
}

/** What is pressed in somebody's own lane, or opens it. `question`: of the field that has the options. */
async function onLane(
  parts: Parts,
  visitor: Visitor,
  id: string,
  { value, chosen, question }: { readonly value: string; readonly chosen: string; readonly question: string },
): Promise<void> {
  const [verb, rest] = splitOnce(id);
  switch (verb) {
    case 'lane':
      return openLane(parts, visitor);
    case 'lane-next':
      return goOnInLane(parts, visitor);
    case 'choice':
      return pressInLane(parts, visitor, question, chosen);
    case 'lane-label':
      return pressInLane(parts, visitor, value, rest);
    case 'lane-later':
      return putOffInLane(parts, visitor, value);
    case 'lane-undo':
      return undoInLane(parts, visitor, value);
    default:
      return tell(visitor, sentences.notes.stale);
  }
}

async function onMenu(parts: Parts, visitor: Visitor, choice: string, question: string): Promise<void> {
  switch (choice) {
    case 'guidelines':
      return showGuidelines(parts, visitor);
    case 'why':
      return explainChoice(parts, visitor, question);
    case 'undo':
      return undoLast(parts, visitor);
    case 'history':
      return showHistory(parts, visitor);
    case 'pause':
      return pause(parts, visitor);
    default:
      return tell(visitor, sentences.notes.stale);
  }
}

function splitOnce(id: string): [string, string] {
  const colon = id.indexOf(':');
  return colon === -1 ? [id, ''] : [id.slice(0, colon), id.slice(colon + 1)];
}
