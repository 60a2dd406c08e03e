import crypto from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsClient } from 'aws4fetch';
import S3rver from 's3rver';

/** A real store that speaks S3, behind a door at which answers can be changed. */
export type S3Server = {
  /** The variables with which a program reaches it. */
  readonly environment: NodeJS.ProcessEnv;
  /** Every request that came, as method, path and query. */
  readonly asked: string[];
  /** Called for each request; with a status it is refused, with 0 the line is cut. */
  refuse: (asked: string) => number | undefined;
  /** So long each request waits at the door. */
  delayMs: (asked: string) => number;
  put(key: string, body: Buffer | string): Promise<void>;
  remove(key: string): Promise<void>;
  stop(): Promise<void>;
};

const BUCKET = 'pictures';

// s3rver hides where the next page begins with a cipher that today's OpenSSL does not have; nothing hangs on it here.
const shown = { update: (text: Uint8Array | string) => Buffer.from(text), final: () => Buffer.alloc(0) };
Object.assign(crypto, { createCipheriv: () => shown, createDecipheriv: () => shown });

export async function startS3(): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'modelpicker-s3-'));
  const store = new S3rver({ directory, silent: true, configureBuckets: [{ name: BUCKET, configs: [] }] });
  await store.configureBuckets();
  const handle = store.callback();
  const asked: string[] = [];
  const server: Pick<S3Server, 'refuse' | 'delayMs'> = { refuse: () => undefined, delayMs: () => 0 };
  const door = createServer((request: IncomingMessage, response: ServerResponse) => {
    const what = `${request.method} ${request.url}`;
    asked.push(what);
    const status = server.refuse(what);
    if (status === undefined) return void setTimeout(() => handle(request, response), server.delayMs(what));
    if (status === 0) return void request.socket.destroy();
    response.writeHead(status).end('<Error><Code>SlowDown</Code></Error>');
  });
  // However busy the machine is, a line is not closed while the client takes it for open.
  door.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
  const keys = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
  const client = new AwsClient({ ...keys, service: 's3', region: 'us-east-1' });
  const at = (key: string) => `${endpoint}/${BUCKET}/${key.split('/').map(encodeURIComponent).join('/')}`;
  const send = async (key: string, init: RequestInit) => {
    const response = await client.fetch(at(key), init);
    if (!response.ok) throw new Error(`${init.method} ${key}: ${response.status} ${await response.text()}`);
  };
  return Object.assign(server, {
    environment: {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    },
    asked,
    put: (key: string, body: Buffer | string) => send(key, { method: 'PUT', body: new Uint8Array(Buffer.from(body)) }),
    remove: (key: string) => send(key, { method: 'DELETE' }),
    stop: async () => {
      door.closeAllConnections();
      await new Promise((resolve) => door.close(resolve));
      await rm(directory, { recursive: true, force: true });
    },
  });
}
