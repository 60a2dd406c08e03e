import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, onTestFinished, test } from 'vitest';
import type { Workspace } from '../src/workspace/workspace.ts';

const executablePath = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => path !== undefined && existsSync(path));

/** A test that needs a browser; where there is none it is skipped, and its name says so. */
export function browserTest(name: string, work: () => Promise<void>, timeoutMs = 300_000): void {
  const why = executablePath ? '' : ' (skipped: no Chromium here; install it or name it in CHROMIUM)';
  test.skipIf(!executablePath)(`${name}${why}`, { timeout: timeoutMs }, work);
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    ...(executablePath && { executablePath }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** One for all tests of a file. */
let browser: Browser | undefined;
afterAll(() => browser?.close());

/** The channel `models` on the page of a workspace as this person sees it, until the test ends. */
export async function openPageOf({ url }: Pick<Workspace, 'url'>, person: string): Promise<Page> {
  browser ??= await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  onTestFinished(() => page.close());
  page.setDefaultTimeout(120_000);
  await page.goto(`${url}&as=${person}`);
  await page.getByRole('heading', { name: 'models' }).waitFor();
  return page;
}

/** Writes into the channel, as somebody who closes the list of suggestions before sending. */
export async function typeInto(page: Page, text: string): Promise<void> {
  const composer = page.locator('#composer');
  await composer.fill(text);
  await composer.press('Escape');
  await composer.press('Enter');
}
