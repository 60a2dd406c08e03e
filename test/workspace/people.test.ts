import { expect, test } from 'vitest';
import { CHANNEL, clientOf, eventually, openWorkspace, startApp } from './setup.ts';

/** Who else is on a real Slack, and what else they have there. */

const people = [
  { id: 'U1', name: 'Ada' },
  { id: 'U2', name: 'Greta', kind: 'grid' as const },
  { id: 'U3', name: 'Sam', kind: 'stranger' as const },
  { id: 'U4', name: 'Gus', kind: 'guest' as const },
];

test('the payloads of others name the workspaces they come from', async () => {
  const workspace = await openWorkspace({ people });
  const commands: unknown[] = [];
  await startApp(workspace, (app) => {
    app.command('/picker', async ({ ack, command }) => {
      commands.push([command.team_id, command.enterprise_id]);
      await ack();
    });
  });
  for (const { id } of people) await workspace.person(id).type(CHANNEL, '/picker');
  expect(commands).toEqual([
    ['T0000000LOC', 'E0000000ORG'],
    ['T0000000LOC', 'E0000000ORG'],
    ['T00STRANGER', undefined],
    ['T0000000LOC', 'E0000000ORG'],
  ]);
});

test('a guest sees a file only where it stands in a message they see', async () => {
  const workspace = await openWorkspace({ people, badDays: { uploadDelayMs: 0 } });
  const { files, chat } = clientOf(workspace);
  const png = Buffer.from('89504e470d0a1a0a', 'hex');
  const { file_id: id, upload_url } = await files.getUploadURLExternal({ filename: 'a.png', length: png.length });
  await fetch(upload_url!, { method: 'POST', body: new Uint8Array(png) });
  await files.completeUploadExternal({ files: [{ id: id! }] });
  const key = new URL(workspace.url).searchParams.get('key');
  const seenBy = async (person: string) =>
    (await fetch(`${new URL(workspace.url).origin}/file?key=${key}&as=${person}&file=${id}`)).status;
  expect([await seenBy('U1'), await seenBy('U4')]).toEqual([200, 404]);
  await chat.postMessage({
    channel: CHANNEL,
    text: 'a',
    blocks: [{ type: 'image', alt_text: 'a', slack_file: { id: id! } }],
  });
  expect(await seenBy('U4')).toBe(200);
});

test('a shortcut opens a window, in which a conversation is chosen that can be answered to', async () => {
  const workspace = await openWorkspace();
  const chosen: unknown[] = [];
  await startApp(workspace, (app) => {
    app.shortcut('ask', async ({ ack, shortcut, client }) => {
      await ack();
      const label = { type: 'plain_text' as const, text: 'Where?' };
      const element = {
        type: 'conversations_select' as const,
        action_id: 'where',
        response_url_enabled: true,
      };
      await client.views.open({
        trigger_id: shortcut.trigger_id,
        view: {
          type: 'modal',
          callback_id: 'form',
          title: label,
          submit: label,
          blocks: [{ type: 'input', block_id: 'b', label, element }],
        },
      });
    });
    app.view('form', async ({ ack, body, view }) => {
      const addresses = 'response_urls' in body ? body.response_urls.length : 0;
      chosen.push(view.state.values.b?.where?.selected_conversation, addresses);
      await ack();
    });
  });
  const ada = workspace.person('U1');
  await ada.shortcut('ask');
  const modal = await eventually(async () => (await ada.see()).modals[0]);
  expect(await ada.submit(modal, {})).toMatchObject({ kind: 'errors' });
  expect(await ada.submit(modal, { where: CHANNEL })).toMatchObject({ kind: 'done' });
  expect(chosen).toEqual([CHANNEL, 1]);
});

test('a channel can be archived and opened again, and takes no message meanwhile', async () => {
  const workspace = await openWorkspace();
  const { chat } = clientOf(workspace);
  workspace.state.changeChannel(CHANNEL, { isArchived: true });
  await expect(chat.postMessage({ channel: CHANNEL, text: 'a' })).rejects.toThrow(/is_archived/);
  workspace.state.changeChannel(CHANNEL, { isArchived: false });
  await chat.postMessage({ channel: CHANNEL, text: 'a' });
});

test('images are refused in messages, windows and notes apart, each as often as was asked for', async () => {
  const workspace = await openWorkspace({ badDays: { uploadDelayMs: 0, refusedFilesInMessages: 1 } });
  const { files, chat, views } = clientOf(workspace);
  const png = Buffer.from('89504e470d0a1a0a', 'hex');
  const { file_id: id, upload_url } = await files.getUploadURLExternal({ filename: 'a.png', length: png.length });
  await fetch(upload_url!, { method: 'POST', body: new Uint8Array(png) });
  await files.completeUploadExternal({ files: [{ id: id! }] });
  const blocks = [{ type: 'image' as const, alt_text: 'a', slack_file: { id: id! } }];
  const home = { user_id: 'U1', view: { type: 'home' as const, blocks } };
  await views.publish(home);
  await expect(chat.postMessage({ channel: CHANNEL, text: 'a', blocks })).rejects.toThrow(/invalid_blocks/);
  await chat.postMessage({ channel: CHANNEL, text: 'a', blocks });
  workspace.badDays.refusedFilesInViews = 1;
  await expect(views.publish(home)).rejects.toThrow(/invalid_arguments/);
  workspace.badDays.refusedFilesInNotes = 1;
  const note = { channel: CHANNEL, user: 'U1', text: 'a', blocks };
  await expect(chat.postEphemeral(note)).rejects.toThrow(/invalid_blocks/);
  await chat.postEphemeral(note);
});

test('any call can be refused with any of Slack’s codes, and a wait can be as long as Slack’s longest', async () => {
  const workspace = await openWorkspace({
    badDays: { refusedCalls: 1, refusalCode: 'fatal_error', retryAfterS: 3_600 },
  });
  const { auth } = clientOf(workspace);
  await expect(auth.test()).rejects.toThrow(/fatal_error/);
  await auth.test();
  workspace.badDays.rateLimited = 1;
  await expect(auth.test()).rejects.toMatchObject({ retryAfter: 3_600 });
});

test('a file shared with a person has to name the conversation, not the person', async () => {
  const workspace = await openWorkspace({ badDays: { uploadDelayMs: 0 } });
  const { files } = clientOf(workspace);
  const { file_id: id, upload_url } = await files.getUploadURLExternal({ filename: 'a.csv', length: 1 });
  await fetch(upload_url!, { method: 'POST', body: 'a' });
  const share = (channel_id: string) => files.completeUploadExternal({ files: [{ id: id! }], channel_id });
  await expect(share('U1')).rejects.toThrow(/invalid_arguments/);
  await share('D0000000001');
  expect((await files.info({ file: id! })).file?.ims).toEqual(['D0000000001']);
});
