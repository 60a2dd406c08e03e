/**
 * Takes the pictures in `docs/` from the real page: the demo's second day, played by people who know the truth, in
 * light and in dark mode.
 *
 * Run: npm exec -- node scripts/screenshots.ts
 */
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { rehearse } from '../src/demo/rehearsal.ts';
import { readTruth } from '../src/demo/truth.ts';
import { readSettings } from '../src/settings/settings.ts';
import { start } from '../src/start.ts';
import type { Question } from '../src/task/people.ts';
import { startWorkspace } from '../src/workspace/workspace.ts';
import { openCamera } from './camera.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const docs = join(root, 'docs');
const [yesterday, today] = ['2026-11-02', '2026-11-03'];
const people = [
  { id: 'U0ADA', name: 'Ada' },
  { id: 'U0BEN', name: 'Ben' },
  { id: 'U0CLEO', name: 'Cleo' },
];
const truthFile = (batch: string) => join(root, 'data/demo/truth', `${batch}.csv`);
const truth = readTruth(truthFile(today));

const folder = await mkdtemp(join(tmpdir(), 'modelpicker-screenshots-'));
await batchArrives(yesterday);
const workspace = await startWorkspace({
  teamName: 'Wildlife team',
  people,
  channels: [{ id: 'C0MODELS', name: 'model-of-the-day' }],
  commands: [{ command: '/modelpicker', description: 'Which model fits today’s data?', usageHint: 'status | help' }],
  rates: 'off',
});
const demo = readSettings(join(root, 'data/demo/modelpicker.yaml'));
const settings = {
  ...demo,
  data: folder,
  batches: join(folder, 'batches'),
  slack: { channel: 'C0MODELS', admins: ['U0ADA'], guidelines: {}, uploadsPerMinute: 6_000 },
  schedule: { ...demo.schedule, look: '*/2 * * * * *' },
};
const { botToken, appToken, apiUrl: slackApiUrl } = workspace;
const running = await start([settings], { botToken, appToken, slackApiUrl }, () => undefined);
const { page, message, type, shoot, close } = await openCamera(`${workspace.url}&as=U0BEN`, docs);

await play();
await batchArrives(today);
const card = message(`Batch ${today}, since`);
await card.waitFor({ timeout: 300_000 });
// Enough answers for the status to name a leader.
for (const person of ['U0BEN', ...Array(11).fill('U0ADA'), 'U0BEN', 'U0CLEO']) await labelOnCard(person);
await shoot('card', card);

await card.getByRole('button', { name: 'Label on my own' }).click();
const lane = page.getByRole('dialog');
await lane.getByRole('combobox').waitFor();
await shoot('lane', lane);
await lane.getByRole('button', { name: 'Stop' }).click();
// Until it is gone, what is typed goes to it.
await lane.waitFor({ state: 'hidden' });

await type('/modelpicker status');
const chart = page.locator('li.message.private').filter({ has: page.getByRole('img', { name: /^Chart/ }) });
await chart.waitFor();
await chart.getByRole('img', { name: /^Chart/ }).evaluate((image: HTMLImageElement) => image.decode());
await shoot('status', message('Confidence'), chart);

const app = page.getByRole('navigation').getByText('Model Picker');
await app.click();
await page.getByRole('heading', { name: 'Recent results' }).waitFor();
await shoot('home', page.getByRole('main'), page.getByText(': this list').last());
await page.getByRole('navigation').getByText('model-of-the-day').click();

await play();
const winner = message(`wins batch ${today}`);
await winner.getByRole('img', { name: /^Chart/ }).evaluate((image: HTMLImageElement) => image.decode());
await shoot('winner', winner);

await close();
await running.stop();
await workspace.close();
await rm(folder, { recursive: true });

async function batchArrives(batch: string): Promise<void> {
  const onItsWay = join(folder, batch);
  await cp(join(root, 'data/demo/batches', batch), onItsWay, { recursive: true });
  await mkdir(join(folder, 'batches'), { recursive: true });
  await rename(onItsWay, join(folder, 'batches', batch));
}

/** Ben's page is the one in the pictures, so the others play. */
function play() {
  return rehearse({ settings, workspace, people: ['U0ADA', 'U0CLEO'], truthFile, print: () => undefined });
}

async function labelOnCard(person: string): Promise<void> {
  const client = workspace.person(person);
  const { messages } = await client.see();
  const shown = messages.findLast(({ text }) => text.includes('which class'))!;
  const id = /"value":"([^"]+)"/.exec(JSON.stringify(shown.blocks))![1]!;
  await client.click(shown, { label: trueClass(running.tasks[0].task.question(id)) });
  await sleep(2_000);
}

function trueClass(question: Question | undefined): string {
  return truth.get(basename(question!.image.file))!;
}
