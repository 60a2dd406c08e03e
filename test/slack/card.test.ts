import { afterEach, expect, test } from 'vitest';
import { cardFor, complaints, noteTo, type Rig, startRig, until } from './rig.ts';

let rig: Rig;
afterEach(() => rig.stop());

test('a click is one label, and the card shows the next question at once', async () => {
  rig = await startRig();
  await rig.bot.open();
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
  expect(rig.bot.history()).toMatchObject([{ class: 'dog', annotator: 'UADA' }]);
  expect(complaints(rig.workspace)).toEqual([]);
});

test('a late click changes nothing and gets a private note', async () => {
  rig = await startRig();
  await rig.bot.open();
  const [ada, ben] = [rig.workspace.person('UADA'), rig.workspace.person('UBEN')];
  const card = await cardFor(ben);
  await ada.click(card, 'dog');
  await ben.click(card, 'cat');
  await until(() => noteTo(ben));
  expect(await noteTo(ben)).toBe('<@UADA> answered this one a moment ago. The card shows the next question.');
  expect(rig.bot.history()).toHaveLength(1);
  expect(complaints(rig.workspace)).toEqual([]);
});
