import { z } from 'zod';

/**
 * Block Kit's texts and interactive elements with Slack's limits on each.
 * Unknown properties are refused, as Slack does.
 *
 * @see https://docs.slack.dev/reference/block-kit/block-elements
 */

export const plainText = (maximum: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(maximum),
    emoji: z.boolean().optional(),
  });

const mrkdwn = (maximum: number) =>
  z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(maximum),
    verbatim: z.boolean().optional(),
  });

/** Text of either kind, at most so long. */
export const anyText = (maximum: number) => z.discriminatedUnion('type', [plainText(maximum), mrkdwn(maximum)]);

const slackFile = z
  .strictObject({ id: z.string().optional(), url: z.url().optional() })
  .refine(({ id, url }) => (id === undefined) !== (url === undefined), 'provide either id or url of a slack_file');

/** An image is either on the public web or a file uploaded to Slack. */
export const imageSource = {
  image_url: z
    .url({ protocol: /^https?$/ })
    .max(3000)
    .optional(),
  slack_file: slackFile.optional(),
};

/** Slack takes exactly one of the two. */
export const hasOneSource = (image: { image_url?: unknown; slack_file?: unknown }) =>
  (image.image_url === undefined) !== (image.slack_file === undefined);

/** An image beside a text, or among others. */
export const imageElement = z
  .strictObject({ type: z.literal('image'), alt_text: z.string().min(1).max(2000), ...imageSource })
  .refine(hasOneSource, 'provide either image_url or slack_file');

/** Slack's reference says 150 for `value` and its npm types say 75: what passes here passes both. */
const optionParts = { value: z.string().min(1).max(75), description: plainText(75).optional() };
const option = z.strictObject({ text: plainText(75), ...optionParts });
const richOption = z.strictObject({ text: anyText(75), ...optionParts });
const overflowOption = z.strictObject({ text: plainText(75), ...optionParts, url: z.string().max(3000).optional() });
const optionGroup = z.strictObject({ label: plainText(75), options: z.array(option).min(1).max(100) });

/** What an app may answer to a `block_suggestion`: at most 100 options, or groups of them. */
export const suggestions = z.union([
  z.strictObject({ options: z.array(option).max(100) }),
  z.strictObject({ option_groups: z.array(optionGroup).max(100) }),
]);

const confirm = z.strictObject({
  title: plainText(100).optional(),
  text: anyText(300),
  confirm: plainText(30).optional(),
  deny: plainText(30).optional(),
  style: z.enum(['primary', 'danger']).optional(),
});

const actionId = { action_id: z.string().min(1).max(255).optional() };
const confirmable = { confirm: confirm.optional() };
const focusable = { focus_on_load: z.boolean().optional() };
const placeholder = { placeholder: plainText(150).optional() };
/** What radio buttons and checkboxes share: every option is in sight. */
const openChoice = { ...actionId, ...confirmable, ...focusable, options: z.array(richOption).min(1).max(10) };

const button = z.strictObject({
  type: z.literal('button'),
  ...actionId,
  ...confirmable,
  text: plainText(75),
  value: z.string().max(2000).optional(),
  url: z.string().max(3000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  accessibility_label: z.string().max(75).optional(),
});

const staticSelect = z
  .strictObject({
    type: z.literal('static_select'),
    ...actionId,
    ...confirmable,
    ...focusable,
    ...placeholder,
    options: z.array(option).min(1).max(100).optional(),
    option_groups: z.array(optionGroup).min(1).max(100).optional(),
    initial_option: option.optional(),
  })
  .refine(
    ({ options, option_groups }) => (options === undefined) !== (option_groups === undefined),
    'provide either options or option_groups',
  );

const externalSelect = z.strictObject({
  type: z.literal('external_select'),
  ...actionId,
  ...confirmable,
  ...focusable,
  ...placeholder,
  initial_option: option.optional(),
  min_query_length: z.int().min(0).optional(),
});

/** A channel or a person of the workspace; in a form it may come with an address to answer to. */
const conversationsSelect = z.strictObject({
  type: z.literal('conversations_select'),
  ...actionId,
  ...confirmable,
  ...focusable,
  ...placeholder,
  initial_conversation: z.string().optional(),
  default_to_current_conversation: z.boolean().optional(),
  response_url_enabled: z.boolean().optional(),
});

/** A person of the workspace. */
const usersSelect = z.strictObject({
  type: z.literal('users_select'),
  ...actionId,
  ...confirmable,
  ...focusable,
  ...placeholder,
  initial_user: z.string().optional(),
});

const overflow = z.strictObject({
  type: z.literal('overflow'),
  ...actionId,
  ...confirmable,
  options: z.array(overflowOption).min(1).max(5),
});

const radioButtons = z.strictObject({
  type: z.literal('radio_buttons'),
  ...openChoice,
  initial_option: richOption.optional(),
});

const checkboxes = z.strictObject({
  type: z.literal('checkboxes'),
  ...openChoice,
  initial_options: z.array(richOption).min(1).optional(),
});

const plainTextInput = z.strictObject({
  type: z.literal('plain_text_input'),
  ...actionId,
  ...focusable,
  ...placeholder,
  initial_value: z.string().max(3000).optional(),
  multiline: z.boolean().optional(),
  min_length: z.int().min(0).max(3000).optional(),
  max_length: z.int().min(1).max(3000).optional(),
  dispatch_action_config: z
    .strictObject({ trigger_actions_on: z.array(z.enum(['on_enter_pressed', 'on_character_entered'])).min(1) })
    .optional(),
});

const pressable = [
  button,
  staticSelect,
  externalSelect,
  conversationsSelect,
  usersSelect,
  overflow,
  radioButtons,
  checkboxes,
] as const;

/** What may stand in a block of actions. */
export const actionsElement = z.discriminatedUnion('type', pressable);

/** What may stand beside a section. */
export const sectionAccessory = z.discriminatedUnion('type', [...pressable, imageElement]);

/** What may stand in a block of a form. */
export const inputElement = z.discriminatedUnion('type', [
  plainTextInput,
  staticSelect,
  externalSelect,
  conversationsSelect,
  usersSelect,
  radioButtons,
  checkboxes,
]);
