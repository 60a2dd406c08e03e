import type { App } from '@slack/bolt';
import { expect, test } from 'vitest';
import { ADA, CHANNEL, clientOf, eventually, openWorkspace, startApp } from './setup.ts';

const card = {
  channel: CHANNEL,
  text: 'cat?',
  blocks: [
    {
      type: 'actions' as const,
      elements: [
        { type: 'button' as const, action_id: 'cat', text: { type: 'plain_text' as const, text: 'cat' }, value: 'v' },
      ],
    },
  ],
};
const modal = { type: 'modal' as const, title: { type: 'plain_text' as const, text: 'Lane' }, blocks: [] };

test('a trigger opens one view within three seconds', async () => {
  let now = 1_000_000;
  const workspace = await openWorkspace({ clock: () => now, deadlineMs: 3_000 });
  const triggers: string[] = [];
  await startApp(workspace, (app) => {
    app.command('/picker', async ({ ack, command }) => {
      triggers.push(command.trigger_id);
      await ack();
    });
  });
  const { views } = clientOf(workspace);
  const ada = workspace.person(ADA);
  await ada.type(CHANNEL, '/picker');
  await views.open({ trigger_id: triggers[0]!, view: modal });
  await expect(views.open({ trigger_id: triggers[0]!, view: modal })).rejects.toThrow(/exchanged_trigger_id/);
  await ada.type(CHANNEL, '/picker');
  now += 3_001;
  await expect(views.open({ trigger_id: triggers[1]!, view: modal })).rejects.toThrow(/expired_trigger_id/);
  workspace.badDays.expiredTriggers = 1;
  await ada.type(CHANNEL, '/picker');
  await expect(views.open({ trigger_id: triggers[2]!, view: modal })).rejects.toThrow(/expired_trigger_id/);
});

test('at most three modals lie on each other', async () => {
  const workspace = await openWorkspace();
  const outcomes: string[] = [];
  await startApp(workspace, (app) => {
    app.command('/picker', async ({ ack, command, client }) => {
      await ack();
      const isFirst = outcomes.length === 0;
      const call = isFirst ? client.views.open : client.views.push;
      outcomes.push(
        await call({ trigger_id: command.trigger_id, view: modal }).then(
          () => 'shown',
          (error: Error) => error.message,
        ),
      );
    });
  });
  for (let time = 1; time <= 4; time += 1) {
    await workspace.person(ADA).type(CHANNEL, '/picker');
    await eventually(() => outcomes.length === time);
  }
  expect(outcomes.slice(0, 3)).toEqual(['shown', 'shown', 'shown']);
  expect(outcomes[3]).toMatch(/push_limit_reached/);
});

test('a response_url works five times within half an hour', async () => {
  let now = 1_000_000;
  const workspace = await openWorkspace({ clock: () => now });
  const urls: string[] = [];
  await startApp(workspace, (app) => {
    app.command('/picker', async ({ ack, command }) => {
      urls.push(command.response_url);
      await ack();
    });
  });
  const answer = async (url: string) => {
    const body = JSON.stringify({ text: 'hi' });
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return response.text();
  };
  await workspace.person(ADA).type(CHANNEL, '/picker');
  for (let use = 0; use < 5; use += 1) expect(await answer(urls[0]!)).toBe('ok');
  expect(await answer(urls[0]!)).toContain('used_url');
  await workspace.person(ADA).type(CHANNEL, '/picker');
  now += 30 * 60_000 + 1;
  expect(await answer(urls[1]!)).toContain('expired_url');
});

test('an ephemeral note can be replaced and deleted through the response_url of its button', async () => {
  const workspace = await openWorkspace();
  let step = 0;
  await startApp(workspace, (app) => {
    app.action('cat', async ({ ack, respond }) => {
      await ack();
      step += 1;
      await respond(
        step === 1 ? { ...card, text: 'replaced', replace_original: true } : { text: '', delete_original: true },
      );
    });
  });
  await clientOf(workspace).chat.postEphemeral({ ...card, user: ADA });
  const ada = workspace.person(ADA);
  await ada.click((await ada.see()).messages[0]!, 'cat');
  await eventually(() => [...workspace.state.messages.values()][0]?.text === 'replaced');
  await ada.click((await ada.see()).messages[0]!, 'cat');
  await eventually(() => workspace.state.messages.size === 0);
});

test('a button that is not acknowledged tells the person, and is on the list of broken rules', async () => {
  const workspace = await openWorkspace({ deadlineMs: 3_000 });
  await startApp(workspace, () => undefined);
  await clientOf(workspace).chat.postMessage(card);
  const ada = workspace.person(ADA);
  const outcome = await ada.click((await ada.see()).messages[0]!, 'cat');
  expect(outcome).toEqual({ kind: 'failed', shown: 'This app isn’t responding. Try again.' });
  expect(workspace.state.violations).toMatchObject([{ code: 'operation_timeout' }]);
});

