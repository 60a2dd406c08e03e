import { expect, test } from 'vitest';
import { ADA, BOB, CHANNEL, clientOf, eventually, openWorkspace, startApp } from './setup.ts';

const buttons = {
  type: 'actions' as const,
  block_id: 'question-1',
  elements: [
    { type: 'button' as const, action_id: 'label:0', text: { type: 'plain_text' as const, text: 'cat' }, value: '0' },
    { type: 'button' as const, action_id: 'label:1', text: { type: 'plain_text' as const, text: 'dog' }, value: '1' },
  ],
};

const modal = (text: string) => ({
  type: 'modal' as const,
  callback_id: 'lane',
  title: { type: 'plain_text' as const, text: 'Lane' },
  submit: { type: 'plain_text' as const, text: 'Next' },
  blocks: [
    {
      type: 'input' as const,
      block_id: 'answer',
      label: { type: 'plain_text' as const, text },
      element: { type: 'plain_text_input' as const, action_id: 'text' },
    },
  ],
});

test('a pressed button reaches the app, which edits the message in place', async () => {
  const workspace = await openWorkspace();
  await startApp(workspace, (app) => {
    app.action(/^label:/, async ({ ack, action, body, client }) => {
      await ack();
      if (body.type !== 'block_actions' || action.type !== 'button' || !body.message) return;
      const text = `<@${body.user.id}> said ${action.value}`;
      await client.chat.update({ channel: CHANNEL, ts: body.message.ts, text, blocks: [] });
    });
  });
  await clientOf(workspace).chat.postMessage({ channel: CHANNEL, text: 'cat or dog?', blocks: [buttons] });

  const ada = workspace.person(ADA);
  const [message] = (await ada.see()).messages;
  expect(await ada.click(message!, 'dog')).toMatchObject({ kind: 'done' });

  const { text } = await eventually(
    () =>
      workspace.state.findMessage(CHANNEL, message!.ts)?.text !== 'cat or dog?' &&
      workspace.state.findMessage(CHANNEL, message!.ts),
  );
  expect(text).toBe('<@U1> said 1');
});

test('a slash command is answered to the asker alone', async () => {
  const workspace = await openWorkspace();
  await startApp(workspace, (app) => {
    app.command('/picker', async ({ ack, command, respond }) => {
      await ack();
      await respond(`you asked for ${command.text}`);
    });
  });
  await workspace.person(ADA).type(CHANNEL, '/picker status');
  await eventually(() => workspace.state.messages.size === 1);
  expect((await workspace.person(ADA).see()).messages).toMatchObject([{ text: 'you asked for status', onlyFor: ADA }]);
  expect((await workspace.person(BOB).see()).messages).toEqual([]);
});

test('a modal opens, shows the app’s errors, is updated by an answer, and closes', async () => {
  const workspace = await openWorkspace();
  await startApp(workspace, (app) => {
    app.command('/picker', async ({ ack, client, command }) => {
      await ack();
      await client.views.open({ trigger_id: command.trigger_id, view: modal('first') });
    });
    app.view('lane', async ({ ack, view }) => {
      const text = view.state.values.answer?.text?.value;
      if (text === 'bad') await ack({ response_action: 'errors', errors: { answer: 'no such class' } });
      else if (text === 'more') await ack({ response_action: 'update', view: modal('second') });
      else await ack();
    });
  });
  const ada = workspace.person(ADA);
  await ada.type(CHANNEL, '/picker label');
  const first = await eventually(() => workspace.state.modals.get(ADA)?.[0]);
  const [seen] = (await ada.see()).modals;
  expect(seen?.id).toBe(first.id);

  expect(await ada.submit(seen!, {})).toEqual({
    kind: 'errors',
    errors: { answer: 'Please complete this required field.' },
  });
  expect(await ada.submit(seen!, { text: 'bad' })).toEqual({ kind: 'errors', errors: { answer: 'no such class' } });
  expect(await ada.submit(seen!, { text: 'more' })).toMatchObject({ kind: 'done' });
  expect(JSON.stringify((await ada.see()).modals)).toContain('second');
  expect(await ada.submit(seen!, { text: 'fine' })).toMatchObject({ kind: 'done' });
  expect((await ada.see()).modals).toEqual([]);
});

test('a typeahead asks the app for options, and only those can be chosen', async () => {
  const workspace = await openWorkspace();
  const chosen: string[] = [];
  await startApp(workspace, (app) => {
    app.options('class', async ({ ack, options }) => {
      const text = { type: 'plain_text' as const, text: `${options.value}fish` };
      await ack({ options: [{ text, value: '7' }] });
    });
    app.action('class', async ({ ack, action }) => {
      await ack();
      if (action.type === 'external_select') chosen.push(action.selected_option?.value ?? '');
    });
  });
  await clientOf(workspace).chat.postMessage({
    channel: CHANNEL,
    text: 'which?',
    blocks: [{ type: 'actions', elements: [{ type: 'external_select', action_id: 'class', min_query_length: 0 }] }],
  });
  const ada = workspace.person(ADA);
  const [message] = (await ada.see()).messages;
  expect(await ada.suggest(message!, 'class', 'gold')).toEqual([{ text: 'goldfish', value: '7' }]);
  expect(await ada.choose(message!, 'class', '8')).toMatchObject({ kind: 'failed' });
  expect(await ada.choose(message!, 'class', '7')).toMatchObject({ kind: 'done' });
  expect(chosen).toEqual(['7']);
});

test('opening App Home tells the app, and what it publishes is seen by that person alone', async () => {
  const workspace = await openWorkspace();
  await startApp(workspace, (app) => {
    app.event('app_home_opened', async ({ event, client }) => {
      const blocks = [{ type: 'header' as const, text: { type: 'plain_text' as const, text: `Hello ${event.user}` } }];
      await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
    });
  });
  await workspace.person(ADA).openHome();
  await eventually(() => workspace.state.homes.get(ADA));
  expect(JSON.stringify((await workspace.person(ADA).see()).home)).toContain('Hello U1');
  expect((await workspace.person(BOB).see()).home).toBeNull();
});

test('names in a command arrive as references when the manifest asks for it', async () => {
  const manifest = {
    oauth_config: { scopes: { bot: ['commands'] } },
    features: { slash_commands: [{ command: '/picker', should_escape: true }] },
  };
  const workspace = await openWorkspace({ manifest });
  const texts: string[] = [];
  await startApp(workspace, (app) => {
    app.command('/picker', async ({ ack, command }) => {
      texts.push(command.text);
      await ack();
    });
  });
  await workspace.person(ADA).type(CHANNEL, '/picker undo @Bob in #models');
  expect(texts).toEqual(['undo <@U2|Bob> in <#C0MODELS1|models>']);
});

test('a message to everyone reaches the app as Slack encodes it, and a mention of the app is told apart', async () => {
  const workspace = await openWorkspace({ appName: 'Picker' });
  const heard: string[] = [];
  await startApp(workspace, (app) => {
    app.event('message', async ({ event }) => void heard.push(`message: ${'text' in event ? event.text : ''}`));
    app.event('app_mention', async ({ event }) => void heard.push(`mention: ${event.text}`));
  });
  await workspace.person(ADA).type(CHANNEL, '1 < 2 & 3');
  await workspace.person(ADA).type(CHANNEL, '@Picker hello');
  await eventually(() => heard.length === 3);
  expect(heard.sort()).toEqual([
    'mention: <@U0000000BOT|Picker> hello',
    'message: 1 &lt; 2 &amp; 3',
    'message: <@U0000000BOT|Picker> hello',
  ]);
});
