import { Buffer } from 'node:buffer';

/** One request to an address that the settings name. */
export type HttpRequest = {
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly timeoutMs?: number;
  /** Calls it off. */
  readonly signal: AbortSignal;
};

/** What came back, whatever its status. */
export type HttpAnswer = { readonly status: number; readonly text: string };

const TIMEOUT_MS = 10_000;

/** More than any answer that is read here; a body without an end must not fill the memory. */
const ANSWER_BYTES_MAX = 8e6;

/**
 * Asks another machine once. A redirect is not followed: nothing goes to an address that nobody wrote into the settings.
 *
 * @throws when there is no whole answer in time, or a redirect, naming the server and the cure; never headers or bodies.
 */
export async function ask(request: HttpRequest): Promise<HttpAnswer> {
  return withResponse(request, async (response) => {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > ANSWER_BYTES_MAX) throw new Error(`an answer of more than ${ANSWER_BYTES_MAX / 1e6} MB`);
      chunks.push(chunk);
    }
    return { status: response.status, text: Buffer.concat(chunks).toString('utf8') };
  });
}

/**
 * The same for what may be large: `take` gets the pieces of a good answer as they come.
 *
 * @throws as `ask` does, and when the status is not 2xx.
 */
export async function download(request: HttpRequest, take: (piece: Uint8Array) => Promise<void>): Promise<void> {
  await withResponse(request, async (response) => {
    if (!response.ok) throw new Error(`status ${response.status}`);
    for await (const piece of response.body ?? []) await take(piece);
  });
}

async function withResponse<T>(request: HttpRequest, read: (response: Response) => Promise<T>): Promise<T> {
  const { url, method = 'GET', headers, body, timeoutMs = TIMEOUT_MS, signal } = request;
  const server = new URL(url).origin;
  try {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      ...(headers && { headers: { ...headers } }),
      ...(body !== undefined && { body }),
    });
    if (response.status < 300 || response.status >= 400) return await read(response);
    await response.body?.cancel();
    throw new Redirected(response.headers.get('location') ?? 'nowhere');
  } catch (error) {
    throw new Error(`${server} ${whatHappened(error, timeoutMs)}`, { cause: error });
  }
}

class Redirected extends Error {}

function whatHappened(error: unknown, timeoutMs: number): string {
  if (error instanceof Redirected)
    return `answered with a redirect to ${error.message}, which is not followed: write the final address into the settings.`;
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError')
    return `did not answer within ${timeoutMs / 1000} s: is it overloaded, or behind a firewall?`;
  return `did not answer: ${cause?.code ?? cause?.message ?? message}. Is it running, and can it be reached from here?`;
}
