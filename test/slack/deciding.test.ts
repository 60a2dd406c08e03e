import type { Page } from 'playwright-core';
import { afterEach, expect } from 'vitest';
import { browserTest, openPageOf, typeInto } from '../chromium.ts';
import { ADMIN, type Desk, MEMBER, openDesk } from '../safety/desk.ts';
import { until } from './rig.ts';

/** Admins at the page decide what serves: the real bot behind it, the strict workspace between them. */

let desk: Desk;

afterEach(() => desk.stop());

const openPage = (person: string) => openPageOf(desk.workspace, person);
const said = (page: Page, text: string | RegExp) => page.locator('main').getByText(text).last().waitFor();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).last().click();
/** For a person to look at, where somebody asks for it. */
const picture = async (page: Page, name: string) => {
  const folder = process.env.PICTURES;
  if (folder === undefined) return;
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png` });
  }
};

/** Somebody labels as the truth has it until there is a winner. */
async function finish(batch: string): Promise<void> {
  await desk.arrive(batch);
  const isOver = () => desk.store.facts(batch).some(({ kind }) => kind === 'result');
  while (!isOver()) {
    const question = desk.asked();
    const image = Number(question.split(':')[1]);
    await desk.task.answer({ question, class: image % 3, annotator: MEMBER });
    await until(() => isOver() || desk.asked() !== question);
  }
}

const kinds = () => desk.facts().map(({ kind }) => kind);
const serves = () => desk.task.results()[0];

browserTest(
  'an admin approves a winner, keeps the present one, goes back, pins and unpins; nobody else may',
  async () => {
    desk = await openDesk({
      images: 40,
      rules: { deploy: 'ask', confidence: 0.6, tolerance: 0.05, keepUnlessBetterBy: 0 },
    });
    const [ada, ben] = [await openPage(ADMIN), await openPage(MEMBER)];

    await finish('2026-11-01');
    await said(ada, 'Waits for an admin · Nothing is deployed yet');
    await picture(ada, 'nothing-deployed');
    await press(ben, 'Deploy nothing yet');
    await said(ben, 'Only an admin may do this');
    expect(kinds()).not.toContain('ruling');
    // Two clicks are one word, and whoever said it is told once what became of it.
    await ada.getByRole('button', { name: 'Deploy nothing yet', exact: true }).dblclick();
    await said(ada, 'It is not deployed. Nothing else is deployed yet.');
    await said(ben, 'Nothing is deployed yet');
    await picture(ada, 'deployed-nothing');
    expect(kinds().filter((kind) => kind === 'ruling')).toHaveLength(1);
    expect(serves()).toBeUndefined();

    await finish('2026-11-02');
    await press(ben, 'Deploy');
    await said(ben, 'Only an admin may do this');
    expect(kinds().filter((kind) => kind === 'ruling')).toHaveLength(1);
    await press(ada, 'Deploy');
    await said(ada, 'It is put in place now.');
    await until(() => serves()?.batch === '2026-11-02');
    await picture(ada, 'approved');
    const winner = serves()!.result.model;

    for (const text of ['rollback', 'deploy anything', 'unpin']) {
      await typeInto(ben, `/modelpicker ${text}`);
      await said(ben, 'Only an admin may do this');
    }
    const status = await desk.task.status();
    const other = status.kind === 'round' ? status.leaderboard.models.at(-1)!.name : '';
    await typeInto(ada, `/modelpicker deploy ${other} the night shift`);
    await said(ben, `pinned ${other}: it is deployed, whoever wins. Why: “the night shift”.`);
    await until(() => serves()?.pinned?.by === ADMIN);
    await picture(ada, 'pinned');

    await finish('2026-11-03');
    await said(ada, 'But an admin has pinned another model');
    await picture(ada, 'waits');
    await press(ada, 'Keep the present one');
    await said(ada, `It is not deployed: ${other} stays.`);
    expect(serves()?.result.model).toBe(other);
    await picture(ada, 'kept');

    await typeInto(ada, '/modelpicker unpin');
    await said(ben, `${winner} is deployed again, as the last winner.`);
    await until(() => serves()?.pinned === undefined);

    await typeInto(ada, `/modelpicker deploy ${other}`);
    await until(() => serves()?.pinned !== undefined);
    await typeInto(ada, '/modelpicker rollback the cameras');
    await press(ada, 'Serve this again');
    await picture(ada, 'rollback');
    await press(ada, 'Go back');
    await said(ben, `went back to ${winner}, the winner of batch 2026-11-02. Why: “the cameras”.`);
    await until(() => serves()?.result.model === winner);
    await picture(ada, 'gone-back');
    await picture(ben, 'refused');
    // Whoever decides once more, later or otherwise, hears whose word stands; nobody does of a double click.
    const all = await ada.locator('main').textContent();
    expect(all).not.toContain('already decided');
    expect(all).not.toContain('Nothing to decide');
  },
);
