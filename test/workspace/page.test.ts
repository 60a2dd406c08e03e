import type { Browser, Page } from 'playwright-core';
import { afterAll, expect } from 'vitest';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { browserTest, launchChromium } from '../chromium.ts';
import { ADA, afterwards, BOB, CHANNEL, clientOf, eventually, openWorkspace, startApp } from './setup.ts';

let browser: Browser | undefined;
afterAll(() => browser?.close());

async function openPage(workspace: Workspace, as: string): Promise<Page> {
  browser ??= await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  afterwards(() => page.close());
  await page.goto(`${workspace.url}&as=${as}`);
  await page.getByRole('heading', { name: 'models' }).waitFor();
  return page;
}

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const card = (question: number, said = 'nobody yet') => ({
  text: `Question ${question}`,
  blocks: [
    { type: 'header' as const, text: plain(`Question ${question}`) },
    {
      type: 'actions' as const,
      block_id: `question-${question}`,
      elements: ['cat', 'dog'].map((name) => ({
        type: 'button' as const,
        action_id: `label:${name}`,
        text: plain(name),
        value: name,
      })),
    },
    { type: 'context' as const, elements: [{ type: 'mrkdwn' as const, text: said }] },
  ],
});

browserTest(
  'by keyboard alone, labels follow each other without losing the button, and others see them at once',
  async () => {
    const workspace = await openWorkspace();
    let question = 1;
    await startApp(workspace, (app) => {
      app.action(/^label:/, async ({ ack, action, body, client }) => {
        await ack();
        if (body.type !== 'block_actions' || action.type !== 'button' || !body.message) return;
        question += 1;
        const said = `<@${body.user.id}> said *${action.value}*`;
        await client.chat.update({ channel: CHANNEL, ts: body.message.ts, ...card(question, said) });
      });
    });
    await clientOf(workspace).chat.postMessage({ channel: CHANNEL, ...card(1) });
    const ada = await openPage(workspace, ADA);
    const bob = await openPage(workspace, BOB);

    const dog = ada.getByRole('button', { name: 'dog' });
    for (let step = 0; step < 40; step += 1) {
      await ada.keyboard.press('Tab');
      if (await dog.evaluate((button) => button === document.activeElement)) break;
    }
    for (const next of [2, 3]) {
      await ada.keyboard.press('Enter');
      await ada.getByRole('heading', { name: `Question ${next}` }).waitFor();
      expect(await dog.evaluate((button) => button === document.activeElement)).toBe(true);
    }
    await bob.getByText('@Ada said dog').waitFor();
    expect(await bob.getByRole('heading', { name: 'Question 3' }).count()).toBe(1);
  },
);

browserTest('a slash command is completed, opens a modal, shows what is wrong with a field, and closes', async () => {
  const workspace = await openWorkspace();
  const input = {
    type: 'input' as const,
    block_id: 'class',
    label: plain('Class'),
    element: { type: 'external_select' as const, action_id: 'class', min_query_length: 1 },
  };
  const view = {
    type: 'modal' as const,
    callback_id: 'lane',
    title: plain('Lane'),
    submit: plain('Next'),
    blocks: [input],
  };
  const submitted: unknown[] = [];
  await startApp(workspace, (app) => {
    app.command('/picker', async ({ ack, command, client }) => {
      await ack();
      await client.views.open({ trigger_id: command.trigger_id, view });
    });
    app.options('class', async ({ ack, options }) => {
      await ack({
        options: ['goldfish', 'catfish']
          .filter((name) => name.includes(options.value))
          .map((name) => ({ text: plain(name), value: name })),
      });
    });
    app.view('lane', async ({ ack, view: { state } }) => {
      submitted.push(state.values.class?.class?.selected_option?.value);
      await ack();
    });
  });
  const page = await openPage(workspace, ADA);
  const { keyboard } = page;
  await page.getByRole('combobox', { name: 'Message #models' }).focus();
  await keyboard.type('/pi');
  await page.getByRole('option', { name: /\/picker/ }).waitFor();
  await keyboard.press('Enter');
  await keyboard.type('sta');
  await keyboard.press('Enter');
  await keyboard.press('Enter');

  const lane = page.getByRole('dialog', { name: 'Lane' });
  await lane.getByRole('button', { name: 'Next' }).click();
  await lane.getByText('Please complete this required field.').waitFor();
  await lane.getByRole('combobox', { name: 'Class' }).focus();
  await keyboard.type('gold');
  await page.getByRole('option', { name: 'goldfish' }).waitFor();
  await keyboard.press('Enter');
  await lane.getByRole('button', { name: 'Next' }).click();
  await lane.waitFor({ state: 'hidden' });
  expect(submitted).toEqual(['goldfish']);
});

