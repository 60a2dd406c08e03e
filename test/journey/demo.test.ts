import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import type { Settings } from '../../src/config.ts';
import { roundOf } from '../../src/core/round.ts';
import { roundsFolder } from '../../src/start.ts';
import { readStore } from '../../src/store/lowdb-store.ts';
import { readTruth } from '../../src/truth.ts';
import { hasChromium, launchChromium, orWhySkipped } from '../chromium.ts';
import { openUserFolder } from './stage.ts';

test.skipIf(!hasChromium)(
  `in the browser: the card, clicks, status, a typing mistake, the winner and what is deployed${orWhySkipped}`,
  { timeout: 180_000 },
  async () => {
    const settings = await openUserFolder();
    // Few clicks are enough here; how many an honest confidence takes is tested elsewhere.
    await writeFile(settings.file, `${await readFile(settings.file, 'utf8')}\nconfidence: 0.6\ntolerancePoints: 8\n`);
    const page = await openPage(await startDemo(settings));
    const truth = readTruth('data/demo/truth/2026-11-02.csv');
    const data = { ...settings, data: join(settings.data, 'demo') };

    await page.getByText('Which class is this?').waitFor({ timeout: 60_000 });
    const card = page.getByRole('img', { name: 'The image to label' });
    const before = await card.getAttribute('src');
    await answer(page, truth, await questionFile(data));
    await expect.poll(() => card.getAttribute('src')).not.toBe(before);

    await type(page, '/modelpicker statsu');
    await page.getByText('Did you mean').first().waitFor();
    await type(page, '/modelpicker status');
    await page.getByText('How sure').first().waitFor();

    let file = await questionFile(data);
    for (let clicks = 0; file !== undefined && clicks < 60; clicks++) {
      await answer(page, truth, file);
      await expect.poll(() => questionFile(data)).not.toBe(file);
      file = await questionFile(data);
    }
    await page.getByText(/fits today’s images best/).first().waitFor();
    await expect
      .poll(async () => JSON.parse(await readFile(join(data.data, 'deployed/deployed.json'), 'utf8')))
      .toMatchObject({ batch: '2026-11-02', model: 'fog' });
  },
);

async function openPage(url: string): Promise<Page> {
  const browser = await launchChromium();
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  await page.goto(url);
  return page;
}

/** `npm run demo` on a user's own settings; resolves with the address it prints. */
function startDemo({ file }: Settings): Promise<string> {
  const args = ['src/cli.ts', 'demo', '--port', '0', '--config', file];
  const child: ChildProcess = spawn(process.execPath, args);
  onTestFinished(() => void child.kill('SIGKILL'));
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk) => {
      output += chunk;
      const url = /^Open (\S+)$/m.exec(output)?.[1];
      if (url) resolve(url);
    });
    child.stderr?.on('data', (chunk) => {
      output += chunk;
    });
    child.once('exit', () => reject(new Error(`The demo ended:\n${output}`)));
  });
}

/** The file of the image on the card, `undefined` when nothing is asked any more. */
async function questionFile(settings: Settings): Promise<string | undefined> {
  const store = await readStore(roundsFolder(settings));
  const round = roundOf(store.facts('2026-11-02'));
  const open = [...(round?.questions.values() ?? [])].findLast((question) => !question.answer);
  if (!round || round.result || !open) return undefined;
  const predicted = JSON.parse(await readFile(join(settings.data, 'predictions/2026-11-02/predicted.json'), 'utf8'));
  return predicted.images[open.image].file;
}

async function answer(page: Page, truth: ReadonlyMap<string, string>, file: string | undefined): Promise<void> {
  await page.getByRole('button', { name: truth.get(file!)!, exact: true }).click();
}

async function type(page: Page, text: string): Promise<void> {
  const composer = page.locator('#composer');
  await composer.fill(text);
  await composer.press('Escape');
  await composer.press('Enter');
}
