import type { Locator, Page } from 'playwright-core';
import { afterEach, expect } from 'vitest';
import { browserTest, openPageOf, typeInto } from '../chromium.ts';
import { endWell, people, type Rig, startRig, until } from './rig.ts';

/** Journeys of people at the page: the real app behind it, the strict workspace between them. */

let rig: Rig;

afterEach(() => endWell(rig));

const openPage = (person: string) => openPageOf(rig.workspace, person);

/** Presses Tab until this has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let step = 0; step < 60; step++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`60 times Tab did not reach ${target}.`);
}

/** The screen reader's announcer repeats new messages; this is what stands in the conversation. */
const said = (page: Page, text: string) => page.locator('main, dialog, [role=dialog]').getByText(text).first();
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const laneClass = (page: Page, role: 'button' | 'radio') => page.getByRole('dialog').getByRole(role, { name: 'dog' });

browserTest('label by mouse: the next question stands there at once', async () => {
  rig = await startRig();
  await rig.task.open();
  const page = await openPage('UBEN');
  await button(page, 'dog').click();
  await said(page, '@Ben said dog').waitFor();
  await until(() => rig.task.history().length === 1);
});

browserTest('label by keyboard alone: the focus stays on the button while the card changes under it', async () => {
  rig = await startRig();
  await rig.task.open();
  const page = await openPage('UBEN');
  await tabTo(page, button(page, 'ship'));
  for (const labels of [1, 2, 3]) {
    await page.keyboard.press('Enter');
    await said(page, `${labels} of at most 60 labels`).waitFor();
  }
  expect(rig.task.history().map((entry) => entry.class)).toEqual(['ship', 'ship', 'ship']);
});

browserTest(
  'twenty images are labeled in the lane by keyboard alone: a letter and Enter each, and none is taken back',
  async () => {
    rig = await startRig({ images: 24, workspace: { badDays: { uploadDelayMs: 0 } } });
    await rig.task.open();
    await until(() => rig.images.every(rig.channel.isPrepared));
    const page = await openPage('UBEN');
    await tabTo(page, button(page, 'Label on my own'));
    await page.keyboard.press('Enter');
    const field = page.getByRole('dialog').getByRole('combobox');
    await field.waitFor();
    const wanted = Array.from({ length: 20 }, (_, n) => ['cat', 'dog', 'ship'][n % 3]!);
    for (const [n, name] of wanted.entries()) {
      await until(() => field.evaluate((element) => element === document.activeElement));
      // As fast as a person who knows the classes: nobody waits to see the list.
      await page.keyboard.press(name[0]!);
      await page.keyboard.press('Enter');
      await until(() => rig.task.history().length === n + 1);
      await until(async () => (await field.inputValue()) === '');
    }
    const given = rig.task.history().toReversed();
    expect(given.map((entry) => entry.class)).toEqual(wanted);
    expect(given.filter((entry) => entry.undoneBy !== undefined)).toEqual([]);
  },
);

/** Goes through the lane's images by these presses, and gives the seconds an image took, without anybody's thinking. */
async function secondsAnImage(page: Page, images: number, label: (dialog: Locator) => Promise<void>): Promise<number> {
  const dialog = page.getByRole('dialog');
  const image = dialog.getByRole('img', { name: 'The image to label' });
  await image.waitFor();
  const start = performance.now();
  for (let n = 0; n < images; n++) {
    const before = await image.getAttribute('src');
    await label(dialog);
    await until(async () => (await image.getAttribute('src')) !== before);
  }
  return (performance.now() - start) / 1000 / images;
}

browserTest('a label takes one press, or a letter and Enter, where it took two presses', async () => {
  rig = await startRig({ images: 40, workspace: { badDays: { uploadDelayMs: 0 } } });
  await rig.task.open();
  await until(() => rig.images.every(rig.channel.isPrepared));
  const page = await openPage('UBEN');
  await button(page, 'Label on my own').click();
  let presses = 0;
  const press = (target: Locator) => {
    presses += 1;
    return target.click();
  };
  const byPress = await secondsAnImage(page, 10, (dialog) => press(dialog.getByRole('button', { name: 'dog' })));
  const byKeyboard = await secondsAnImage(page, 10, async (dialog) => {
    const field = dialog.getByRole('combobox');
    await until(() =>
      field.evaluate((element) => element === document.activeElement && !element.hasAttribute('value')),
    );
    await page.keyboard.press('d');
    await page.keyboard.press('Enter');
  });
  expect(presses).toBe(10);
  await button(page, 'Stop').click();
  // As where Slack's rate allows no call for each label, and as it always was before.
  rig.channel.windows.hasRoom = () => false;
  await button(page, 'Label on my own').click();
  const byNext = await secondsAnImage(page, 10, async (dialog) => {
    // Never on *Undo*, where an Enter too many would take the label back.
    await until(() =>
      dialog
        .getByRole('radio')
        .first()
        .evaluate((element) => element === document.activeElement),
    );
    await press(dialog.getByRole('radio', { name: 'dog' }));
    await press(dialog.getByRole('button', { name: 'Next' }));
  });
  expect(presses).toBe(30);
  expect(rig.task.history().map((entry) => entry.class)).toEqual(Array(30).fill('dog'));
  const said = [byPress, byKeyboard, byNext].map((seconds) => seconds.toFixed(2));
  console.log(
    `Seconds an image in the lane: ${said[0]} by a press, ${said[1]} by keyboard, ${said[2]} by choice and *Next*.`,
  );
});

