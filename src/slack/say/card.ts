import type { KnownBlock } from '@slack/types';
import type { AccuracyCheck, Card, Question } from '../../task/people.ts';
import { choices } from './ask.ts';
import { actions, button, context, image, nameResult, plainText, type Rendered, rendered, section } from './blocks.ts';
import { sentences } from './sentences.ts';

const say = sentences.card;

/** What a card needs to know of Slack and of the settings. */
export type CardLook = {
  /** The question's image on Slack: its file, `coming` when it should be there soon, `missing` when it did not get there. */
  readonly file: string | 'coming' | 'missing';
  /** Makes block ids new on each edit. */
  readonly revision: string;
  readonly hasGuidelines: boolean;
  /** False where the settings name no admin: then there is no button for what only an admin may do. */
  readonly hasAdmins?: boolean;
};

/** The card as it should stand now. */
export function renderCard(card: Card, look: CardLook): Rendered {
  const blocks: KnownBlock[] = card.warnings.slice(0, 5).map((warning) => context(say.warning(warning)));
  blocks.push(...now(card, look), context(footer(card)));
  if (card.arriving) blocks.push(context(sentences.status.running(card.arriving)));
  return rendered(say.text[card.now.kind](card.batch), blocks);
}

function now(card: Card, look: CardLook): KnownBlock[] {
  const { revision } = look;
  switch (card.now.kind) {
    case 'asking':
      return asking(card.now, look);
    case 'paused':
      return [section(say.paused(card.now.by)), actions(revision, [button(say.resume, 'resume', 'resume')])];
    case 'all taken':
      return [section(say.allTaken), actions(`${revision}:menu`, ways(look))];
    case 'finished':
      return [
        section(say.finished(card.now.result)),
        actions(revision, [button(sentences.menu.history, 'history', card.batch)]),
      ];
  }
}

function asking(
  { question, notFor = [], check }: Extract<Card['now'], { kind: 'asking' }>,
  look: CardLook,
): KnownBlock[] {
  const { file, revision } = look;
  const { offered, needsSearch } = choices(question);
  const classes = offered.map((index) => button(question.classes[index] ?? '', `label:${index}`, question.id));
  const blocks: KnownBlock[] = [section(`*${say.title}*`)];
  if (check) blocks.push(context(say.check(check)));
  if (question.opinion > 1) blocks.push(context(notFor.length > 0 ? say.secondLookBut(notFor) : say.secondLook));
  // Nobody should label an image unseen, nor be left without a sign that the last click has counted.
  if (file === 'coming') {
    return [...blocks, section(say.imageComing), actions(`${revision}:menu`, ways(look, question, check))];
  }
  blocks.push(file === 'missing' ? section(say.imageMissing) : image(file, say.alt));
  blocks.push(actions(`${revision}:classes`, [...classes, button(say.cannotTell, 'label:none', question.id)]));
  if (needsSearch) blocks.push(search(question, revision));
  blocks.push(actions(`${revision}:menu`, ways(look, question, check)));
  return blocks;
}

function search(question: Question, revision: string): KnownBlock {
  return actions(`${revision}:search`, [
    {
      type: 'external_select',
      action_id: `search:${question.id}`,
      placeholder: plainText(say.search(question.classes.length), 150),
      min_query_length: 1,
    },
  ]);
}

/** A larger picture of what is asked. */
export function larger(question: Question) {
  return button(sentences.larger.open, 'larger', question.id);
}

/** What else there is to press; the menu names the question, so that *Why?* speaks of it. */
function ways({ hasGuidelines, hasAdmins = true }: CardLook, question?: Question, check?: AccuracyCheck) {
  const { guidelines, pause, ...always } = sentences.menu;
  // What measures a winner is not paused: it ends.
  const entries = check || !hasAdmins ? always : { ...always, pause };
  const options = Object.entries(entries).map(([value, text]) => ({ text: plainText(text), value }));
  return [
    button(say.ownLane, 'lane', 'lane'),
    ...(question === undefined ? [] : [larger(question)]),
    ...(hasGuidelines ? [button(guidelines, 'guidelines', 'guidelines')] : []),
    ...(check && question ? [button(say.stopCheck, 'measure-stop', nameResult(question.batch, check.result))] : []),
    { type: 'overflow' as const, action_id: question === undefined ? 'menu' : `menu:${question.id}`, options },
  ];
}

/** Progress and the last answer; a second opinion must not see the first one. */
function footer(card: Card): string {
  const { now } = card;
  const progress = now.kind === 'asking' && now.check ? say.checkProgress(card.batch, now.check) : say.progress(card);
  const last = card.lastAnswer;
  if (last === undefined) return progress;
  const isSecondOpinion = card.now.kind === 'asking' && card.now.question.opinion > 1;
  return `${progress} · ${isSecondOpinion ? say.lastAnswerHidden(last.annotator) : say.lastAnswer(last.annotator, last.class)}`;
}