browserTest(
  'in a lane of questions, arrow and Enter are enough: the next question is in focus when it comes',
  async () => {
    const workspace = await openWorkspace();
    const answers: unknown[] = [];
    const lane = () => ({
      type: 'modal' as const,
      callback_id: 'lane',
      title: plain('Lane'),
      submit: plain('Next'),
      blocks: [
        {
          type: 'input' as const,
          block_id: `question-${answers.length}`,
          label: plain(`Question ${answers.length}`),
          element: {
            type: 'radio_buttons' as const,
            action_id: 'choice',
            options: ['cat', 'dog', 'owl'].map((name) => ({ text: plain(name), value: name })),
          },
        },
      ],
    });
    await startApp(workspace, (app) => {
      app.command('/picker', async ({ ack, command, client }) => {
        await ack();
        await client.views.open({ trigger_id: command.trigger_id, view: lane() });
      });
      app.view('lane', async ({ ack, view }) => {
        answers.push(Object.values(view.state.values)[0]?.choice?.selected_option?.value);
        await ack({ response_action: 'update', view: lane() });
      });
    });
    const page = await openPage(workspace, ADA);
    await workspace.person(ADA).type(CHANNEL, '/picker label');
    const next = page.getByRole('button', { name: 'Next' });
    const first = page.locator('input[type=radio]').first();
    for (const [question, keys] of [['Space'], ['ArrowDown'], ['ArrowDown', 'ArrowDown']].entries()) {
      await page.getByText(`Question ${question}`).waitFor();
      await eventually(async () => first.evaluate((radio) => radio === document.activeElement));
      for (const key of keys) await page.keyboard.press(key);
      if (question === 1) await next.focus();
      await page.keyboard.press('Enter');
    }
    await page.getByText('Question 3').waitFor();
    expect(answers).toEqual(['cat', 'dog', 'owl']);
  },
);

browserTest('eight tabs of one browser all stay live', async () => {
  const workspace = await openWorkspace();
  browser ??= await launchChromium();
  const context = await browser.newContext();
  afterwards(() => context.close());
  const tabs = [];
  for (let tab = 0; tab < 8; tab += 1) {
    const page = await context.newPage();
    await page.goto(workspace.url);
    tabs.push(page);
  }
  await clientOf(workspace).chat.postMessage({ channel: CHANNEL, text: 'to all tabs' });
  for (const page of tabs) await page.locator('.message').getByText('to all tabs').waitFor();
});

browserTest('nothing an app sends can become markup or script', async () => {
  const workspace = await openWorkspace();
  const evil = '<img src=x onerror="document.title=1"><script>document.title=1</script>';
  await clientOf(workspace).chat.postMessage({
    channel: CHANNEL,
    text: evil,
    blocks: [
      { type: 'header', text: plain(evil) },
      { type: 'section', text: { type: 'mrkdwn', text: `${evil} <javascript:alert(1)|press>` } },
    ],
  });
  const page = await openPage(workspace, ADA);
  await page.getByRole('heading', { name: evil }).waitFor();
  expect(await page.locator('.message script, .message img:not(.avatar), .message a').count()).toBe(0);
  expect(await page.title()).toBe('Ada · Local workspace');
});

browserTest('App Home, a switch to dark, and a bad day are a click away', async () => {
  const workspace = await openWorkspace();
  await startApp(workspace, (app) => {
    app.event('app_home_opened', async ({ event, client }) => {
      const blocks = [{ type: 'header' as const, text: plain('What needs labels') }];
      await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
    });
  });
  const page = await openPage(workspace, ADA);
  await page.getByRole('navigation').getByRole('button', { name: 'Model Picker' }).click();
  await page.getByRole('heading', { name: 'What needs labels' }).waitFor();

  const background = () => page.locator('main').evaluate((main) => getComputedStyle(main).backgroundColor);
  const light = await background();
  await page.getByRole('button', { name: 'Dark' }).click();
  expect(await background()).not.toBe(light);

  await page.getByRole('button', { name: 'Bad days' }).click();
  await page.getByRole('button', { name: 'Deliver clicks twice: switch' }).click();
  await eventually(() => workspace.badDays.duplicateDeliveries > 0);
  await page.getByRole('button', { name: 'Deliver clicks twice: switch' }).click();
  await eventually(() => workspace.badDays.duplicateDeliveries === 0);
});
