import type {
  ActionsBlock,
  Button,
  ContextBlock,
  ImageBlock,
  KnownBlock,
  ModalView,
  MrkdwnElement,
  PlainTextElement,
  SectionBlock,
} from '@slack/types';
import { bold, clip, safe } from './mrkdwn.ts';

/** A message or the part of it that Slack shows: `text` is what notifications and screen readers get. */
export type Rendered = { readonly text: string; readonly blocks: KnownBlock[] };

/**
 * `text` is in plain words: Slack reads mrkdwn in it, so that a model called `<!channel>` would ring everybody's phone.
 * Notifications show its beginning; an edit may have 4,000 characters of it.
 */
export function rendered(text: string, blocks: KnownBlock[]): Rendered {
  return { text: safe(clip(text, 2_000)), blocks };
}

/** A message of one paragraph in mrkdwn. */
export function paragraph(text: string): Rendered {
  return { text: clip(text, 2_000), blocks: [section(text)] };
}

/** What is said of a task where it is not at home. */
export function saidOf(task: string, { text, blocks }: Rendered): Rendered {
  return { text: `${task}: ${text}`, blocks: [context(bold(task)), ...blocks] };
}

/** Slack's ceilings on text, in characters. @see https://docs.slack.dev/reference/block-kit/blocks */
const limits = { section: 3000, header: 150, button: 75, alt: 2000, context: 2000, modal: 24 };

/** Emoji codes stay as they are typed: a class may be called ":cat:". */
export function plainText(text: string, max = limits.button): PlainTextElement {
  return { type: 'plain_text', text: clip(text.trim(), max) || '–', emoji: false };
}

/** Verbatim, because Slack would make links of names such as `resnet.ai`. */
export function mrkdwn(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** A paragraph in mrkdwn, cut to what Slack takes. */
export function section(text: string): SectionBlock {
  return { type: 'section', text: mrkdwn(clip(text, limits.section)) };
}

/** A title in plain text. */
export function header(text: string): KnownBlock {
  return { type: 'header', text: plainText(text, limits.header) };
}

/** A line of small gray text in mrkdwn. */
export function context(text: string): ContextBlock {
  return { type: 'context', elements: [mrkdwn(clip(text, limits.context))] };
}

/** An image that Slack hosts; its file must be ready there. */
export function image(file: string, alt: string): ImageBlock {
  return { type: 'image', slack_file: { id: file }, alt_text: clip(alt, limits.alt) };
}

/** A button; `value` comes back with a press. */
export function button(text: string, action: string, value: string): Button {
  return { type: 'button', text: plainText(text), action_id: action, value };
}

/** What a button asks before it does something. */
export function confirmation(words: { title: string; text: string; confirm: string; deny: string }) {
  return {
    title: plainText(words.title, 100),
    text: plainText(words.text, 300),
    confirm: plainText(words.confirm, 30),
    deny: plainText(words.deny, 30),
  };
}

/** Names an announced result in the value of a button. */
export function nameResult(batch: string, number: number): string {
  return `${batch}:${number}`;
}

/** What `nameResult` named; undefined for a value that it did not make. */
export function resultNamed(value: string): { batch: string; result: number } | undefined {
  const [, batch, number] = /^(.+):(\d+)$/.exec(value) ?? [];
  return batch === undefined ? undefined : { batch, result: Number(number) };
}

/** `id` is new whenever the elements change, or Slack keeps the old state of selects. */
export function actions(id: string, elements: ActionsBlock['elements']): ActionsBlock {
  return { type: 'actions', block_id: id, elements };
}

/** A window; a title and the words of its buttons hold 24 characters. `name` tells the app which one was submitted. */
export function modal(name: string, words: { title: string; close: string }, blocks: KnownBlock[]): ModalView {
  const title = plainText(words.title, limits.modal);
  const close = plainText(words.close, limits.modal);
  return { type: 'modal', callback_id: name, title, close, blocks };
}
