/**
 * Takes pictures of what people see beside a day that goes well: no batch yet, an empty and a failed one, labeling
 * paused, a batch that ended undecided, and a result withdrawn; in light and in dark mode. They are for looking at.
 *
 * Run: npm exec -- node scripts/screenshots-of-states.ts FOLDER
 */
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { rehearse } from '../src/demo/rehearsal.ts';
import { logTo } from '../src/log.ts';
import { readSettings } from '../src/settings/settings.ts';
import { start } from '../src/start.ts';
import { startWorkspace } from '../src/workspace/workspace.ts';
import { openCamera } from './camera.ts';

const pictures = process.argv[2];
if (pictures === undefined) throw new Error('Name the folder that the pictures go to.');
await mkdir(pictures, { recursive: true });
const data = fileURLToPath(new URL('../data/demo', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'modelpicker-states-'));
const batches = join(folder, 'batches');
await mkdir(batches);
const workspace = await startWorkspace({
  teamName: 'Wildlife team',
  people: [
    { id: 'U0ADA', name: 'Ada' },
    { id: 'U0BEN', name: 'Ben' },
  ],
  channels: [{ id: 'C0MODELS', name: 'model-of-the-day' }],
  commands: [{ command: '/modelpicker', description: 'Which model fits today’s data?', usageHint: 'status | help' }],
  rates: 'off',
});
const demo = readSettings(join(data, 'modelpicker.yaml'));
const settings = {
  ...demo,
  data: folder,
  batches,
  // A winner after few labels is all that is needed here.
  rules: { ...demo.rules, confidence: 0.7, tolerance: 0.05, deadlineHours: 30 },
  slack: { channel: 'C0MODELS', admins: ['U0ADA'], guidelines: {}, uploadsPerMinute: 6_000 },
  schedule: { ...demo.schedule, look: '*/2 * * * * *', settledMinutes: 0 },
};
const { botToken, appToken, apiUrl: slackApiUrl } = workspace;
// As the operator reads it: once more a thing to look at.
const boot = () => start([settings], { botToken, appToken, slackApiUrl }, logTo(process.stdout));
let running = await boot();
const pressed = new Set<string>();
const { page, message, type, shoot, close } = await openCamera(`${workspace.url}&as=U0ADA`, pictures);

await type('/modelpicker status');
await seen('no-batch', 'No batch yet');

await mkdir(join(batches, '2026-10-31'));
await seen('empty', 'is empty.');

await mkdir(join(batches, '2026-11-01'));
await writeFile(join(batches, '2026-11-01/cam1.jpg'), 'a camera that broke off');
await writeFile(join(batches, '2026-11-01/_COMPLETE'), '');
await seen('failed', 'No model has looked at');

await arrive('2026-11-02');
await message('Which class is this?').waitFor();
await type('/modelpicker pause');
await message('paused the labeling').waitFor();
const card = message('Batch 2026-11-02');
await shoot('paused', page.locator('li.message').filter({ hasText: 'Labeling is paused' }).last(), card);
await type('/modelpicker resume');
await message('resumed the labeling').waitFor();

await running.stop();
running = await boot();
for (let label = 0; label < 4; label++) await pressAClass();
await arrive('2026-11-03');
const undecided = message(/Best so far|nothing is decided/);
await undecided.waitFor();
// It stays like this: the newer batch has closed the round.
await undecided.getByRole('button', { name: 'Reopen' }).waitFor({ state: 'detached' });
await shoot('undecided', undecided);

await rehearse({
  ...{ settings, workspace, people: ['U0BEN'], print: () => undefined },
  truthFile: (batch) => join(data, 'truth', `${batch}.csv`),
});
// Names stand between marks that keep their letters in order.
await message(/wins batch .?2026-11-03/)
  .getByRole('button', { name: 'Reopen' })
  .click();
await page.getByRole('button', { name: 'Withdraw', exact: true }).click();
await message('withdrew').waitFor();
await sleep(2_000);
await shoot('withdrawn', message(/Withdrawn by/), message('withdrew'));

await close();
await running.stop();
await workspace.close();
await rm(folder, { recursive: true });

async function seen(name: string, text: string | RegExp): Promise<void> {
  await message(text).waitFor();
  await shoot(name, message(text));
}

async function arrive(batch: string): Promise<void> {
  await cp(join(data, 'batches', batch), join(folder, batch), { recursive: true });
  await rename(join(folder, batch), join(batches, batch));
}

/** Presses the first class of the next question on the card, as soon as there is one. */
async function pressAClass(): Promise<void> {
  const ben = workspace.person('U0BEN');
  for (;;) {
    const { messages } = await ben.see();
    const asking = messages.findLast(({ text }) => text.includes('which class'));
    const [, actionId, question] =
      /"action_id":"(label:\d+)".*?"value":"([^"]+)"/.exec(JSON.stringify(asking?.blocks)) ?? [];
    if (asking && actionId !== undefined && question !== undefined && !pressed.has(question)) {
      pressed.add(question);
      return void (await ben.click(asking, { actionId }));
    }
    await sleep(500);
  }
}
