import { expect, test } from 'vitest';
import { ADA, BOB, CHANNEL, clientOf, openWorkspace, startApp } from './setup.ts';

const PNG = Buffer.from('89504e470d0a1a0a0000000d', 'hex');
const post = { channel: CHANNEL, text: 'hello' };

/** Slack's code and explanation of a refused call. */
async function refusal(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => new Error('the call was not refused'),
    (reason) => reason,
  );
  const data = (error as { data?: { error: string; response_metadata?: { messages?: string[] } } }).data;
  return data ? `${data.error}: ${data.response_metadata?.messages?.join(' ') ?? ''}` : String(error);
}

test('metadata of a message comes back only when asked for', async () => {
  const { chat, conversations } = clientOf(await openWorkspace());
  const metadata = { event_type: 'card', event_payload: { key: 'a' } };
  await chat.postMessage({ ...post, metadata });
  expect((await conversations.history({ channel: CHANNEL })).messages?.[0]).not.toHaveProperty('metadata');
  const { messages } = await conversations.history({ channel: CHANNEL, include_all_metadata: true });
  expect(messages?.[0]?.metadata).toEqual(metadata);
});

test('history is newest first, in pages, without what only one person sees', async () => {
  const workspace = await openWorkspace({ rates: 'off' });
  const { chat, conversations } = clientOf(workspace);
  for (const text of ['1', '2', '3']) await chat.postMessage({ channel: CHANNEL, text });
  await chat.postEphemeral({ channel: CHANNEL, user: ADA, text: 'private' });
  const first = await conversations.history({ channel: CHANNEL, limit: 2 });
  expect(first.messages?.map(({ text }) => text)).toEqual(['3', '2']);
  const second = await conversations.history({ channel: CHANNEL, cursor: first.response_metadata?.next_cursor ?? '' });
  expect(second.messages?.map(({ text }) => text)).toEqual(['1']);
});

test('a text edit is marked as edited, an edit of blocks is not', async () => {
  const workspace = await openWorkspace();
  const { chat } = clientOf(workspace);
  const { ts } = await chat.postMessage(post);
  await chat.update({ channel: CHANNEL, ts: ts!, text: 'b', blocks: [{ type: 'divider' }] });
  expect(workspace.state.findMessage(CHANNEL, ts!)).toMatchObject({ isEdited: false, blocks: [{ type: 'divider' }] });
  await chat.update({ channel: CHANNEL, ts: ts!, text: 'c' });
  expect(workspace.state.findMessage(CHANNEL, ts!)).toMatchObject({ isEdited: true, blocks: [] });
});

test('a picture can be posted only once Slack has looked at it', async () => {
  let now = 1_000_000;
  const workspace = await openWorkspace({ clock: () => now, badDays: { uploadDelayMs: 500 } });
  const client = clientOf(workspace);
  const { upload_url, file_id: id } = await client.files.getUploadURLExternal({
    filename: 'a.png',
    length: PNG.length,
  });
  const blocks = [{ type: 'image' as const, slack_file: { id: id! }, alt_text: 'a' }];
  expect(await refusal(client.files.completeUploadExternal({ files: [{ id: id! }] }))).toMatch(
    /file_not_found.*no bytes/,
  );
  expect((await fetch(upload_url!, { method: 'POST', body: PNG })).status).toBe(200);
  await client.files.completeUploadExternal({ files: [{ id: id! }] });

  expect((await client.files.info({ file: id! })).file?.mimetype).toBe('');
  expect(await refusal(client.chat.postMessage({ ...post, blocks }))).toMatch(/invalid_blocks.*not ready/);
  now += 500;
  expect((await client.files.info({ file: id! })).file?.mimetype).toBe('image/png');
  await client.chat.postMessage({ ...post, blocks });
});

test('a picture of a kind Slack does not show is refused', async () => {
  const workspace = await openWorkspace({ badDays: { uploadDelayMs: 0 } });
  const client = clientOf(workspace);
  const webp = Buffer.from('RIFF0000WEBP');
  const { upload_url, file_id: id } = await client.files.getUploadURLExternal({
    filename: 'a.png',
    length: webp.length,
  });
  await fetch(upload_url!, { method: 'POST', body: webp });
  await client.files.completeUploadExternal({ files: [{ id: id! }] });
  const blocks = [{ type: 'image' as const, slack_file: { id: id! }, alt_text: 'a' }];
  expect(await refusal(client.chat.postMessage({ ...post, blocks }))).toMatch(/only png, jpg and gif/);
});

test('files.uploadV2 of the official client works', async () => {
  const workspace = await openWorkspace();
  await clientOf(workspace).files.uploadV2({ file: PNG, filename: 'a.png' });
  expect([...workspace.state.files.values()]).toMatchObject([{ mimetype: 'image/png', isComplete: true }]);
});