browserTest(
  'at 420 pixels, with 500 classes of long names, nothing is cut off, and any class is found by typing',
  async () => {
    const classes = Array.from({ length: 500 }, (_, index) => `a rather long name of an animal, number ${index}`);
    rig = await startRig({ classes, candidates: [3, 250, 499] });
    await rig.task.open();
    const page = await openPage('UBEN');
    await page.setViewportSize({ width: 420, height: 800 });
    const tooWide = () =>
      page.evaluate(() =>
        [document.documentElement, ...document.querySelectorAll('main, dialog .content')]
          .filter((element) => element.scrollWidth > element.clientWidth)
          .map((element) => element.tagName),
      );
    expect(await tooWide()).toEqual([]);
    await button(page, 'Label on my own').click();
    const search = page.getByRole('dialog').getByRole('combobox');
    await search.waitFor();
    expect(await tooWide()).toEqual([]);
    expect(
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /number \d+$/ })
        .count(),
    ).toBe(12);
    await search.pressSequentially('number 47');

    await page.getByRole('option', { name: 'number 477' }).click();
    await until(() => rig.task.history()[0]?.class === classes[477]);
  },
);

browserTest('a lane that was stopped and opened again takes a label', async () => {
  rig = await startRig();
  await rig.task.open();
  const page = await openPage('UBEN');
  rig.channel.windows.hasRoom = () => false;
  for (const isLast of [false, true]) {
    await button(page, 'Label on my own').click();
    await laneClass(page, 'radio').check();
    await button(page, isLast ? 'Next' : 'Stop').click();
  }
  await until(() => rig.task.history()[0]?.class === 'dog');
});

browserTest('find one of 1,000 classes by typing its beginning', async () => {
  const classes = Array.from({ length: 1_000 }, (_, index) => (index === 387 ? 'red panda' : `class ${index}`));
  rig = await startRig({ classes, candidates: [3, 7] });
  await rig.task.open();
  const page = await openPage('UBEN');
  const search = page.getByRole('combobox', { name: 'Search all 1000 classes' });
  await search.click();
  await search.pressSequentially('red');
  await page.getByRole('option', { name: 'red panda' }).click();
  await said(page, '@Ben said red panda').waitFor();
});

browserTest(
  'three people in their own lanes at once: 90 labels, none asked twice, by buttons while Slack allows, then by *Next*',
  async () => {
    rig = await startRig({
      images: 94,
      settings: { uploadsPerMinute: 97 },
      workspace: { badDays: { uploadDelayMs: 0 } },
    });
    await rig.task.open();
    await until(() => rig.images.every(rig.channel.isPrepared), 40_000);
    const lanes = await Promise.all(people.map(({ id }) => openPage(id)));
    for (const page of lanes) await button(page, 'Label on my own').click();
    await Promise.all(lanes.map((page) => laneClass(page, 'button').waitFor()));
    await Promise.all(
      lanes.map(async (page) => {
        for (let labels = 1; labels <= 30; labels++) {
          const image = page.getByRole('dialog').getByRole('img', { name: 'The image to label' });
          const shown = await image.getAttribute('src');
          if (await laneClass(page, 'button').isVisible()) await laneClass(page, 'button').click();
          else {
            await laneClass(page, 'radio').check();
            await page.getByRole('button', { name: 'Next' }).click();
          }
          await until(async () => (await image.getAttribute('src')) !== shown);
        }
      }),
    );
    await until(() => rig.task.history().length === 90);
    expect(new Set(rig.task.history().map((entry) => entry.image.key)).size).toBe(90);
    expect(rig.workspace.state.callCounts.get('views.update')).toBeLessThan(100);
  },
  120_000,
);

