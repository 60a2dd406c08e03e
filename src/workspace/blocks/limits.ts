import { z } from 'zod';
import { SlackError } from '../slack-error.ts';
import {
  type Block,
  type HomeView,
  homeView,
  type InteractiveElement,
  type ModalView,
  messageBlocks,
  modalView,
} from './blocks.ts';
import { suggestions } from './elements.ts';

/** Slack rejected 11,341 characters of block text in the field (slackapi/bolt-js issue 2867); its own figure is not documented. */
const MESSAGE_BLOCK_CHARACTERS = 11_000;
const TEXT_CHARACTERS = 40_000;
const UPDATED_TEXT_CHARACTERS = 4_000;
const TABLE_CHARACTERS = 10_000;
const MARKDOWN_CHARACTERS = 12_000;
const VIEW_BYTES = 250_000;
const METADATA_BYTES = 16_000;

/**
 * Blocks of a message, checked against every limit of Slack's.
 *
 * @throws SlackError `invalid_blocks`, `msg_blocks_too_long` or `only_one_table_allowed`
 */
export function checkMessageBlocks(blocks: unknown): Block[] {
  if (!Array.isArray(blocks)) throw new SlackError('invalid_blocks_format', ['blocks must be an array']);
  const parsed = parse(messageBlocks, blocks, 'invalid_blocks', '/blocks');
  refuse('invalid_blocks', rulesAcrossBlocks(parsed));
  const tables = parsed.filter(({ type }) => type === 'table');
  if (tables.length > 1) throw new SlackError('only_one_table_allowed', ['a message may hold one table']);
  refuse('invalid_blocks', [
    ...tooLong('table text', TABLE_CHARACTERS, countCharacters(tables)),
    ...tooLong('markdown text', MARKDOWN_CHARACTERS, countCharacters(parsed.filter(({ type }) => type === 'markdown'))),
  ]);
  refuse('msg_blocks_too_long', tooLong('text in all blocks', MESSAGE_BLOCK_CHARACTERS, countCharacters(parsed)));
  return parsed;
}

/** @throws SlackError `invalid_arguments` or `view_too_large` */
export function checkModal(view: unknown): ModalView {
  const modal = parse(modalView, view, 'invalid_arguments', '/view');
  const needsSubmit = modal.submit === undefined && modal.blocks.some(({ type }) => type === 'input');
  if (needsSubmit) throw new SlackError('invalid_arguments', ['missing required field: submit [json-pointer:/view]']);
  return checkAnyView(modal);
}

/** @throws SlackError `invalid_arguments` or `view_too_large` */
export function checkHome(view: unknown): HomeView {
  return checkAnyView(parse(homeView, view, 'invalid_arguments', '/view'));
}

function checkAnyView<View extends ModalView | HomeView>(view: View): View {
  refuse('invalid_arguments', rulesAcrossBlocks(view.blocks));
  const bytes = Buffer.byteLength(JSON.stringify(view));
  if (bytes > VIEW_BYTES)
    throw new SlackError('view_too_large', [`the view has ${bytes} bytes, ${VIEW_BYTES} allowed`]);
  return view;
}

/** @throws SlackError `msg_too_long` */
export function checkText(text: string, { isUpdate }: { isUpdate: boolean }): void {
  const maximum = isUpdate ? UPDATED_TEXT_CHARACTERS : TEXT_CHARACTERS;
  refuse('msg_too_long', tooLong('text', maximum, text.length));
}

const metadata = z.strictObject({
  event_type: z.string().min(1).max(255),
  event_payload: z.record(z.string(), z.unknown()),
});
export type Metadata = z.infer<typeof metadata>;

/** @throws SlackError `invalid_metadata_format` or `metadata_too_large` */
export function checkMetadata(value: unknown): Metadata {
  const bytes = Buffer.byteLength(JSON.stringify(value));
  refuse(
    'metadata_too_large',
    bytes > METADATA_BYTES ? [`metadata has ${bytes} bytes, ${METADATA_BYTES} allowed`] : [],
  );
  return parse(metadata, value, 'invalid_metadata_format', '/metadata');
}