test('calls beyond the rate get 429 with the seconds to wait, and work again after them', async () => {
  let now = 1_000_000;
  const workspace = await openWorkspace({ clock: () => now });
  const { chat } = clientOf(workspace);
  const { ts } = await chat.postMessage(post);
  const update = () => chat.update({ channel: CHANNEL, ts: ts!, text: 'again' });
  for (let call = 0; call < 50; call += 1) await update();
  now += 20_000;
  await expect(update()).rejects.toMatchObject({ retryAfter: 40 });
  now += 40_000;
  await update();
});

test('one message a second and channel, with a short burst', async () => {
  let now = 1_000_000;
  const { chat } = clientOf(await openWorkspace({ clock: () => now }));
  for (let call = 0; call < 3; call += 1) await chat.postMessage(post);
  await expect(chat.postMessage(post)).rejects.toMatchObject({ retryAfter: 3 });
  now += 3_000;
  await chat.postMessage(post);
});

test.each([
  ['unknown_method', 'no.such.method', {}],
  ['channel_not_found', 'chat.postMessage', { channel: 'C9', text: 'a' }],
  ['not_in_channel', 'chat.postMessage', { channel: 'C2', text: 'a' }],
  ['channel_not_found', 'chat.update', { channel: '#models', ts: '1.000000', text: 'a' }],
  ['message_not_found', 'chat.update', { channel: CHANNEL, ts: '1.000000', text: 'a' }],
  ['no_text', 'chat.postMessage', { channel: CHANNEL }],
  ['invalid_blocks_format', 'chat.postMessage', { channel: CHANNEL, text: 'a', blocks: '[{' }],
  ['user_not_in_channel', 'chat.postEphemeral', { channel: CHANNEL, user: 'U9', text: 'a' }],
  ['invalid_trigger_id', 'views.open', { trigger_id: 'none', view: {} }],
  ['not_found', 'views.update', { view_id: 'V9', view: {} }],
  ['file_not_found', 'files.info', { file: 'F9' }],
  ['invalid_arguments', 'files.getUploadURLExternal', { filename: 'a.png' }],
  ['user_not_found', 'users.info', { user: 'U9' }],
])('Slack’s own code says what is wrong: %s of %s', async (code, method, args) => {
  const channels = [
    { id: CHANNEL, name: 'models' },
    { id: 'C2', name: 'closed', isBotMember: false },
  ];
  const workspace = await openWorkspace({ channels });
  expect(await refusal(clientOf(workspace).apiCall(method, args))).toContain(code);
  expect(workspace.state.violations.at(-1)).toMatchObject({ where: method, code });
});

test('a wrong token is refused, and the app token opens only sockets', async () => {
  const workspace = await openWorkspace();
  const call = async (method: string, token?: string) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(workspace.apiUrl + method, { method: 'POST', headers });
    return (await response.json()) as { error: string };
  };
  expect(await call('auth.test')).toMatchObject({ error: 'not_authed' });
  expect(await call('auth.test', 'xoxb-guess')).toMatchObject({ error: 'invalid_auth' });
  expect(await call('auth.test', workspace.appToken)).toMatchObject({ error: 'not_allowed_token_type' });
  expect(await call('apps.connections.open', workspace.botToken)).toMatchObject({ error: 'not_allowed_token_type' });
});

test('a scope, command, event or tab the manifest lacks is not there', async () => {
  const manifest = { oauth_config: { scopes: { bot: ['commands'] } }, features: {}, settings: {} };
  const workspace = await openWorkspace({ manifest });
  const events: string[] = [];
  await startApp(workspace, (app) => {
    app.event('app_home_opened', async ({ event }) => void events.push(event.type));
    app.command('/picker', async ({ ack }) => ack('never'));
  });
  expect(await refusal(clientOf(workspace).chat.postMessage(post))).toMatch(/missing_scope: .*chat:write/);
  const home = { user_id: ADA, view: { type: 'home' as const, blocks: [] } };
  expect(await refusal(clientOf(workspace).views.publish(home))).toContain('not_enabled');
  await workspace.person(ADA).openHome();
  expect(await workspace.person(BOB).type(CHANNEL, '/picker')).toMatchObject({ kind: 'failed' });
  expect(events).toEqual([]);
});

test('good practice that was ignored is noted, and the call goes through', async () => {
  const workspace = await openWorkspace();
  const { chat } = clientOf(workspace);
  const block = (text: string) => [
    { type: 'header' as const, block_id: 'same', text: { type: 'plain_text' as const, text } },
  ];
  const { ts } = await chat.postMessage({ channel: CHANNEL, text: '', blocks: block('a') });
  await chat.update({ channel: CHANNEL, ts: ts!, text: 'b', blocks: block('b') });
  expect(workspace.state.violations).toMatchObject([
    { level: 'warning', code: 'missing_text' },
    { level: 'warning', code: 'reused_block_id' },
  ]);
});
