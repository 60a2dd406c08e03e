/**
 * Two days in the browser on which somebody meddles: files are deleted on Slack, the channel is archived and unarchived,
 * the pool's models are exchanged before the winner is known. Checks that the bot tells whom it must, that the next batch
 * gets its round all the same, and that the winner serves once its file is back.
 *
 * Run: npm exec -- node scripts/mishaps.ts [--pictures DIR]
 */
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { parse } from 'yaml';
import { readTruth } from '../src/demo/truth.ts';
import { readSettings } from '../src/settings/settings.ts';
import { type Running, start } from '../src/start.ts';
import { startWorkspace, type Workspace } from '../src/workspace/workspace.ts';

const { values } = parseArgs({ options: { pictures: { type: 'string' } } });
const root = fileURLToPath(new URL('..', import.meta.url));
const demo = join(root, 'data/demo');
const [first, second] = ['2026-11-03', '2026-11-04'];
const [admin, channel] = ['U0000000ADA', 'C0000MODELS'];
const truth = readTruth(join(demo, 'truth', `${first}.csv`));

const folder = await mkdtemp(join(tmpdir(), 'modelpicker-mishaps-'));
const models = join(folder, 'models');
const batches = join(folder, 'batches');
await mkdir(batches);
await cp(join(demo, 'models'), models, { recursive: true });
await cp(join(demo, 'batches', first), join(batches, first), { recursive: true });

const workspace = await startWorkspace({
  people: [{ id: admin, name: 'Ada' }],
  channels: [{ id: channel, name: 'model-of-the-day' }],
  commands: [{ command: '/modelpicker', description: 'Which model fits today’s data?', usageHint: 'status' }],
  manifest: parse(await readFile(join(root, 'manifest.yml'), 'utf8')),
});
const running = await startBot();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'],
});
const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
await page.goto(workspace.url);
try {
  await playDays(page, workspace, running);
} catch (error) {
  await picture('failed');
  for (const { channel: where, text } of workspace.state.messages.values()) console.log(`  ${where}: ${text}`);
  throw error;
} finally {
  await browser.close();
  await running.stop();
  await workspace.close();
  await rm(folder, { recursive: true });
}
process.exit();

async function playDays(page: Page, { state }: Workspace, { tasks: [{ task }] }: Running): Promise<void> {
  await answer(page, 3);
  const shown = JSON.stringify([...state.messages.values()]);
  for (const id of [...state.files.keys()]) if (!shown.includes(id)) state.removeFile(id);
  await answer(page, 2);
  console.log('files deleted: labeling went on');

  // A deleted card is posted anew, which an archived channel refuses.
  const card = [...state.messages.values()].find(({ text }) => text.startsWith('Batch'))!;
  state.changeChannel(channel, { isArchived: true });
  state.removeMessage(card);
  await until(
    () => task.advance().catch(() => undefined),
    () => told(/the channel is archived.*Unarchive it/s) === 1,
    // A card that nobody changes is looked for once in a minute.
    120_000,
  );
  state.changeChannel(channel, { isArchived: false });
  await until(
    () => task.advance().catch(() => undefined),
    () => questionOnCard() !== undefined,
  );
  assert.equal(told(/the channel is archived/), 1);
  console.log('channel archived: the admin was told once, and after it was unarchived the card came back');
  await picture('unarchived');

  const exchange = await exchangeModels();
  while (!(await isOver())) await answer(page, 1);
  await until(
    () => task.advance(),
    () => told(/could not be put in place.*Put back the one that was judged/s) === 1,
  );
  await page.getByText('Not deployed yet').first().waitFor({ timeout: 30_000 });
  assert.equal(await deployed(), undefined);
  console.log('winner’s file replaced: the admin was told, and the announcement says that it is not deployed yet');
  await picture('not-deployed-yet');

  await cp(join(demo, 'batches', first), join(batches, second), { recursive: true });
  await until(
    () => task.look(),
    () => questionOnCard()?.startsWith(`${second}:`) === true,
  );
  console.log('the next batch has its round');
  await exchange.undo();
  // The wait between two tries is an hour at most; the first ones are seconds.
  await until(
    () => task.advance(),
    async () => (await deployed()) === first,
    240_000,
  );
  await page
    .getByText(/Deployed now/)
    .first()
    .waitFor({ timeout: 30_000 });
  console.log('the file is back: the winner serves, and its announcement says so');
  await picture('deployed');
  assert.equal(told(/could not be put in place/), 1);
}

