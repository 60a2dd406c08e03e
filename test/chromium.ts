import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { test } from 'vitest';

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
