import type { Button, InputBlock, KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import type { LeaseOutcome } from '../../task/asking/verbs.ts';
import type { Question } from '../../task/people.ts';
import { marked } from '../mark.ts';
import { choices } from './ask.ts';
import { actions, button, context, image, modal, plainText, section } from './blocks.ts';
import { larger } from './card.ts';
import { sentences } from './sentences.ts';

const say = sentences.lane;

/** What happened just before in somebody's own lane; `answer` can be undone. */
export type LaneNews = { readonly text: string; readonly answer?: string };

/** What a window of somebody’s own lane needs to know beside its question. */
export type LaneLook = {
  /** The question's image on Slack. */
  readonly file?: string | undefined;
  readonly news?: LaneNews | undefined;
  readonly hasGuidelines?: boolean;
  /** The task it is about, where there are several. */
  readonly task?: string | undefined;
  /** Another task, for somebody who has nothing left to do in this one. */
  readonly next?: string | undefined;
  /** True where each press may cost a call: then one press is a label. Otherwise *Next* takes what was chosen. */
  readonly atOnePress?: boolean;
};

/** The modal of somebody who labels on their own. */
export function laneView(
  outcome: LeaseOutcome,
  { file, news, task, next, hasGuidelines = false, atOnePress = false }: LaneLook,
): ModalView {
  if (outcome.kind === 'nothing to ask') {
    const goOn =
      next === undefined ? [] : [actions('go-on', [button(say.goOn(next), marked(next, 'lane-next'), 'next')])];
    return notice([...newsBlocks(news), section(say.nothing[outcome.because]), ...goOn], say.done);
  }
  const { question } = outcome;
  if (file === undefined)
    return { ...notice([...newsBlocks(news), section(say.imageOnItsWay)], say.close), callback_id: WAITING };
  // At the top, where it is in sight on every screen.
  const blocks: KnownBlock[] = newsBlocks(news);
  const { secondLook, secondLookAtOwn } = sentences.card;
  if (outcome.mine !== undefined) {
    const { mine, check, toGo } = outcome;
    const line = check ? say.check(check, mine) : say.progress(mine, toGo);
    blocks.push(context(task === undefined ? line : sentences.tasks.named(task, line)));
  }
  if (outcome.wasPutOff) blocks.push(context(say.putOffAgain));
  if (question.opinion > 1) blocks.push(context(question.isRepeat ? secondLookAtOwn : secondLook));
  blocks.push(image(file, sentences.card.alt), ...(atOnePress ? presses(question) : questions(question)));
  const guidelines = hasGuidelines ? [button(sentences.menu.guidelines, 'guidelines', 'guidelines')] : [];
  const others = [button(say.later, 'lane-later', question.id), larger(question), ...guidelines];
  blocks.push(actions(`more:${question.id}`, others));
  return { ...modal('lane', say, blocks), private_metadata: question.id, submit: plainText(say.submit, 24) };
}

const WAITING = 'waiting';

/** Whether the window only says that its image is on its way. */
export function isWaiting(view: ModalView): boolean {
  return view.callback_id === WAITING;
}

/** A lane that says it is looking, until the next question and its image are there; *Undo* comes with them. */
export function laneLooking(news?: string): ModalView {
  return notice([...(news === undefined ? [] : [section(news)]), section(say.looking)], say.close);
}

/** An image as large as a window allows: the whole, then its quarters. Without files it is on its way; `small` bridges the time. */
export function largerView(files: readonly string[] | undefined, small: string | undefined): ModalView {
  if (files === undefined) {
    const meanwhile = small === undefined ? [] : [image(small, sentences.card.alt)];
    return modal('larger', sentences.larger, [context(sentences.larger.onItsWay), ...meanwhile]);
  }
  if (files.length === 0) return modal('larger', sentences.larger, [section(sentences.larger.notShown)]);
  const [whole, ...quarters] = files.map((file, index) =>
    image(file, index === 0 ? sentences.card.alt : sentences.larger.part),
  );
  return modal('larger', sentences.larger, [
    whole!,
    ...(quarters.length > 0 ? [context(sentences.larger.quarters)] : []),
    ...quarters,
  ]);
}

/** A modal that only says something. */
export function noticeView(text: string): ModalView {
  return notice([section(text)], say.done, sentences.app);
}

function notice(blocks: KnownBlock[], close: string, title = say.title): ModalView {
  return modal('notice', { title, close }, blocks);
}

/**
 * A button for each class, and a field that has the focus: the first letters of a class and Enter are a label too, without
 * the mouse. It tells the app at once, so nobody has to go on to *Next*.
 */
function presses(question: Question): KnownBlock[] {
  const { offered, needsSearch } = choices(question);
  const press = (text: string, value: string): Button => button(text, `lane-label:${value}`, question.id);
  const buttons = [
    ...offered.map((index) => press(question.classes[index] ?? '', String(index))),
    press(sentences.card.cannotTell, 'none'),
  ];
  const typed = { optional: true, dispatch_action: true } as const;
  const field: InputBlock = needsSearch
    ? { ...search(question, true), ...typed }
    : {
        type: 'input',
        block_id: `choice:${question.id}`,
        ...typed,
        label: plainText(say.typeLabel, 2000),
        element: {
          type: 'static_select',
          action_id: 'choice',
          placeholder: plainText(say.searchPlaceholder, 150),
          options: classOptions(question, offered),
          focus_on_load: true,
        },
      };
  return [actions(`press:${question.id}`, buttons), field];
}

function questions(question: Question): InputBlock[] {
  const { offered, needsSearch } = choices(question);
  const options = classOptions(question, offered);
  // Radio buttons hold ten.
  const type = options.length > 10 ? ('static_select' as const) : ('radio_buttons' as const);
  const choice: InputBlock = {
    type: 'input',
    // New with every question, or Slack would show the last choice again.
    block_id: `choice:${question.id}`,
    optional: needsSearch,
    label: plainText(say.classLabel, 2000),
    element: { type, action_id: 'choice', options, focus_on_load: true },
  };
  if (!needsSearch) return [choice];
  return [choice, search(question)];
}

function search(question: Question, hasFocus = false): InputBlock {
  return {
    type: 'input',
    block_id: `search:${question.id}`,
    optional: true,
    label: plainText(say.searchLabel(question.classes.length), 2000),
    element: {
      type: 'external_select',
      action_id: `search:${question.id}`,
      min_query_length: 1,
      placeholder: plainText(say.searchPlaceholder, 150),
      ...(hasFocus && { focus_on_load: true }),
    },
  };
}

function classOptions({ classes }: Question, offered: readonly number[]): PlainTextOption[] {
  return [
    ...offered.map((index) => option(classes[index] ?? '', String(index))),
    option(sentences.card.cannotTell, 'none'),
  ];
}

/** One choice of a select or of radio buttons. */
export function option(text: string, value: string): PlainTextOption {
  return { text: plainText(text), value };
}

function newsBlocks(news: LaneNews | undefined): KnownBlock[] {
  if (news === undefined) return [];
  if (news.answer === undefined) return [context(news.text)];
  return [{ ...section(news.text), accessory: button(say.undo, 'lane-undo', news.answer) }];
}
