import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { cardFor, complaints, noteTo, type Rig, startRig, until } from './rig.ts';

let rig: Rig;
afterEach(() => rig.stop());

test('a click is one label, and the card shows the next question at once', async () => {
  rig = await startRig();
  await rig.task.open();
  const ada = rig.workspace.person('UADA');
  const before = await cardFor(ada);
  const clickedAt = performance.now();
  await ada.click(before, 'dog');
  const after = await until(async () => {
    const card = await cardFor(ada);
    return JSON.stringify(card.blocks) !== JSON.stringify(before.blocks) ? card : undefined;
  });
  expect(performance.now() - clickedAt).toBeLessThan(1_000);
  expect(JSON.stringify(after.blocks)).toContain('<@UADA> said *dog*');
  expect(rig.task.history()).toMatchObject([{ class: 'dog', annotator: 'UADA' }]);
  expect(complaints(rig.workspace)).toEqual([]);
});

test('a late click changes nothing and gets a private note', async () => {
  rig = await startRig();
  await rig.task.open();
  const [ada, ben] = [rig.workspace.person('UADA'), rig.workspace.person('UBEN')];
  const card = await cardFor(ben);
  await ada.click(card, 'dog');
  await ben.click(card, 'cat');
  await until(() => noteTo(ben));
  expect(await noteTo(ben)).toBe('<@UADA> answered this one a moment ago. The card shows the next question.');
  expect(rig.task.history()).toHaveLength(1);
  expect(complaints(rig.workspace)).toEqual([]);
});

test('when saving fails the clicker is told, and the log says why', async () => {
  rig = await startRig();
  await rig.task.open();
  Object.assign(rig.task, { answer: () => Promise.reject(new Error('no space left on device')) });
  const ben = rig.workspace.person('UBEN');
  await ben.click(await cardFor(ben), 'dog');
  expect(await until(() => noteTo(ben))).toMatchInlineSnapshot(
    `"Something went wrong and your last action may not have been saved. Please try it again."`,
  );
  expect(rig.logged.join()).toContain('no space left on device');
});

test('when the disk is full the clicker is told that nothing was saved, and by whom it is mended', async () => {
  rig = await startRig();
  await rig.task.open();
  const cause = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  Object.assign(rig.task, { answer: () => Promise.reject(new Error("Can't save to /data", { cause })) });
  const ben = rig.workspace.person('UBEN');
  await ben.click(await cardFor(ben), 'dog');
  expect(await until(() => noteTo(ben))).toMatchInlineSnapshot(
    `"Nothing was saved: the bot’s disk is full or can’t be written. Please tell whoever runs it, and try again once it is fixed."`,
  );
});

test('the menu explains the choice of the image, and shows guidelines with their examples', async () => {
  const image = fileURLToPath(new URL('../../docs/card.png', import.meta.url));
  rig = await startRig({
    settings: { guidelines: { cat: { text: 'Has <whiskers>.', image }, dog: { text: 'Barks.' } } },
  });
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  await ben.choose(await cardFor(ben), `menu:${rig.task.asked[0]!.id}`, 'why');
  const why = await until(async () => (await ben.see()).modals[0]);
  expect(JSON.stringify(why.blocks)).toContain('The models disagree about this image');
  await ben.close(why);
  await ben.click(await cardFor(ben), 'Guidelines');
  const shown = await until(async () => {
    const window = JSON.stringify((await ben.see()).modals[0]?.blocks ?? []);
    return window.includes('slack_file') ? window : undefined;
  });
  expect(shown).toContain('Has &lt;whiskers&gt;.');
  expect(complaints(rig.workspace)).toEqual([]);
});

test('while the next image is late, the card says that the last click has counted, and then shows it', async () => {
  rig = await startRig({ ahead: 0 });
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  rig.workspace.badDays.uploadDelayMs = 600_000;
  await ben.click(await cardFor(ben), 'dog');
  const waiting = await until(async () => {
    const shown = JSON.stringify((await cardFor(ben)).blocks);
    return shown.includes('on its way') ? shown : undefined;
  });
  expect(waiting).toContain('said *dog*');
  expect(waiting).not.toContain('label:');
  const { state, badDays } = rig.workspace;
  badDays.uploadDelayMs = 0;
  for (const file of [...state.files.values()]) state.putFile({ ...file, readyAt: 0 });
  await until(async () => JSON.stringify((await cardFor(ben)).blocks).includes('slack_file'));
  expect(complaints(rig.workspace)).toEqual([]);
}, 60_000);

test('an image that cannot be uploaded is told of once, and the card stays usable', async () => {
  rig = await startRig({ ahead: 0 });
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  Object.assign(rig.workspace.badDays, { serverErrors: 1_000, onlyMethod: 'files.' });
  await ben.click(await cardFor(ben), 'dog');
  const shown = async () => JSON.stringify((await cardFor(ben)).blocks);
  await until(async () => (await shown()).includes('cannot be shown'));
  await rig.task.advance();
  await rig.channel.settled();
  expect(await shown()).toContain('label:none');
});

test('the winner can be reopened by an admin only, and then says that it is withdrawn', async () => {
  rig = await startRig();
  await rig.task.open();
  await rig.task.finish();
  const [ada, ben] = [rig.workspace.person('UADA'), rig.workspace.person('UBEN')];
  const winner = async () => (await ada.see()).messages.find(({ text }) => /fog/.test(text))!;
  await ben.click(await winner(), 'Reopen');
  expect(await until(() => noteTo(ben))).toContain('Only an admin may do this.');
  await ada.click(await winner(), 'Reopen');
  expect((await until(async () => ((await winner()).text.startsWith('Withdrawn') ? winner() : undefined))).text).toBe(
    'Withdrawn: fog',
  );
  expect(complaints(rig.workspace)).toEqual([]);
});
