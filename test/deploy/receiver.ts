import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** One request that carried an event. */
export type Delivery = { readonly id: string; readonly type: string; readonly data: Record<string, unknown> };

export type Mood = 'well' | 'error 500' | 'hangs' | 'redirects' | 'closes early' | 'answers late' | 'gone';

/** A receiver of webhooks as its owner would write it; `forged` are the bodies that did not verify, or were too long. */
export type Receiver = {
  readonly url: string;
  mood: Mood;
  readonly taken: Delivery[];
  readonly tries: Delivery[];
  readonly forged: string[];
  /** Whether whoever sends gets an answer at the moment. */
  answers(): boolean;
  /** Called with each event that is taken, before it is answered and after. */
  onTaken: (moment: 'before' | 'after') => Promise<void> | void;
  stop(): Promise<void>;
};

/** The longest body that Standard Webhooks advises. */
const BODY_MAX = 20_000;

/** It verifies with the published library, and may be in any mood; a redirect leads `elsewhere`. */
export async function startReceiver(elsewhere = 'http://127.0.0.1:9/'): Promise<Receiver> {
  const state = {
    ...{ mood: 'well' as Mood, taken: [] as Delivery[], tries: [] as Delivery[], forged: [] as string[] },
    onTaken: (() => {}) as Receiver['onTaken'],
  };
  const verifier = new Webhook(SECRET);
  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const said = verified(body, request.headers as Record<string, string>, verifier);
    if (!said) {
      state.forged.push(body);
      return void response.writeHead(400).end();
    }
    const delivery = { id: String(request.headers['webhook-id']), ...said };
    state.tries.push(delivery);
    if (state.mood === 'hangs') return;
    if (state.mood === 'closes early') return void request.socket.destroy();
    const status = { 'error 500': 500, redirects: 307, gone: 410 }[state.mood as string] ?? 200;
    if (status === 200) state.taken.push(delivery);
    // Taken, but the sender never hears of it.
    if (state.mood === 'answers late') return;
    if (status === 200) await state.onTaken('before');
    response.writeHead(status, status === 307 ? { location: elsewhere } : {}).end();
    if (status === 200) await state.onTaken('after');
  }
  const server = createServer((request, response) => void receive(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = async () => {
    server.closeAllConnections();
    server.close();
  };
  const answers = () => state.mood !== 'hangs' && state.mood !== 'answers late';
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return Object.assign(state, { answers, url, stop });
}

function verified(body: string, headers: Record<string, string>, verifier: Webhook) {
  try {
    const { type, data } = verifier.verify(body, headers) as Omit<Delivery, 'id'>;
    return body.length < BODY_MAX ? { type, data } : undefined;
  } catch {
    return undefined;
  }
}
