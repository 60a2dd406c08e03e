import { z } from 'zod';
import type { WorkspaceFile } from '../files.ts';
import { APP } from '../scene.ts';
import { SlackError } from '../slack-error.ts';
import type { State } from '../state.ts';
import { findConversation } from './chat-methods.ts';
import { type Args, requireText } from './compose.ts';

/** Names and ids of people are not taken, other than in most methods. */
const CONVERSATION_ID = /^[CGDZ][A-Z0-9]{8,}$/;

const completions = z.array(z.strictObject({ id: z.string(), title: z.string().optional() })).min(1);

/** `files.getUploadURLExternal`: announces a file; its bytes go to the path returned in `upload_url`. */
export function getUploadUrl(state: State, origin: string, args: Args): Record<string, unknown> {
  const name = requireText(args, 'filename');
  const size = Number(requireText(args, 'length'));
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new SlackError('invalid_arguments', ['length must be the size of the file in bytes']);
  }
  if (args.alt_text !== undefined || args.alt_txt !== undefined) {
    const explanation = 'leave alt_text out of the upload and set it on the image block';
    state.addViolation({
      level: 'warning',
      where: 'files.getUploadURLExternal',
      code: 'alt_text_in_upload',
      explanation,
    });
  }
  const id = state.newId('F');
  state.putFile({
    id,
    name,
    title: name,
    size,
    mimetype: '',
    isComplete: false,
    createdAt: state.now(),
    readyAt: Number.POSITIVE_INFINITY,
  });
  return { upload_url: `${origin}/upload/v1/${id}`, file_id: id };
}

/** Takes the bytes posted to an `upload_url`. */
export function receiveUpload(state: State, id: string, bytes: Buffer): string {
  const file = state.files.get(id);
  if (!file || file.bytes) throw new SlackError('not_found', ['this upload_url was not issued, or was used before']);
  if (bytes.length !== file.size) {
    throw new SlackError('bad_length', [`${bytes.length} bytes arrived, ${file.size} were announced`]);
  }
  state.putFile({ ...file, bytes, mimetype: sniff(bytes) });
  return `OK - ${bytes.length}`;
}

/** `files.completeUploadExternal`: from now on Slack looks at the files; each is usable only some time later. */
export function completeUpload(state: State, args: Args): Record<string, unknown> {
  const parsed = completions.safeParse(args.files);
  if (!parsed.success) throw new SlackError('invalid_arguments', ['files must be [{"id": …, "title": …}, …]']);
  const done = parsed.data.map(({ id, title }) => {
    const file = state.files.get(id);
    if (!file?.bytes)
      throw new SlackError('file_not_found', [`${id} has no bytes yet: post them to its upload_url first`]);
    return {
      ...file,
      title: title ?? file.title,
      isComplete: true,
      readyAt: state.now() + state.badDays.uploadDelayMs,
    };
  });
  for (const file of done) state.putFile(file);
  if (typeof args.channel_id === 'string') {
    if (!CONVERSATION_ID.test(args.channel_id)) {
      throw new SlackError('invalid_arguments', ['must match pattern ^[CGDZ][A-Z0-9]{8,}$ [json-pointer:/channel_id]']);
    }
    const { id: channel } = findConversation(state, args.channel_id);
    const text = typeof args.initial_comment === 'string' ? args.initial_comment : '';
    const message = { ts: state.newTs(), channel, user: APP.user, text, blocks: [], isEdited: false };
    const files = done.map(({ id, name, title, mimetype, size }) => ({ id, name, title, mimetype, size }));
    state.putMessage({ ...message, files });
  }
  // What has been looked at already comes with its type.
  return {
    files: done.map((file) =>
      state.isFileReady(file) ? fileInSlackForm(state, file) : { id: file.id, title: file.title },
    ),
  };
}

/** `files.info`: `mimetype` stays empty until Slack has looked at the file. */
export function fileInfo(state: State, args: Args): Record<string, unknown> {
  const file = state.files.get(requireText(args, 'file'));
  if (!file?.isComplete) throw new SlackError('file_not_found');
  return { file: fileInSlackForm(state, file) };
}

/** `files.list`: the app's own files, newest first, 100 to a page; `ts_to` leaves out those that are younger. */
export function listFiles(state: State, args: Args): Record<string, unknown> {
  const latest = Number(args.ts_to ?? Number.POSITIVE_INFINITY);
  const own = [...state.files.values()].filter(({ isComplete, createdAt }) => isComplete && createdAt / 1000 <= latest);
  const count = Number(args.count ?? 100);
  const page = Number(args.page ?? 1);
  const shown = own.reverse().slice((page - 1) * count, page * count);
  const paging = { count, total: own.length, page, pages: Math.ceil(own.length / count) };
  return { files: shown.map((file) => fileInSlackForm(state, file)), paging };
}

/** `files.delete`. */
export function deleteFile(state: State, args: Args): Record<string, unknown> {
  if (!state.removeFile(requireText(args, 'file'))) throw new SlackError('file_not_found');
  return {};
}

function fileInSlackForm(state: State, file: WorkspaceFile): Record<string, unknown> {
  const isReady = state.isFileReady(file);
  return {
    id: file.id,
    name: file.name,
    title: file.title,
    size: file.size,
    user: APP.user,
    created: Math.floor(file.createdAt / 1000),
    ims: sharedIn(state, file.id),
    mimetype: isReady ? file.mimetype : '',
    filetype: isReady ? (file.mimetype.split('/')[1]?.replace('jpeg', 'jpg') ?? '') : '',
    url_private: `https://files.slack.com/files-pri/${APP.team}-${file.id}/${encodeURIComponent(file.name)}`,
    permalink: `https://local.slack.com/files/${APP.user}/${file.id}/${encodeURIComponent(file.name)}`,
  };
}

/** The direct conversations a file was shared in. */
function sharedIn(state: State, id: string): string[] {
  const messages = [...state.messages.values()].filter(({ files }) => files?.some((file) => file.id === id));
  return messages.map(({ channel }) => channel).filter((channel) => channel.startsWith('D'));
}

/** The type by the first bytes, as Slack does; names are not trusted. */
function sniff(bytes: Buffer): string {
  if (bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))) return 'image/png';
  if (bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'))) return 'image/jpeg';
  if (bytes.subarray(0, 4).toString('latin1') === 'GIF8') return 'image/gif';
  if (bytes.subarray(8, 12).toString('latin1') === 'WEBP') return 'image/webp';
  return 'application/octet-stream';
}