async function startBot(): Promise<Running> {
  const settings = readSettings(join(demo, 'modelpicker.yaml'));
  const { botToken, appToken, apiUrl: slackApiUrl } = workspace;
  return start(
    [
      {
        ...settings,
        ...{ models, batches, data: join(folder, 'data') },
        rules: { ...settings.rules, confidence: 0.6, tolerance: 0.2, budget: 40 },
        slack: { channel, admins: [admin], guidelines: {} },
        schedule: { ...settings.schedule, settledMinutes: 0 },
      },
    ],
    { botToken, appToken, slackApiUrl },
    () => {},
  );
}

/** Presses the true class on the card, so many times or until the round is over. */
async function answer(page: Page, times: number): Promise<void> {
  for (let labels = 0; labels < times; labels++) {
    let id = questionOnCard();
    for (; id === undefined && !(await isOver()); id = questionOnCard()) await sleep(100);
    if (id === undefined) return;
    const file = running.tasks[0].task.question(id)!.image.key.split('/').at(-1)!;
    const button = page.locator('main').getByRole('button', { name: truth.get(file)!, exact: true });
    await button.last().click();
    while (questionOnCard() === id && !(await isOver())) await sleep(50);
  }
}

/** The question that the card asks, if it can be answered. */
function questionOnCard(): string | undefined {
  const cards = [...workspace.state.messages.values()].filter(({ text }) => text.startsWith('Batch'));
  const id = /"value":"(\d{4}-[^"]+:\d+:\d+)"/.exec(JSON.stringify(cards.at(-1)?.blocks ?? []))?.[1];
  return id !== undefined && running.tasks[0].task.question(id) ? id : undefined;
}

async function isOver(): Promise<boolean> {
  const status = await running.tasks[0].task.status();
  return status.kind === 'round' && status.phase === 'finished';
}

/** How often the admin has read such words in a conversation with the bot. */
function told(words: RegExp): number {
  const toAdmin = [...workspace.state.messages.values()].filter(({ channel: where }) => where !== channel);
  return toAdmin.filter(({ text }) => words.test(text)).length;
}

/** Every model gets the file of the next one, as a careless retraining would do. */
async function exchangeModels(): Promise<{ undo(): Promise<void> }> {
  const names = await readdir(models);
  for (const [index, name] of names.entries()) {
    await cp(join(demo, 'models', names[(index + 1) % names.length]!), join(models, `${name}.new`));
    await rename(join(models, `${name}.new`), join(models, name));
  }
  return { undo: () => cp(join(demo, 'models'), models, { recursive: true }) };
}

/** The batch whose winner serves. */
async function deployed(): Promise<string | undefined> {
  const about = await readFile(join(folder, 'data/deployed/deployed.json'), 'utf8').catch(() => undefined);
  return about === undefined ? undefined : (JSON.parse(about) as { batch: string }).batch;
}

async function until(
  nudge: () => Promise<unknown>,
  isSo: () => boolean | Promise<boolean>,
  limitMs = 60_000,
): Promise<void> {
  for (const end = performance.now() + limitMs; !(await isSo()); ) {
    if (performance.now() > end) throw new Error(`It did not come about within ${limitMs / 1000} s: ${isSo}`);
    await nudge();
    await sleep(300);
  }
}

async function picture(name: string): Promise<void> {
  if (values.pictures) await page.screenshot({ path: join(values.pictures, `${name}.png`) });
}
