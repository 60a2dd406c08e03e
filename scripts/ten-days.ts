/**
 * Rehearses ten days with the photos of scripts/demo-data/ten_days.py, on which the light changes on the sixth: one person who
 * knows the truth labels them in a local workspace, the bot is killed twice with `kill -9`, and what became of it all is
 * written down: the conversation, the audit and what the facts say, and with --pictures docs/ten-days-*.png.
 *
 *     python3 scripts/demo-data/ten_days.py FOLDER
 *     npm exec -- node scripts/ten-days.ts --photos FOLDER --to OUT [--kills 2] [--pictures]
 *
 * In the end every result is worked out again from the facts, by a process that was never killed: it must come to the same
 * bits. Two runs may ask in another order, as what is shown first depends on which image has reached Slack.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rehearse } from '../src/demo/rehearsal.ts';
import type { Fact } from '../src/round/facts.ts';
import { roundsFolder } from '../src/settings/folders.ts';
import { readSettings } from '../src/settings/settings.ts';
import { lookAtStore } from '../src/store/open-store.ts';
import { describeTrust } from '../src/terminal/trust.ts';
import { startWorkspace } from '../src/workspace/workspace.ts';
import { openCamera } from './camera.ts';
import { replayed } from './ten-days-replay.ts';

const { values } = parseArgs({
  options: {
    photos: { type: 'string' },
    to: { type: 'string' },
    kills: { type: 'string', default: '2' },
    pictures: { type: 'boolean', default: false },
  },
});
const [photos, to] = [values.photos!, values.to!];
const root = fileURLToPath(new URL('..', import.meta.url));
const days = (await readdir(join(photos, 'batches'))).sort();
/** The days of the kills, and after how many labels. */
const kills = new Map(
  [
    [3, 4],
    [6, 9],
  ].slice(0, Number(values.kills)) as [number, number][],
);

const folder = await mkdtemp(join(tmpdir(), 'modelpicker-ten-days-'));
await mkdir(join(folder, 'batches'));
await mkdir(to, { recursive: true });
const file = join(folder, 'modelpicker.yaml');
const { models, descriptions, classes } = readSettings(join(root, 'data/demo/modelpicker.yaml'));
const slack = { channel: 'C0MODELS', admins: ['U0ADA'], uploadsPerMinute: 6_000 };
// The script has each day announced when its winner stands, so the hour of the schedule never comes.
const schedule = { look: '*/2 * * * * *', settledMinutes: 0, announce: '0 0 29 2 *' };
const own = { name: 'ten', batches: 'batches', data: 'live', measure: 12, tolerancePoints: 1 };
await writeFile(file, JSON.stringify({ models, descriptions, classes, ...own, schedule, slack }));
const settings = readSettings(file);
const workspace = await startWorkspace({
  teamName: 'Wildlife team',
  people: [{ id: 'U0ADA', name: 'Ada' }],
  channels: [{ id: 'C0MODELS', name: 'model-of-the-day' }],
  commands: [
    { command: '/modelpicker', description: 'Which model fits today’s data?', usageHint: 'trend | trust | help' },
  ],
  rates: 'off',
});

let bot = await startBot(`${days[0]}T07:00:00Z`);
const judged: string[] = [];
for (const [place, day] of days.entries()) {
  await tell(bot, { now: `${day}T07:00:00Z` });
  await batchArrives(day);
  const truthFile = (batch: string) => join(photos, 'truth', `${batch}.csv`);
  const print = (line: string) => void (line.startsWith('By the true labels') && judged.push(`${day}: ${line.trim()}`));
  const played = rehearse({ settings, workspace, people: ['U0ADA'], truthFile, print });
  const labels = kills.get(place + 1);
  if (labels !== undefined) await killAfter(day, labels);
  // What is announced may be wrong; the page says so.
  await played.catch((error: Error) => void judged.push(`${day}: ${error.message}`));
  await tell(bot, { announce: day });
  console.log(day, judged.at(-1));
}
await writeFile(join(to, 'facts.json'), `${JSON.stringify(await factsWithoutTimes(), undefined, 1)}\n`);
await writeFile(join(to, 'conversation.txt'), conversation());
await writeFile(join(to, 'audit.txt'), `${await describeTrust(settings, process.env)}\n\n${judged.join('\n')}\n`);
const again = await replayed(settings);
console.log('the same bits without a kill:', again);
if (again.length < days.length || again.some(({ isSame }) => !isSame)) process.exitCode = 1;
if (values.pictures) await takePictures();
bot.kill();
await once(bot, 'exit');
await workspace.close();

