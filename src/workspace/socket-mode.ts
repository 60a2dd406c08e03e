import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { type BadDays, strikes } from './bad-days.ts';
import { APP, type State } from './state.ts';

/** An app must acknowledge a delivery within this. */
const ACK_MS = 3_000;
const PING_MS = 10_000;
const HELD_BACK_MS = 300;
/** Slack keeps at most 10 sockets for an app. */
const MAX_SOCKETS = 10;

export type EnvelopeType = 'slash_commands' | 'interactive' | 'events_api';

/** How a delivery ended: acknowledged with what the app said, or not in time. */
export type Delivery =
  | { readonly kind: 'acknowledged'; readonly payload: Record<string, unknown>; readonly afterMs: number }
  | { readonly kind: 'no app connected' }
  | { readonly kind: 'not acknowledged' };

const ack = z.object({ envelope_id: z.string(), payload: z.record(z.string(), z.unknown()).optional() });

/** Slack's end of Socket Mode: hands envelopes to the app and waits for its acknowledgement. */
export type SocketMode = {
  /** A path for one connection, as `apps.connections.open` gives it. */
  openTicket(): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, path: string): void;
  deliver(type: EnvelopeType, payload: unknown): Promise<Delivery>;
  connectionCount(): number;
  /** `refresh`: Slack asks the app to reconnect; `cut`: the line just dies. */
  drop(how: 'refresh' | 'cut'): void;
  close(): void;
};

export function createSocketMode({ state, badDays }: { state: State; badDays: BadDays }): SocketMode {
  const server = new WebSocketServer({ noServer: true, maxPayload: 4 * 1024 * 1024 });
  const sockets: WebSocket[] = [];
  const tickets = new Set<string>();
  const waiting = new Map<string, (payload: Record<string, unknown>) => void>();
  const abandon = new Set<() => void>();
  let turn = 0;
  let releaseHeld: (() => void) | undefined;

  const pings = setInterval(() => {
    for (const socket of sockets) socket.ping('local workspace');
  }, PING_MS);

  server.on('connection', (socket: WebSocket) => {
    sockets.push(socket);
    socket.on('message', (data) => receive(String(data)));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      sockets.splice(sockets.indexOf(socket), 1);
      state.tell({ kind: 'connections', count: sockets.length });
    });
    const hello = {
      type: 'hello',
      num_connections: sockets.length,
      debug_info: { host: 'local-workspace', started: '', build_number: 1, approximate_connection_time: 3600 },
      connection_info: { app_id: APP.id },
    };
    socket.send(JSON.stringify(hello));
    state.tell({ kind: 'connections', count: sockets.length });
  });

  function receive(text: string): void {
    const parsed = ack.safeParse(parseJson(text));
    if (!parsed.success) {
      const explanation = 'the app sent something that is no acknowledgement: {"envelope_id": …, "payload": …}';
      state.addViolation({ level: 'error', where: 'socket', code: 'bad_acknowledgement', explanation });
      return;
    }
    waiting.get(parsed.data.envelope_id)?.(parsed.data.payload ?? {});
  }

  function send(type: EnvelopeType, id: string, payload: unknown): void {
    // Apps with several sockets get each envelope on one of them.
    turn += 1;
    const socket = sockets[turn % sockets.length];
    const retry = type === 'events_api' ? { retry_attempt: 0, retry_reason: '' } : {};
    const envelope = { envelope_id: id, type, payload, accepts_response_payload: type !== 'events_api', ...retry };
    socket?.send(JSON.stringify(envelope));
  }

  /** Sends now, later, twice or never, as the day goes. */
  function sendAsTheDayGoes(type: EnvelopeType, id: string, payload: unknown): void {
    if (strikes(badDays, 'lostDeliveries')) return;
    const times = strikes(badDays, 'duplicateDeliveries') ? 2 : 1;
    const sendAll = () => {
      for (let time = 0; time < times; time += 1) send(type, id, payload);
    };
    if (releaseHeld === undefined && strikes(badDays, 'reorderedDeliveries')) {
      const release = () => {
        clearTimeout(timer);
        releaseHeld = undefined;
        sendAll();
      };
      const timer = setTimeout(release, HELD_BACK_MS);
      releaseHeld = release;
      return;
    }
    sendAll();
    releaseHeld?.();
  }

  function deliver(type: EnvelopeType, payload: unknown): Promise<Delivery> {
    if (sockets.length === 0) return Promise.resolve({ kind: 'no app connected' });
    const id = randomUUID();
    const sentAt = performance.now();
    return new Promise((resolve) => {
      const end = (delivery: Delivery) => {
        clearTimeout(timer);
        waiting.delete(id);
        abandon.delete(giveUp);
        resolve(delivery);
      };
      const giveUp = () => end({ kind: 'not acknowledged' });
      const timer = setTimeout(() => {
        const explanation = `the app did not acknowledge within ${ACK_MS / 1000} s: call ack() first, work after`;
        state.addViolation({ level: 'error', where: type, code: 'operation_timeout', explanation });
        giveUp();
      }, ACK_MS);
      abandon.add(giveUp);
      waiting.set(id, (answer) => {
        end({ kind: 'acknowledged', payload: answer, afterMs: performance.now() - sentAt });
      });
      sendAsTheDayGoes(type, id, payload);
    });
  }

  return {
    openTicket() {
      const ticket = randomBytes(16).toString('hex');
      tickets.add(ticket);
      return `/link/?ticket=${ticket}&app_id=${APP.id}`;
    },
    upgrade(request, socket, head, path) {
      const ticket = URL.parse(path, 'http://localhost')?.searchParams.get('ticket') ?? '';
      // A URL of apps.connections.open is good for one connection.
      if (!tickets.delete(ticket) || sockets.length >= MAX_SOCKETS) {
        socket.on('error', () => socket.destroy());
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, (webSocket) => server.emit('connection', webSocket, request));
    },
    deliver,
    connectionCount: () => sockets.length,
    drop(how) {
      const goodbye = { type: 'disconnect', reason: 'refresh_requested', debug_info: { host: 'local-workspace' } };
      for (const socket of [...sockets]) {
        if (how === 'refresh') socket.send(JSON.stringify(goodbye));
        else socket.terminate();
      }
    },
    close() {
      clearInterval(pings);
      releaseHeld?.();
      for (const giveUp of [...abandon]) giveUp();
      for (const socket of [...sockets]) socket.terminate();
      server.close();
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
