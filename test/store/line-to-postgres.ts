import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A line to a server that can be cut, or go dead as a network does: nobody is told, and nothing goes through. */
export type TestLine = {
  /** The server's address by way of this line. */
  readonly address: string;
  /** Both ends learn of it. */
  cut(): void;
  isDead: boolean;
  /** The next answer that holds this never arrives, and the line is cut in its place. */
  swallow: string | undefined;
  /** Whether the line goes dead when that happens. */
  diesThen: boolean;
  close(): void;
};

export async function openTestLine(address: string): Promise<TestLine> {
  const to = new URL(address);
  const pairs = new Set<readonly [Socket, Socket]>();
  const line = { isDead: false, swallow: undefined as string | undefined, diesThen: false };
  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  const server = createServer((near) => {
    const far = connect(Number(to.port), to.hostname);
    const pair = [near, far] as const;
    pairs.add(pair);
    near.on('data', (chunk) => !line.isDead && far.write(chunk));
    far.on('data', (chunk) => {
      if (line.isDead) return;
      if (line.swallow === undefined || !chunk.includes(line.swallow)) return void near.write(chunk);
      line.swallow = undefined;
      line.isDead = line.diesThen;
      cut();
    });
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        pairs.delete(pair);
        // Of a dead line, neither end hears of the other.
        if (!line.isDead) for (const one of pair) one.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const here = new URL(address);
  here.port = String((server.address() as AddressInfo).port);
  return Object.assign(line, {
    address: here.href,
    cut,
    close: () => {
      server.close();
      cut();
    },
  });
}
