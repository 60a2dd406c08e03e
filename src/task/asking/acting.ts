import { answer, switchTo, undo } from '../answers.ts';
import { measure } from '../checks/measuring.ts';
import { recheck } from '../checks/mistakes.ts';
import type { Context } from '../context.ts';
import type { CurrentRound } from '../current-round.ts';
import { lease, putOff } from '../leases.ts';
import { peopleOf } from '../review.ts';
import { pin, unpin } from '../serving/pins.ts';
import { reopen, rule } from '../serving/rulings.ts';
import type { Task } from './verbs.ts';

/** Work on the current round, in turn; `none` where there is no round. What it changed is acted upon right after. */
export type OnRound = <Outcome>(
  work: (current: CurrentRound) => Promise<Outcome>,
  none: Outcome,
  isChange: (outcome: Outcome) => boolean,
) => Promise<Outcome>;

/** What people do to a round. */
export function acting(
  onRound: OnRound,
  context: Context,
): Pick<
  Task,
  | 'answer'
  | 'undo'
  | 'pause'
  | 'resume'
  | 'reopen'
  | 'rule'
  | 'recheck'
  | 'measure'
  | 'pin'
  | 'unpin'
  | 'lease'
  | 'putOff'
  | 'people'
> {
  return {
    ...reviewing(onRound, context),
    ...deciding(onRound, context),
    answer: (click) =>
      onRound(
        (current) => answer(current, context, click),
        { kind: 'over' },
        ({ kind }) => kind === 'recorded' || kind === 'somebody else is asked',
      ),
    undo: (request) =>
      onRound(
        (current) => undo(current, context, request),
        { kind: 'no such answer' },
        ({ kind }) => kind === 'undone',
      ),
    pause: (by) => onRound((current) => switchTo('pause', current, context, by), false, Boolean),
    resume: (by) => onRound((current) => switchTo('resume', current, context, by), false, Boolean),
    putOff: (question, annotator) =>
      onRound((current) => putOff(current, context, question, annotator), false, Boolean),
    lease: (annotator) =>
      onRound(
        (current) => lease(current, context, annotator),
        { kind: 'nothing to ask', because: 'no round' },
        // One more person labels now: more images are needed ahead.
        ({ kind }) => kind === 'question',
      ),
  };
}

/** What people do to a result that stands, and what serves. */
function deciding(
  onRound: OnRound,
  context: Context,
): Pick<Task, 'reopen' | 'rule' | 'measure' | 'recheck' | 'pin' | 'unpin'> {
  return {
    reopen: (by, named) => onRound((current) => reopen(current, context, by, named), false, Boolean),
    rule: (ruling) =>
      onRound(
        (current) => rule(current, context, ruling),
        { kind: 'over' },
        ({ kind }) => kind === 'ruled',
      ),
    measure: (request) =>
      onRound(
        (current) => measure(current, context, request),
        { kind: 'over' },
        ({ kind }) => kind === 'begun' || kind === 'ended',
      ),
    recheck: (request) =>
      onRound(
        (current) => recheck(current, context, request),
        { kind: 'over' },
        ({ kind }) => kind === 'asked',
      ),
    pin: (request) =>
      onRound(
        (current) => pin(current, context, request),
        { kind: 'no round' },
        ({ kind }) => kind === 'pinned',
      ),
    unpin: (by) =>
      onRound(
        (current) => unpin(current, context, by),
        { kind: 'not pinned' },
        ({ kind }) => kind === 'unpinned',
      ),
  };
}

/** What the clicks say of people and images. */
function reviewing(onRound: OnRound, context: Context): Pick<Task, 'people'> {
  const isChange = () => false;
  return {
    people: () => onRound((current) => peopleOf(current, context), undefined, isChange),
  };
}
