import { z } from 'zod';
import {
  actionsElement,
  anyText,
  hasOneSource,
  imageElement,
  imageSource,
  inputElement,
  plainText,
  sectionAccessory,
} from './elements.ts';

/**
 * Block Kit's blocks and views with Slack's limits on each.
 *
 * @see https://docs.slack.dev/reference/block-kit/blocks
 */

const blockId = { block_id: z.string().min(1).max(255).optional() };

const section = z
  .strictObject({
    type: z.literal('section'),
    ...blockId,
    text: anyText(3000).optional(),
    fields: z.array(anyText(2000)).min(1).max(10).optional(),
    accessory: sectionAccessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine(({ text, fields }) => text !== undefined || fields !== undefined, 'provide text or fields');

const actions = z.strictObject({
  type: z.literal('actions'),
  ...blockId,
  elements: z.array(actionsElement).min(1).max(25),
});

const context = z.strictObject({
  type: z.literal('context'),
  ...blockId,
  elements: z
    .array(z.discriminatedUnion('type', [imageElement, ...anyText(3000).options]))
    .min(1)
    .max(10),
});

const image = z
  .strictObject({
    type: z.literal('image'),
    ...blockId,
    ...imageSource,
    alt_text: z.string().min(1).max(2000),
    title: plainText(2000).optional(),
  })
  .refine(hasOneSource, 'provide either image_url or slack_file');

const input = z.strictObject({
  type: z.literal('input'),
  ...blockId,
  label: plainText(2000),
  hint: plainText(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  element: inputElement,
});

const header = z.strictObject({ type: z.literal('header'), ...blockId, text: plainText(150) });
const divider = z.strictObject({ type: z.literal('divider'), ...blockId });
const markdown = z.strictObject({ type: z.literal('markdown'), ...blockId, text: z.string().min(1).max(12_000) });

const style = z
  .strictObject({
    bold: z.boolean().optional(),
    italic: z.boolean().optional(),
    strike: z.boolean().optional(),
    code: z.boolean().optional(),
    underline: z.boolean().optional(),
  })
  .optional();

const richPiece = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1), style }),
  z.strictObject({ type: z.literal('link'), url: z.string(), text: z.string().optional(), style }),
  z.strictObject({ type: z.literal('user'), user_id: z.string(), style }),
  z.strictObject({ type: z.literal('channel'), channel_id: z.string(), style }),
  z.strictObject({ type: z.literal('emoji'), name: z.string(), unicode: z.string().optional(), style }),
]);
const pieces = { elements: z.array(richPiece), border: z.literal([0, 1]).optional() };
const richSection = z.strictObject({ type: z.literal('rich_text_section'), elements: z.array(richPiece) });
const richText = z.strictObject({
  type: z.literal('rich_text'),
  ...blockId,
  elements: z.array(
    z.discriminatedUnion('type', [
      richSection,
      z.strictObject({ type: z.literal('rich_text_quote'), ...pieces }),
      z.strictObject({ type: z.literal('rich_text_preformatted'), ...pieces }),
      z.strictObject({
        type: z.literal('rich_text_list'),
        elements: z.array(richSection),
        style: z.enum(['bullet', 'ordered']),
        indent: z.int().min(0).max(8).optional(),
        border: z.literal([0, 1]).optional(),
      }),
    ]),
  ),
});

const cell = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('raw_text'), text: z.string().min(1) }),
  z.strictObject({ type: z.literal('raw_number'), value: z.number(), text: z.string().min(1) }),
  richText,
]);
const table = z.strictObject({
  type: z.literal('table'),
  ...blockId,
  rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
  column_settings: z
    .array(
      z.strictObject({
        align: z.enum(['left', 'center', 'right']).optional(),
        is_wrapped: z.boolean().optional(),
      }),
    )
    .max(20)
    .optional(),
});

/** Blocks of a modal or of App Home: at most 100. */
const viewBlocks = z
  .array(z.discriminatedUnion('type', [section, actions, context, image, input, header, divider, richText]))
  .max(100);

/** Blocks of a message: at most 50; tables and `markdown` stand only here. */
export const messageBlocks = z
  .array(
    z.discriminatedUnion('type', [section, actions, context, image, input, header, divider, richText, markdown, table]),
  )
  .max(50);

const anyView = {
  blocks: viewBlocks,
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
};

/** What App Home shows. */
export const homeView = z.strictObject({ type: z.literal('home'), ...anyView });

/** A window. */
export const modalView = z.strictObject({
  type: z.literal('modal'),
  ...anyView,
  title: plainText(24),
  close: plainText(24).optional(),
  submit: plainText(24).optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
});

export type Block = z.infer<typeof messageBlocks>[number];
export type ModalView = z.infer<typeof modalView>;
export type HomeView = z.infer<typeof homeView>;

/** What people can press, choose from or type into. */
export type InteractiveElement = z.infer<typeof actionsElement> | z.infer<typeof inputElement>;