test('a press on a line that dies meanwhile fails, however long an app may take otherwise', async () => {
  const workspace = await openWorkspace({ deadlineMs: 2 ** 31 - 1 });
  const heard = Promise.withResolvers<void>();
  await startApp(workspace, (app) => app.use(async () => heard.resolve()));
  await clientOf(workspace).chat.postMessage(card);
  const ada = workspace.person(ADA);
  const pressed = ada.click((await ada.see()).messages[0]!, 'cat');
  await heard.promise;
  workspace.dropSocket('cut');
  expect(await pressed).toEqual({ kind: 'failed', shown: 'This app isn’t responding. Try again.' });
  expect(workspace.state.violations).toEqual([]);
});

test('without an app, a slash command fails as it does in Slack', async () => {
  const workspace = await openWorkspace();
  await workspace.person(ADA).type(CHANNEL, '/picker status');
  const { messages } = await workspace.person(ADA).see();
  expect(messages).toMatchObject([
    { user: 'USLACKBOT', text: '/picker failed with the error "dispatch_failed".', onlyFor: ADA },
  ]);
});

test('one click can arrive twice, late clicks reach the app, and deliveries can change places', async () => {
  const workspace = await openWorkspace({ deadlineMs: 3_000 });
  const values: (string | undefined)[] = [];
  await startApp(workspace, (app) => {
    app.action('cat', async ({ ack, action }) => {
      await ack();
      values.push(action.type === 'button' ? action.value : undefined);
    });
  });
  const client = clientOf(workspace);
  const { ts } = await client.chat.postMessage(card);
  const ada = workspace.person(ADA);
  const [stale] = (await ada.see()).messages;
  workspace.badDays.duplicateDeliveries = 1;
  await ada.click(stale!, 'cat');
  await eventually(() => values.length === 2);

  await client.chat.update({ channel: CHANNEL, ts: ts!, text: 'next', blocks: [] });
  await ada.click(stale!, 'cat');
  expect(values).toEqual(['v', 'v', 'v']);

  workspace.badDays.reorderedDeliveries = 1;
  const order: string[] = [];
  const late = workspace.deliver('interactive', { type: 'block_actions' }).then(() => order.push('first'));
  await Promise.all([late, ada.click(stale!, 'cat').then(() => order.push('second'))]);
  expect(order).toEqual(['second', 'first']);
});

test('a lost reply is a call that was carried out', async () => {
  const workspace = await openWorkspace();
  workspace.badDays.lostReplies = 1;
  await expect(clientOf(workspace).chat.postMessage(card)).rejects.toThrow();
  expect(workspace.state.messages.size).toBe(1);
});

test('429 and 500 are answered without doing anything, only where they were asked for', async () => {
  const workspace = await openWorkspace();
  Object.assign(workspace.badDays, { rateLimited: 1, serverErrors: 1, onlyMethod: 'chat.postMessage' });
  const { auth, chat } = clientOf(workspace);
  await auth.test();
  await expect(chat.postMessage(card)).rejects.toMatchObject({ statusCode: 500 });
  await expect(chat.postMessage(card)).rejects.toMatchObject({ retryAfter: 1 });
  expect(workspace.state.messages.size).toBe(0);
  await chat.postMessage(card);
});

test.each(['refresh', 'cut'] as const)('after its socket goes (%s), Bolt comes back and clicks work', async (how) => {
  const workspace = await openWorkspace();
  let clicks = 0;
  const register = (app: App) => {
    app.action('cat', async ({ ack }) => {
      clicks += 1;
      await ack();
    });
  };
  await startApp(workspace, register, { reconnectMs: 1_000 });
  await clientOf(workspace).chat.postMessage(card);
  const counts: number[] = [];
  workspace.state.listeners.add((change) => change.kind === 'connections' && counts.push(change.count));
  workspace.dropSocket(how);
  await eventually(() => counts.includes(0) && workspace.connectionCount() === 1);
  const ada = workspace.person(ADA);
  expect(await ada.click((await ada.see()).messages[0]!, 'cat')).toMatchObject({ kind: 'done' });
  expect(clicks).toBe(1);
});

test('an answer to a form that Slack would not understand is a broken rule', async () => {
  const workspace = await openWorkspace();
  await startApp(workspace, (app) => {
    app.command('/picker', async ({ ack, command, client }) => {
      await ack();
      const submit = { type: 'plain_text' as const, text: 'Go' };
      await client.views.open({ trigger_id: command.trigger_id, view: { ...modal, submit, callback_id: 'form' } });
    });
    app.view('form', async ({ ack }) => ack({ response_action: 'errors', errors: { nowhere: 'bad' } }));
  });
  const ada = workspace.person(ADA);
  await ada.type(CHANNEL, '/picker');
  await eventually(() => workspace.state.modals.get(ADA)?.length === 1);
  expect(await ada.submit((await ada.see()).modals[0]!)).toMatchObject({ kind: 'failed' });
  expect(workspace.state.violations).toMatchObject([{ code: 'invalid_response_action' }]);
});
