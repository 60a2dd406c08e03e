/**
 * A round of the demo from its card to its winner in the browser, once for each of Slack's bad days: Ada answers on the
 * page, with the mouse, what the photos truly show. Where messages take no images she labels on her own. Afterwards the
 * winner's picture, or words in its place, the daily announcement and Home must be there.
 *
 * Run: npm exec -- node scripts/bad-days.ts [NAME…] [--pictures DIR]
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
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
import type { BadDays } from '../src/workspace/bad-days.ts';
import { startWorkspace, type Workspace } from '../src/workspace/workspace.ts';

const always = 1_000_000;
/** No day needs more labels than this to a winner. */
const BUDGET = 60;
/** A busy machine may take long over a question; what takes longer than this hangs. */
const HANGS_MS = 300_000;
type Day = { readonly badDays: Partial<BadDays>; readonly isInLane?: boolean; disturb?(workspace: Workspace): void };

const days: Readonly<Record<string, Day>> = {
  'slow pongs': { badDays: { pongDelayMs: 6_000 } },
  'images refused in messages': { badDays: { refusedFilesInMessages: always }, isInLane: true },
  'images refused in windows': { badDays: { refusedFilesInViews: always } },
  'images refused in notes': { badDays: { refusedFilesInNotes: always } },
  'transient errors': { badDays: {}, disturb: (one) => trouble(one, 'internal_error', ['files.', 'chat.update']) },
  'files deleted': { badDays: {}, disturb: deleteWaitingFiles },
  'the winner’s picture refused': { badDays: {}, disturb: refuseTheNext },
};

const { values, positionals } = parseArgs({ options: { pictures: { type: 'string' } }, allowPositionals: true });
const root = fileURLToPath(new URL('..', import.meta.url));
const truth = readTruth(join(root, 'data/demo/truth/2026-11-03.csv'));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'],
});
for (const [name, day] of Object.entries(days))
  if (positionals.length === 0 || positionals.includes(name)) await play(name, day);
await browser.close();
process.exit();

async function play(name: string, day: Day): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-bad-day-'));
  const workspace = await startWorkspace({
    people: [{ id: 'U0000000ADA', name: 'Ada' }],
    channels: [{ id: 'C0000MODELS', name: 'model-of-the-day' }],
    commands: [{ command: '/modelpicker', description: 'Which model fits today’s data?', usageHint: 'status' }],
    manifest: parse(await readFile(join(root, 'manifest.yml'), 'utf8')),
    badDays: day.badDays,
  });
  const settings = readSettings(join(root, 'data/demo/modelpicker.yaml'));
  const { botToken, appToken, apiUrl: slackApiUrl } = workspace;
  const running = await start(
    [
      {
        ...settings,
        batches: join(root, 'data/demo/batches'),
        data: folder,
        // Enough to see cards, windows and the winner; how many labels a real claim needs is measured elsewhere.
        rules: { ...settings.rules, confidence: 0.99, tolerance: 0.1, budget: BUDGET },
        slack: { channel: 'C0000MODELS', admins: ['U0000000ADA'], guidelines: {} },
        schedule: { ...settings.schedule, settledMinutes: 0 },
      },
    ],
    { botToken, appToken, slackApiUrl },
    () => {},
  );
  const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
  await page.goto(workspace.url);
  const began = performance.now();
  try {
    const labels = await (day.isInLane ? labelInLane : labelOnCard)(page, workspace, running, day);
    await page
      .getByText(/wins batch/)
      .first()
      .waitFor({ timeout: HANGS_MS });
    const missing = await missingFor('U0000000ADA', workspace, running);
    if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);
    const errors = workspace.state.violations.filter(
      ({ code }) => !['invalid_blocks', 'invalid_arguments'].includes(code),
    );
    console.log(`${name}: winner after ${labels} labels and ${Math.round((performance.now() - began) / 1000)} s`);
    for (const { where, code } of errors.slice(0, 5)) console.log(`  ${where} ${code}`);
  } catch (error) {
    console.log(`${name}: FAILED ${error}`);
    for (const { where, code } of workspace.state.violations.slice(-5)) console.log(`  ${where} ${code}`);
    for (const { text, onlyFor } of workspace.state.messages.values()) console.log(`  ${onlyFor ?? 'all'}: ${text}`);
    process.exitCode = 1;
  }
  const picture = name.replaceAll(' ', '-');
  if (values.pictures) await page.screenshot({ path: join(values.pictures, `${picture}.png`) });
  await page.close();
  await running.stop();
  await workspace.close();
  await rm(folder, { recursive: true });
}

