import type { IncomingMessage } from 'node:http';
import { SlackError } from './slack-error.ts';

const MAX_BYTES = 32 * 1024 * 1024;

/** The whole body of a request. @throws SlackError `request_too_large` */
async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new SlackError('request_too_large', [`more than ${MAX_BYTES} bytes`]);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Arguments of a call: a form, JSON or multipart, whichever the client chose. */
export async function readArguments(request: IncomingMessage): Promise<Record<string, unknown>> {
  const type = request.headers['content-type'] ?? '';
  const bytes = await readBytes(request);
  if (type.startsWith('application/json')) return parseObject(bytes.toString('utf8'));
  if (!type.startsWith('multipart/')) return Object.fromEntries(new URLSearchParams(bytes.toString('utf8')));
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  return Object.fromEntries([...form].filter(([, value]) => typeof value === 'string'));
}

/** The bytes of an uploaded file: the body itself, or the first file of a multipart form. */
export async function readUpload(request: IncomingMessage): Promise<Buffer> {
  const type = request.headers['content-type'] ?? '';
  const bytes = await readBytes(request);
  if (!type.startsWith('multipart/')) return bytes;
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  const file = [...form.values()].find((value) => typeof value !== 'string');
  if (!file) throw new SlackError('no_file_data', ['the form holds no file']);
  return Buffer.from(await file.arrayBuffer());
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text === '' ? '{}' : text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Falls through to the refusal below, which says what is expected.
  }
  throw new SlackError('invalid_json', ['the body must be a JSON object']);
}
