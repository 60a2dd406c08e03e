import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { readTruth } from '../../src/demo/truth.ts';
import { readPredicted } from '../../src/predictions/kept.ts';
import { roundOf } from '../../src/round/round-of.ts';
import { atCard, cardQuestion } from '../../src/round/second-look.ts';
import { predictionsFolder, roundsFolder } from '../../src/settings/folders.ts';
import type { Settings } from '../../src/settings/settings.ts';
import { readStore } from '../../src/store/lowdb-store.ts';
import { browserTest, launchChromium, typeInto } from '../chromium.ts';
import { openUserFolder } from './stage.ts';

browserTest(
  'in the browser: the card, clicks, status, a typing mistake, the winner and what is deployed',
  async () => {
    const settings = await openUserFolder();
    // Few clicks are enough here; how many an honest confidence takes is tested elsewhere.
    await writeFile(settings.file, `${await readFile(settings.file, 'utf8')}\nconfidence: 0.6\ntolerancePoints: 8\n`);
    const page = await openPage(await startDemo(settings));
    const truth = readTruth('data/demo/truth/2026-11-02.csv');
    const data = { ...settings, data: join(settings.data, 'demo') };

    await page.getByText('Which class is this?', { exact: true }).waitFor({ timeout: 60_000 });
    await answerCard(page, data, truth);

    await typeInto(page, '/modelpicker statsu');
    await page.getByText('Did you mean').first().waitFor();
    await typeInto(page, '/modelpicker status');
    await page.getByText('Too early to rank').first().waitFor();

    for (let clicks = 0; (await asked(data)) !== 'nothing more' && clicks < 60; clicks++) {
      await answerCard(page, data, truth);
    }
    await page
      .getByText(/ wins batch 2026-11-02/)
      .first()
      .waitFor();
    const deployed = JSON.parse(await readFile(join(data.data, 'deployed/deployed.json'), 'utf8'));
    expect(deployed.batch).toBe('2026-11-02');
    expect(await page.getByText(`${deployed.model} wins batch 2026-11-02`).count()).toBeGreaterThan(0);
  },
  180_000,
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

/** The file of the image that the bot asks about. */
async function asked(settings: Settings): Promise<string> {
  for (;;) {
    const store = await readStore(roundsFolder(settings));
    const round = roundOf(store.facts('2026-11-02'));
    if (round?.result) return 'nothing more';
    const now = new Date();
    const open = round && cardQuestion(round, now, atCard(round, now));
    if (open) return (await readPredicted(predictionsFolder(settings, '2026-11-02')))!.images[open.image]!.file;
    await sleep(20);
  }
}

/** Answers what the card asks, and waits until it shows what follows, as somebody who looks before clicking. */
async function answerCard(page: Page, settings: Settings, truth: ReadonlyMap<string, string>): Promise<void> {
  const image = page.getByRole('img', { name: 'The image to label' });
  // The image may be taken away at any moment; this never waits for one.
  const source = () => image.evaluateAll((all) => all.map((one) => one.getAttribute('src')).join());
  await image.waitFor();
  const before = await source();
  await page.getByRole('button', { name: truth.get(await asked(settings))!, exact: true }).click();
  await expect.poll(source).not.toBe(before);
}
