import { request } from 'node:http';
import { expect, test } from 'vitest';
import { ADA, BOB, CHANNEL, clientOf, openWorkspace } from './setup.ts';

/** Status of a request with a forged `Host` or `Origin`, which `fetch` would not send. */
function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject);
    sent.end();
  });
}

test('only its own address is answered, so no other site can reach it through a browser', async () => {
  const { url } = await openWorkspace();
  expect(await statusOf(url, {})).toBe(200);
  expect(await statusOf(url, { host: 'evil.example' })).toBe(403);
  expect(await statusOf(url, { origin: 'https://evil.example' })).toBe(403);
});

test('nothing people see or do is there without the key of this run', async () => {
  const { url } = await openWorkspace();
  const { origin } = new URL(url);
  for (const path of ['/', '/people/seen', '/people/changes', '/people/type', '/file?file=F1', '/?key=guess']) {
    expect(await statusOf(origin + path, {}), path).toBe(403);
  }
});

test('a socket that tells of changes needs the key too', async () => {
  const { url } = await openWorkspace();
  const open = (address: string) =>
    new Promise<string>((resolve) => {
      const socket = new WebSocket(address.replace('http', 'ws'));
      socket.addEventListener('open', () => socket.close());
      socket.addEventListener('close', ({ code }) => resolve(code === 1006 ? 'refused' : 'open'));
    });
  const changes = url.replace('/?', '/people/changes?');
  expect(await open(changes)).toBe('open');
  expect(await open(changes.replace(/key=\w+/, 'key=guess'))).toBe('refused');
});

test('files beside the page cannot be read', async () => {
  const { url } = await openWorkspace();
  const { origin } = new URL(url);
  expect(await statusOf(`${origin}/page/..%2Fworkspace.ts`, {})).toBe(404);
  expect(await statusOf(`${origin}/page/../workspace.ts`, {})).toBe(404);
});

test('a socket needs a ticket that was handed out, and each is good for one', async () => {
  const workspace = await openWorkspace();
  const { url } = (await (
    await fetch(`${workspace.apiUrl}apps.connections.open`, {
      method: 'POST',
      headers: { authorization: `Bearer ${workspace.appToken}` },
    })
  ).json()) as { url: string };
  const connect = (address: string) =>
    new Promise<string>((resolve) => {
      const socket = new WebSocket(address);
      socket.addEventListener('message', ({ data }) => {
        resolve((JSON.parse(String(data)) as { type: string }).type);
        socket.close();
      });
      socket.addEventListener('error', () => resolve('refused'));
    });
  expect(await connect(url.replace(/ticket=\w+/, 'ticket=guess'))).toBe('refused');
  expect(await connect(url)).toBe('hello');
  expect(await connect(url)).toBe('refused');
});

test('what one person sees privately, nobody else sees or dismisses', async () => {
  const workspace = await openWorkspace();
  await clientOf(workspace).chat.postEphemeral({ channel: CHANNEL, user: ADA, text: 'for Ada' });
  expect((await workspace.person(BOB).see()).messages).toEqual([]);
  const { ts } = [...workspace.state.messages.values()][0]!;
  const dismiss = new URL(workspace.url);
  dismiss.pathname = '/people/dismiss';
  dismiss.searchParams.set('as', BOB);
  await fetch(dismiss, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ channel: CHANNEL, ts }),
  });
  expect(workspace.state.messages.size).toBe(1);
});

test('an uploaded file that is no picture is only ever saved, never opened as a page', async () => {
  const workspace = await openWorkspace();
  const evil = '<script>alert(1)</script>';
  await clientOf(workspace).files.uploadV2({ file: Buffer.from(evil), filename: 'a.html', channel_id: CHANNEL });
  const [message] = workspace.state.messages.values();
  const { key } = Object.fromEntries(new URL(workspace.url).searchParams);
  const { origin } = new URL(workspace.url);
  const { headers } = await fetch(`${origin}/file?file=${message?.files?.[0]?.id}&key=${key}`);
  expect(headers.get('content-type')).toBe('application/octet-stream');
  expect(headers.get('content-disposition')).toMatch(/^attachment/);
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});
