import { type BadDays, strikes } from '../bad-days.ts';
import type { Block } from '../blocks/blocks.ts';
import { checkMessageBlocks, checkMetadata, checkText, elementsOf, type Metadata } from '../blocks/limits.ts';
import type { WorkspaceMessage } from '../messages.ts';
import { APP } from '../scene.ts';
import { SlackError } from '../slack-error.ts';
import type { State } from '../state.ts';

/** Arguments of a Web API call, JSON fields already decoded. */
export type Args = Readonly<Record<string, unknown>>;

/** What a message says, checked and with every id filled in. */
export type Content = { readonly text: string; readonly blocks: readonly Block[]; readonly metadata?: Metadata };

/** Where blocks are to stand. */
type Room = 'messages' | 'views' | 'notes';

const REFUSALS = {
  messages: 'refusedFilesInMessages',
  views: 'refusedFilesInViews',
  notes: 'refusedFilesInNotes',
} as const satisfies Record<Room, keyof BadDays>;

const SHOWN_TYPES = ['image/png', 'image/jpeg', 'image/gif'];

/**
 * Reads `text`, `blocks` and `metadata` of a call.
 *
 * @throws SlackError `no_text`, `invalid_blocks`, `msg_too_long`, …
 */
export function readContent(
  state: State,
  args: Args,
  where: string,
  { isUpdate = false, place = 'messages' }: { isUpdate?: boolean; place?: Room } = {},
): Content {
  const text = typeof args.text === 'string' ? args.text : '';
  if (args.attachments !== undefined) {
    throw new SlackError('invalid_attachments', ['the local workspace does not show attachments: use blocks']);
  }
  const blocks = args.blocks === undefined ? [] : finishBlocks(state, checkMessageBlocks(args.blocks), place);
  if (text === '' && blocks.length === 0) throw new SlackError('no_text', ['provide text or blocks']);
  checkText(text, { isUpdate });
  if (text === '') {
    const explanation = 'send text beside blocks: notifications and screen readers read it';
    state.addViolation({ level: 'warning', where, code: 'missing_text', explanation });
  }
  const metadata = args.metadata === undefined ? {} : { metadata: checkMetadata(args.metadata) };
  return { text, blocks, ...metadata };
}

/**
 * Gives every block and element the id Slack would, and refuses pictures that are not ready.
 *
 * @throws SlackError `invalid_blocks`, in views `invalid_arguments`
 */
export function finishBlocks<Some extends Block>(state: State, blocks: readonly Some[], place: Room): Some[] {
  const problems = blocks.flatMap((block, index) => slackFilesOf(block).flatMap((id) => fileProblem(state, id, index)));
  if (
    problems.length === 0 &&
    blocks.some((block) => slackFilesOf(block).length > 0) &&
    strikes(state.badDays, REFUSALS[place])
  ) {
    problems.push('invalid slack file: not taken here [json-pointer:/blocks]');
  }
  if (problems.length > 0) throw new SlackError(place === 'views' ? 'invalid_arguments' : 'invalid_blocks', problems);
  return blocks.map((block) => {
    const copy = structuredClone(block);
    copy.block_id ??= state.newId('b');
    for (const element of elementsOf(copy)) element.action_id ??= state.newId('a');
    return copy;
  });
}

function slackFilesOf(block: Block): string[] {
  const images = [
    ...(block.type === 'image' ? [block] : []),
    ...(block.type === 'context' ? block.elements.filter((element) => element.type === 'image') : []),
    ...(block.type === 'section' && block.accessory?.type === 'image' ? [block.accessory] : []),
  ];
  return images.flatMap(({ slack_file }) => (slack_file === undefined ? [] : [slack_file.id ?? slack_file.url ?? '']));
}

function fileProblem(state: State, reference: string, index: number): string[] {
  const at = `[json-pointer:/blocks/${index}/slack_file]`;
  const file = state.files.get(reference) ?? [...state.files.values()].find(({ id }) => reference.includes(`/${id}`));
  if (!file) return [`invalid slack file: ${reference} does not exist ${at}`];
  if (!state.isFileReady(file)) {
    return [`invalid slack file: ${reference} is not ready, poll files.info until its mimetype is there ${at}`];
  }
  if (!SHOWN_TYPES.includes(file.mimetype)) {
    return [`invalid slack file: ${file.mimetype} cannot be shown, only png, jpg and gif ${at}`];
  }
  return [];
}

/** A message in the form Slack's methods and payloads carry it. */
export function inSlackForm(
  message: WorkspaceMessage,
  { withMetadata }: { withMetadata: boolean },
): Record<string, unknown> {
  const isFromApp = message.user === APP.user;
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: APP.team,
    ...(isFromApp ? { bot_id: APP.bot, app_id: APP.id } : {}),
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.thread_ts === undefined ? {} : { thread_ts: message.thread_ts }),
    ...(message.files ? { files: message.files } : {}),
    ...(message.isEdited ? { edited: { user: message.user, ts: message.ts } } : {}),
    ...(withMetadata && message.metadata ? { metadata: message.metadata } : {}),
  };
}

/** @throws SlackError `invalid_arguments` when it is missing */
export function requireText(args: Args, name: string): string {
  const value = args[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new SlackError('invalid_arguments', [`missing required field: ${name}`]);
}
