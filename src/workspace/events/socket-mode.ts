import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { APP } from '../scene.ts';
import { createDeliveries, type Deliveries, type DeliverySetup } from './deliveries.ts';

const PING_MS = 10_000;
/** Slack keeps at most 10 sockets for an app. */
const MAX_SOCKETS = 10;

/** How a connection ends. */
export type Drop = 'refresh' | 'disabled' | 'cut';

/** Slack's end of Socket Mode: the app's connections. */
export type SocketMode = {
  /** A path for one connection, as `apps.connections.open` gives it. */
  openTicket(): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, url: URL): void;
  deliver: Deliveries['deliver'];
  connectionCount(): number;
  /** `refresh`: Slack asks the app to reconnect; `disabled`: for good; `cut`: the line just dies. */
  drop(how: Drop): void;
  close(): void;
};

/** Opens it, with nobody connected yet. */
export function createSocketMode(setup: Pick<DeliverySetup, 'state' | 'badDays' | 'deadlineMs'>): SocketMode {
  const { state, badDays } = setup;
  const server = new WebSocketServer({ noServer: true, maxPayload: 4 * 1024 * 1024, autoPong: false });
  const sockets: WebSocket[] = [];
  const tickets = new Set<string>();
  let turn = 0;
  const deliveries = createDeliveries({
    ...setup,
    // An app with several sockets gets each envelope on one of them.
    pickSocket() {
      turn += 1;
      return sockets[turn % sockets.length];
    },
  });

  const pings = setInterval(() => {
    for (const socket of sockets) socket.ping('local workspace');
  }, PING_MS).unref();

  function welcome(socket: WebSocket): void {
    sockets.push(socket);
    socket.on('ping', (data) => pong(socket, data, badDays.pongDelayMs));
    socket.on('message', (data) => deliveries.receive(String(data)));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      sockets.splice(sockets.indexOf(socket), 1);
      state.tell({ kind: 'connections', count: sockets.length });
    });
    socket.send(JSON.stringify(helloOf(sockets.length)));
    state.tell({ kind: 'connections', count: sockets.length });
  }

  return {
    openTicket() {
      const ticket = randomBytes(16).toString('hex');
      tickets.add(ticket);
      return `/link/?ticket=${ticket}&app_id=${APP.id}`;
    },
    upgrade(request, socket, head, url) {
      const ticket = url.searchParams.get('ticket') ?? '';
      // A URL of apps.connections.open is good for one connection.
      if (tickets.delete(ticket) && sockets.length < MAX_SOCKETS) {
        server.handleUpgrade(request, socket, head, welcome);
        return;
      }
      refuse(socket);
    },
    deliver: deliveries.deliver,
    connectionCount: () => sockets.length,
    drop(how) {
      for (const socket of [...sockets]) dropSocket(socket, how);
    },
    close() {
      clearInterval(pings);
      deliveries.close();
      for (const socket of [...sockets]) socket.terminate();
      server.close();
    },
  };
}

function helloOf(connections: number) {
  return {
    type: 'hello',
    num_connections: connections,
    debug_info: { host: 'local-workspace', approximate_connection_time: 3600 },
    connection_info: { app_id: APP.id },
  };
}

function refuse(socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
}

function pong(socket: WebSocket, data: Buffer, delayMs: number): void {
  const answer = () => socket.readyState === socket.OPEN && socket.pong(data);
  if (delayMs === 0) answer();
  else setTimeout(answer, delayMs).unref();
}

function dropSocket(socket: WebSocket, how: Parameters<SocketMode['drop']>[0]): void {
  const reason = how === 'disabled' ? 'link_disabled' : 'refresh_requested';
  const goodbye = { type: 'disconnect', reason, debug_info: { host: 'local-workspace' } };
  if (how === 'cut') socket.terminate();
  else socket.send(JSON.stringify(goodbye));
}
