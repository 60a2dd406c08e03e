import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { loadDotenv } from '../../src/settings/dotenv.ts';

let file: string;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-dotenv-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  file = join(folder, '.env');
});

const TOKENS = 'SLACK_BOT_TOKEN=xoxb-1\r\nSLACK_APP_TOKEN="xapp-1" # ours\r\n';

test.each([
  ['plain', Buffer.from(TOKENS)],
  ['with a byte order mark, as Windows writes it', Buffer.from(`\uFEFF${TOKENS}`)],
  ['in UTF-16, as PowerShell writes it', Buffer.from(`\uFEFF${TOKENS}`, 'utf16le')],
])('the tokens of .env are read: %s', async (_, bytes) => {
  await writeFile(file, bytes);
  const environment = {};
  loadDotenv(file, environment);
  expect(environment).toEqual({ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' });
});

test('what the environment says counts before the file, and no file is none', async () => {
  const environment = { SLACK_BOT_TOKEN: 'xoxb-real' };
  loadDotenv(file, environment);
  await writeFile(file, TOKENS);
  loadDotenv(file, environment);
  expect(environment).toEqual({ SLACK_BOT_TOKEN: 'xoxb-real', SLACK_APP_TOKEN: 'xapp-1' });
});