/** @throws SlackError `invalid_options`, which Slack shows to the person as "no result" */
export function checkSuggestions(answer: unknown): z.infer<typeof suggestions> {
  return parse(suggestions, answer, 'invalid_options', '');
}

/** The interactive elements of a block, in reading order. */
export function elementsOf(block: Block): InteractiveElement[] {
  if (block.type === 'actions') return block.elements;
  if (block.type === 'input') return [block.element];
  if (block.type === 'section' && block.accessory && block.accessory.type !== 'image') return [block.accessory];
  return [];
}

/** Every option of an element, groups flattened; none for elements without a fixed list. */
export function optionsOf(element: InteractiveElement) {
  if (element.type === 'static_select') {
    return element.options ?? element.option_groups?.flatMap((group) => group.options) ?? [];
  }
  return 'options' in element ? (element.options ?? []) : [];
}

/** What a schema for one block cannot see: ids that must differ, initial options that must exist, one focus. */
function rulesAcrossBlocks(blocks: readonly Block[]): string[] {
  const problems: string[] = [];
  const blockIds = new Set<string>();
  let focused = 0;
  for (const [index, block] of blocks.entries()) {
    const at = `[json-pointer:/blocks/${index}]`;
    if (block.block_id !== undefined && blockIds.has(block.block_id)) {
      problems.push(`\`block_id\` "${block.block_id}" already exists ${at}`);
    }
    if (block.block_id !== undefined) blockIds.add(block.block_id);
    const actionIds = new Set<string>();
    for (const element of elementsOf(block)) {
      if (element.action_id !== undefined && actionIds.has(element.action_id)) {
        problems.push(`\`action_id\` "${element.action_id}" already exists in this block ${at}`);
      }
      if (element.action_id !== undefined) actionIds.add(element.action_id);
      if ('focus_on_load' in element && element.focus_on_load) focused += 1;
      problems.push(...unknownInitialOptions(element).map((problem) => `${problem} ${at}`));
    }
  }
  if (focused > 1) problems.push('only one element may have focus_on_load');
  return problems;
}

function unknownInitialOptions(element: InteractiveElement): string[] {
  if (element.type === 'external_select') return [];
  const initial = [
    ...('initial_option' in element && element.initial_option ? [element.initial_option] : []),
    ...('initial_options' in element && element.initial_options ? element.initial_options : []),
  ];
  const known = new Set(optionsOf(element).map((option) => JSON.stringify(option)));
  const missing = initial.filter((option) => !known.has(JSON.stringify(option)));
  return missing.map(({ value }) => `initial option "${value}" must exactly match one of the options`);
}

function countCharacters(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countCharacters(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) => sum + (key === 'text' && typeof item === 'string' ? item.length : countCharacters(item)),
    0,
  );
}

function tooLong(what: string, maximum: number, actual: number): string[] {
  return actual > maximum ? [`${what} must be less than ${maximum + 1} characters, it has ${actual}`] : [];
}

function refuse(code: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new SlackError(code, problems);
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, code: string, root: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new SlackError(
    code,
    result.error.issues.map((issue) => inSlackWords(issue, root)),
  );
}

/** Says a problem as Slack's own `response_metadata.messages` do. */
function inSlackWords(issue: z.core.$ZodIssue, root: string): string {
  const pointer = [root, ...issue.path.map(String)].join('/');
  return `${sentence(issue)} [json-pointer:${pointer}]`;
}

function sentence(issue: z.core.$ZodIssue): string {
  const field = String(issue.path.at(-1) ?? '');
  switch (issue.code) {
    case 'too_big':
      return issue.origin === 'string'
        ? `must be less than ${Number(issue.maximum) + 1} characters`
        : `no more than ${issue.maximum} items allowed`;
    case 'too_small':
      return issue.origin === 'string'
        ? `must be more than ${Number(issue.minimum) - 1} characters`
        : `no fewer than ${issue.minimum} items allowed`;
    case 'unrecognized_keys':
      return `invalid additional property: ${issue.keys.join(', ')}`;
    case 'invalid_union':
      return field === 'type'
        ? 'unsupported type (or not on this surface, or not shown by the local workspace)'
        : 'failed to match all allowed schemas';
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? `missing required field: ${field}`
        : `must provide ${issue.expected}: ${field}`;
    default:
      return issue.message;
  }
}