/** What people wait for after a round and is not there: the winner's picture, or words in its place, the daily announcement, Home. */
async function missingFor(
  user: string,
  { state, person }: Workspace,
  { tasks: [{ task }] }: Running,
): Promise<string[]> {
  await task.announceDay('2026-11-03');
  await person(user).openHome();
  const until = performance.now() + HANGS_MS;
  for (;;) {
    const messages = [...state.messages.values()];
    const winner = JSON.stringify(messages.find(({ text }) => /wins batch/.test(text))?.blocks ?? []);
    const isThere = {
      'the winner’s picture': /slack_file|cannot be shown here/.test(winner),
      'the daily announcement': messages.some(({ metadata }) =>
        String(metadata?.event_payload.key).endsWith(':digest'),
      ),
      Home: JSON.stringify((await person(user).see()).home).includes('2026-11-03'),
    };
    const missing = Object.entries(isThere).flatMap(([what, is]) => (is ? [] : [what]));
    if (missing.length === 0 || performance.now() > until) return missing;
    await sleep(300);
  }
}

/** Presses the true class on the card until the winner stands. */
async function labelOnCard(page: Page, workspace: Workspace, running: Running, day: Day): Promise<number> {
  let answered = '';
  for (let labels = 0; ; labels++) {
    const open = await waitFor(() => {
      const question = openQuestion(workspace, running);
      return question === 'over' || question?.id !== answered ? question : undefined;
    });
    if (open === 'over') return labels;
    answered = open.id;
    // Those before the winner, too.
    if (labels % 4 === 2 || labels > 8) day.disturb?.(workspace);
    if (labels === 3 && values.pictures)
      await page.screenshot({ path: join(values.pictures, `card-${Object.keys(day.badDays)[0] ?? 'other'}.png`) });
    if (labels === 4) await lookIntoWindow(page);
    await page
      .locator('main')
      .getByRole('button', { name: truth.get(open.file)!, exact: true })
      .last()
      .click();
  }
}

/** Gives what there is once it is there. */
async function waitFor<T>(look: () => T | undefined): Promise<T> {
  for (const end = performance.now() + HANGS_MS; performance.now() < end; await sleep(100)) {
    const found = look();
    if (found !== undefined) return found;
  }
  throw new Error(`nothing happened for ${HANGS_MS / 60_000} minutes`);
}

/** The question on the card, once it stands there with its buttons. */
function openQuestion(
  workspace: Workspace,
  { tasks: [{ task }] }: Running,
): { id: string; file: string } | 'over' | undefined {
  const card = [...workspace.state.messages.values()].find(({ text }) => text.startsWith('Batch'));
  if (card?.text.includes('is over')) return 'over';
  // A question's id, which its buttons carry, has a colon; other values have none.
  const id = /"value":"([^"]+:[^"]+)"/.exec(JSON.stringify(card?.blocks ?? []))?.[1];
  const question = id === undefined ? undefined : task.question(id);
  return id === undefined || question === undefined ? undefined : { id, file: question.image.key.split('/').at(-1)! };
}

/** Opens a window as everybody may, and closes it. */
async function lookIntoWindow(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Label on my own' }).last().click();
  await page
    .getByRole('dialog')
    .getByText(/Label on my own|Which class/)
    .first()
    .waitFor();
  await sleep(4_000);
  if (values.pictures) await page.screenshot({ path: join(values.pictures, 'window.png') });
  await page.keyboard.press('Escape');
  await sleep(300);
}

/** Presses the true class in the window. */
async function labelInLane(page: Page, workspace: Workspace, { tasks: [{ task }] }: Running): Promise<number> {
  await page.getByRole('button', { name: 'Label on my own' }).last().click({ timeout: 90_000 });
  let answered = '';
  for (let labels = 0; ; labels++) {
    const open = await waitFor(() => {
      const lane = workspace.state.modals.get('U0000000ADA')?.[0]?.view;
      const id = lane?.private_metadata ?? '';
      if (lane?.callback_id === 'notice' && JSON.stringify(lane).includes('needs no more labels')) return 'over';
      const question = id === answered ? undefined : task.question(id);
      return question && { id, file: question.image.key.split('/').at(-1)! };
    });
    if (open === 'over') {
      await page.keyboard.press('Escape');
      return labels;
    }
    if (labels === 3 && values.pictures)
      await page.screenshot({ path: join(values.pictures, 'lane-messages-refuse.png') });
    answered = open.id;
    const dialog = page.getByRole('dialog');
    const name = truth.get(open.file)!;
    const choice = dialog
      .getByRole('button', { name, exact: true })
      .or(dialog.getByRole('radio', { name, exact: true }));
    // Looked at first: a press takes the buttons away.
    const isRadio = (await choice.getAttribute('type')) === 'radio';
    await choice.click();
    if (isRadio) await dialog.getByRole('button', { name: 'Next' }).click();
  }
}

function trouble({ badDays }: Workspace, refusalCode: string, methods: readonly string[]): void {
  Object.assign(badDays, {
    refusedCalls: 1,
    refusalCode,
    onlyMethod: methods[Math.floor(performance.now()) % methods.length],
  });
}

/** The next image goes out in an edit; and so does the picture, where the winner is next. */
function refuseTheNext({ badDays }: Workspace): void {
  badDays.refusedFilesInMessages = 1;
}

/** As retention would, or an admin: everything but what stands on the card. */
function deleteWaitingFiles({ state }: Workspace): void {
  const shown = JSON.stringify([...state.messages.values()]);
  for (const id of [...state.files.keys()]) if (!shown.includes(id)) state.removeFile(id);
}