browserTest(
  'undo before an announcement takes the label back, and after it asks before it withdraws the winner visibly',
  async () => {
    rig = await startRig();
    await rig.task.open();
    const [ben, cleo] = [await openPage('UBEN'), await openPage('UCLEO')];
    await button(ben, 'dog').click();
    await said(ben, '@Ben said dog').waitFor();
    await typeInto(ben, '/modelpicker undo');
    await said(ben, 'Undone: your dog on 0.png.').waitFor();
    await button(ben, 'cat').click();
    await until(() => rig.task.history().length === 2);
    await rig.task.finish();
    await cleo.getByText('fog wins batch 2026-11-02').first().waitFor();
    await typeInto(ben, '/modelpicker history');
    await ben.getByRole('dialog').getByRole('button', { name: 'Undo' }).click();
    await button(ben, 'Keep both').waitFor();
    expect(await said(cleo, 'Withdrawn by @Ben').count()).toBe(0);
    await button(ben, 'Undo and withdraw').click();
    await said(ben, 'The announced result relied on it').waitFor();
    await said(cleo, 'Withdrawn by @Ben').waitFor();
  },
);

browserTest('history is narrowed to a person and a class, and widened again, in its own window', async () => {
  rig = await startRig();
  await rig.task.open();
  for (const [n, who] of ['UBEN', 'UADA', 'UBEN'].entries()) {
    await rig.task.answer({ question: rig.task.asked[n]!.id, class: n % 2, annotator: who });
  }
  const page = await openPage('UBEN');
  await typeInto(page, '/modelpicker history');
  const entries = page.getByRole('dialog').getByText(/ by @/);
  await expect.poll(() => entries.count()).toBe(3);
  await page.getByRole('combobox', { name: 'Everybody' }).click();
  await page.getByRole('listbox', { name: 'Everybody' }).getByRole('option', { name: 'Ben', exact: true }).click();
  await expect.poll(() => entries.count()).toBe(2);
  await page.getByRole('dialog').getByRole('combobox').nth(1).click();
  await page.getByRole('option', { name: 'dog' }).click();
  await said(page, 'No labels match.').waitFor();
  await button(page, 'Show all').click();
  await expect.poll(() => entries.count()).toBe(3);
});

browserTest('an admin pauses from the card’s menu and resumes by its button', async () => {
  rig = await startRig();
  await rig.task.open();
  const [ada, ben] = [await openPage('UADA'), await openPage('UBEN')];
  await ada
    .getByRole('button', { name: /⋯|More/ })
    .first()
    .click();
  await ada.getByText('Pause labeling').click();
  await said(ben, 'Labeling is paused by @Ada').waitFor();
  expect(await button(ben, 'dog').count()).toBe(0);
  await button(ben, 'Resume').click();
  await said(ben, 'Only an admin may do this.').waitFor();
  await button(ada, 'Resume').click();
  await button(ben, 'dog').waitFor();
});

browserTest('a click on a card that has moved on gets a private, polite note', async () => {
  rig = await startRig();
  await rig.task.open();
  const ben = await openPage('UBEN');
  await button(ben, 'dog').waitFor();
  // Ada's answer arrives while Ben's page has not heard of it.
  await ben.route('**/people/**', async (route) => {
    await rig.task.answer({ question: rig.task.asked[0]!.id, class: 0, annotator: 'UADA' });
    await route.continue();
  });
  await button(ben, 'dog').click();
  await said(ben, '@Ada answered this one a moment ago.').waitFor();
  expect(rig.task.history()).toHaveLength(1);
});

browserTest('somebody without the right to label is told whom to ask', async () => {
  rig = await startRig({ settings: { allowed: ['UBEN'] } });
  await rig.task.open();
  const cleo = await openPage('UCLEO');
  await button(cleo, 'dog').click();
  await said(cleo, 'You are not on the list of people who may label. Please ask @Ada.').waitFor();
  expect(rig.task.history()).toEqual([]);
});

browserTest('App Home shows what needs labels, and my labels with their undo', async () => {
  rig = await startRig();
  await rig.task.open();
  const ben = await openPage('UBEN');
  await button(ben, 'dog').click();
  await said(ben, '@Ben said dog').waitFor();
  await ben.getByRole('navigation').getByText('Model Picker').click();
  await ben.getByRole('heading', { name: 'What needs labels now' }).waitFor();
  await ben.getByRole('button', { name: 'Undo' }).click();
  await said(ben, 'undone by @Ben').waitFor();
  await ben.getByRole('button', { name: 'Label on my own' }).click();
  await ben.getByRole('dialog').getByRole('button', { name: 'dog' }).waitFor();
});

browserTest('status shows its words and its picture, only to the one who asked', async () => {
  rig = await startRig();
  await rig.task.open();
  const [ada, ben] = [await openPage('UADA'), await openPage('UBEN')];
  await typeInto(ben, '/modelpicker status');
  await said(ben, 'that no other model is more than 0.5 points better').waitFor();
  const picture = ben.getByRole('img', { name: /^Chart: fog leads/ });
  await picture.waitFor();
  expect(await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(
    1_200,
  );
  expect(await ada.getByRole('img', { name: /^Chart/ }).count()).toBe(0);
});
