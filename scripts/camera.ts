import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type Locator, type Page } from 'playwright-core';
import sharp from 'sharp';

/** A browser on the local page that takes pictures of what is on it. */
export type Camera = {
  readonly page: Page;
  /** The newest message that says this. */
  message(text: string | RegExp): Locator;
  type(text: string): Promise<void>;
  /** The area of one part, or of two that stand under each other, in both modes: `name.png` and `name-dark.png`. */
  shoot(name: string, first: Locator, last?: Locator): Promise<void>;
  close(): Promise<void>;
};

/** Opens the page at `url`; pictures go to `folder`. */
export async function openCamera(url: string, folder: string): Promise<Camera> {
  const args = ['--no-sandbox', '--disable-gpu'];
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args });
  const page = await browser.newPage({ viewport: { width: 1000, height: 1300 }, deviceScaleFactor: 1.5 });
  // What is waited for takes models minutes where the machine is busy.
  page.setDefaultTimeout(300_000);
  await page.goto(url);
  return {
    page,
    message: (text) => page.locator('li.message').filter({ hasText: text }).last(),
    type: async (text) => {
      const composer = page.getByRole('combobox', { name: /^Message/ });
      await composer.fill(text);
      await composer.press('Escape');
      await composer.press('Enter');
    },
    shoot: async (name, first, last = first) => {
      for (const mode of ['light', 'dark'] as const) {
        await setMode(page, mode);
        await last.scrollIntoViewIfNeeded();
        const [top, bottom] = [await first.boundingBox(), await last.boundingBox()];
        if (!top || !bottom) throw new Error(`There is nothing to take a picture of for ${name}.`);
        const y = Math.max(0, top.y);
        const clip = { x: top.x, y, width: Math.min(top.width, 760), height: bottom.y + bottom.height - y };
        const taken = await page.screenshot({ clip });
        const file = join(folder, mode === 'light' ? `${name}.png` : `${name}-dark.png`);
        // A palette makes it a third as large.
        await sharp(taken).png({ palette: true, compressionLevel: 9 }).toFile(file);
      }
      await setMode(page, 'light');
    },
    close: () => browser.close(),
  };
}

async function setMode(page: Page, mode: 'light' | 'dark'): Promise<void> {
  const toggle = page.getByRole('button', { name: mode === 'dark' ? 'Dark' : 'Light' });
  // A window lies above the button.
  if ((await toggle.count()) > 0) await toggle.dispatchEvent('click');
  await sleep(300);
}
