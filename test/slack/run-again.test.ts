import { afterEach, expect } from 'vitest';
import { browserTest, openPageOf } from '../chromium.ts';
import { ADMIN, type Desk, MEMBER, openDesk } from '../safety/desk.ts';

/** Models that could not look at a batch, and an admin at the page who has mended it. */

let desk: Desk;

afterEach(() => desk.stop());

browserTest(
  'an admin has the models run again on a batch that failed; nobody else may, and two clicks are one',
  async () => {
    let reason: string | undefined = 'Workers could not do 1 part of the batch. The last one said: no space left.';
    desk = await openDesk({
      images: 40,
      run: async () => {
        if (reason !== undefined) throw new Error(reason);
      },
    });
    const [ada, ben] = [await openPageOf(desk.workspace, ADMIN), await openPageOf(desk.workspace, MEMBER)];
    void desk.arrive('2026-11-02');
    const again = { name: 'Run again', exact: true };
    await ada.getByText('no space left').last().waitFor();
    await ben.getByRole('button', again).click();
    await ben.getByText('Only an admin may do this').last().waitFor();
    const reruns = () => desk.facts().filter(({ kind }) => kind === 'rerun');
    expect(reruns()).toEqual([]);
    reason = undefined;
    const { PICTURES } = process.env;
    if (PICTURES !== undefined) await ada.screenshot({ path: `${PICTURES}/run-again.png` });
    await ada.getByRole('button', again).dblclick();
    await ben.getByText('The models could not look at batch 2026-11-02 at first; they have by now.').last().waitFor();
    expect(reruns()).toMatchObject([{ failure: 1, by: ADMIN }]);
    expect(await ada.getByText('already').count()).toBe(0);
    expect(await ada.getByRole('button', again).count()).toBe(0);
  },
);