async function startBot(now: string): Promise<ChildProcess> {
  const { botToken, appToken, apiUrl: slackApiUrl } = workspace;
  const env = { ...process.env, TOKENS: JSON.stringify({ botToken, appToken, slackApiUrl }) };
  const child = fork(join(root, 'scripts/ten-days-bot.ts'), [file, now], { env });
  await once(child, 'message');
  return child;
}

async function tell(child: ChildProcess, message: { now?: string; announce?: string }): Promise<void> {
  child.send(message);
  await once(child, 'message');
}

async function batchArrives(day: string): Promise<void> {
  await cp(join(photos, 'batches', day), join(folder, day), { recursive: true });
  await rename(join(folder, day), join(folder, 'batches', day));
}

async function killAfter(day: string, labels: number): Promise<void> {
  while ((await factsOf(day)).filter(({ kind }) => kind === 'answer').length < labels) await sleep(100);
  bot.kill('SIGKILL');
  await once(bot, 'exit');
  bot = await startBot(`${day}T08:00:00Z`);
}

async function factsOf(day: string): Promise<readonly Fact[]> {
  return (await lookAtStore({ folder: roundsFolder(settings) })).facts(day);
}

/** All that was asked, said and found, to the bit: without when, how fast the models were, and what stands where on Slack. */
async function factsWithoutTimes(): Promise<unknown> {
  const said = new Set(['round', 'question', 'answer', 'result', 'deployment', 'measured', 'drift']);
  const all = await Promise.all(days.map(factsOf));
  const plain = (name: string, value: unknown) => (name === 'at' || name === 'msPerImage' ? undefined : value);
  return all.map((facts) =>
    JSON.parse(
      JSON.stringify(
        facts.filter(({ kind }) => said.has(kind)),
        plain,
      ),
    ),
  );
}

/** What stands in the channel for everybody, without buttons and cards. */
function conversation(): string {
  const words = (block: unknown) =>
    [...JSON.stringify(block).matchAll(/"(?:mrkdwn|plain_text)","text":"((?:[^"\\]|\\.)*)"/g)].map(([, text]) =>
      JSON.parse(`"${text}"`),
    );
  const messages = [...workspace.state.messages.values()].toSorted((a, b) => Number(a.ts) - Number(b.ts));
  const isSaid = ({ metadata, onlyFor }: (typeof messages)[number]) =>
    onlyFor === undefined && !/:card$/.test(String(metadata?.event_payload.key));
  const said = messages.filter(isSaid);
  return said
    .map(({ blocks }) =>
      blocks
        .filter(({ type }) => type !== 'actions')
        .flatMap(words)
        .join('\n'),
    )
    .join('\n\n')
    .concat('\n');
}

async function takePictures(): Promise<void> {
  const { page, message, type, shoot, close } = await openCamera(`${workspace.url}&as=U0ADA`, to);
  await shoot('ten-days-drift', message(', before anybody has labeled'));
  await shoot('ten-days-announced', message(`Model of the day, ${days[5]}`));
  await type('/modelpicker trend');
  const chart = page.locator('li.message.private').filter({ has: page.getByRole('img', { name: /^Chart/ }) });
  await chart.waitFor();
  await chart.getByRole('img', { name: /^Chart/ }).evaluate((image: HTMLImageElement) => image.decode());
  await shoot('ten-days-trend', message('The last 10 batches'), chart);
  await type('/modelpicker trust');
  await message('Announced').waitFor();
  await shoot('ten-days-trust', message('drawn at random checked'));
  await message('wins batch').getByRole('button', { name: 'Show its mistakes' }).click();
  // As much of the window as shows what it is.
  await page.setViewportSize({ width: 1000, height: 760 });
  const mistakes = page.getByRole('dialog');
  await mistakes.getByRole('img').first().waitFor();
  await sleep(2_000);
  await shoot('ten-days-mistakes', mistakes);
  await close();
}
