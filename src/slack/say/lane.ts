import type { InputBlock, KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import type { LeaseOutcome, Question } from '../../task/people.ts';
import { choices } from './ask.ts';
import { actions, button, context, image, modal, plainText, section } from './blocks.ts';
import { sentences } from './sentences.ts';

const say = sentences.lane;

/** What happened just before in somebody's own lane; `answer` can be undone. */
export type LaneNews = { readonly text: string; readonly answer?: string };

export type LaneLook = {
  /** The question's image on Slack. */
  readonly file?: string | undefined;
  readonly news?: LaneNews | undefined;
  readonly hasGuidelines?: boolean;
};

/** The modal of somebody who labels on their own. */
export function laneView(outcome: LeaseOutcome, { file, news, hasGuidelines = false }: LaneLook): ModalView {
  if (outcome.kind === 'nothing to ask') {
    return notice([...newsBlocks(news), section(say.nothing[outcome.because])], say.done);
  }
  const { question } = outcome;
  if (file === undefined) return notice([...newsBlocks(news), section(say.imageOnItsWay)], say.close);
  // At the top, where it is in sight on every screen.
  const blocks: KnownBlock[] = newsBlocks(news);
  if (question.opinion > 1) blocks.push(context(sentences.card.secondOpinion));
  blocks.push(image(file, sentences.card.alt), ...questions(question));
  if (hasGuidelines)
    blocks.push(actions('guidelines', [button(sentences.menu.guidelines, 'guidelines', 'guidelines')]));
  return { ...modal('lane', say, blocks), private_metadata: question.id, submit: plainText(say.submit, 24) };
}

/** A lane that says it is looking, for the moment in which Slack would not wait. */
export function laneLooking(): ModalView {
  return notice([section(say.looking)], say.close);
}

/** A modal that only says something. */
export function noticeView(text: string): ModalView {
  return notice([section(text)], say.done, sentences.app);
}

function notice(blocks: KnownBlock[], close: string, title = say.title): ModalView {
  return modal('notice', { title, close }, blocks);
}

function questions(question: Question): InputBlock[] {
  const { offered, needsSearch } = choices(question);
  const options = [
    ...offered.map((index) => option(question.classes[index] ?? '', String(index))),
    option(sentences.card.cannotTell, 'none'),
  ];
  const choice: InputBlock = {
    type: 'input',
    // New with every question, or Slack would show the last choice again.
    block_id: `choice:${question.id}`,
    optional: needsSearch,
    label: plainText(say.classLabel, 2000),
    element: { type: 'radio_buttons', action_id: 'choice', options, focus_on_load: true },
  };
  if (!needsSearch) return [choice];
  const search: InputBlock = {
    type: 'input',
    block_id: `search:${question.id}`,
    optional: true,
    label: plainText(say.searchLabel(question.classes.length), 2000),
    element: {
      type: 'external_select',
      action_id: `search:${question.id}`,
      min_query_length: 1,
      placeholder: plainText(say.searchPlaceholder, 150),
    },
  };
  return [choice, search];
}

export function option(text: string, value: string): PlainTextOption {
  return { text: plainText(text), value };
}

function newsBlocks(news: LaneNews | undefined): KnownBlock[] {
  if (news === undefined) return [];
  if (news.answer === undefined) return [context(news.text)];
  return [{ ...section(news.text), accessory: button(say.undo, 'lane-undo', news.answer) }];
}
