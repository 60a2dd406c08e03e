/**
 * Slack's own sample apps, unmodified, on the local workspace: bolt-js's Socket Mode example and the TypeScript starter
 * template. Whatever they do, a person sees. Needs git, npm and the network, or clones given by their folders.
 *
 * Run: npm exec -- node scripts/sample-apps.ts [--bolt URL-OR-FOLDER] [--starter URL-OR-FOLDER]
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { PersonClient } from '../src/workspace/person/person-client.ts';
import { startWorkspace, type Workspace, type WorkspaceOptions } from '../src/workspace/workspace.ts';

const { values: sources } = parseArgs({
  options: {
    bolt: { type: 'string', default: 'https://github.com/slackapi/bolt-js' },
    starter: { type: 'string', default: 'https://github.com/slack-samples/bolt-ts-starter-template' },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const channel = 'C000000000M';
const folder = await mkdtemp(join(tmpdir(), 'modelpicker-samples-'));
let failed = 0;

const bolt = clone(sources.bolt, 'bolt');
await withApp(
  join(bolt, 'examples/socket-mode'),
  'app.js',
  { commands: [command('/socketslash')] },
  async (ada, seen) => {
    await claim('home is published', ada.openHome(), () => seen('App Home Published'));
    await claim('a message is answered', ada.type(channel, 'hello'), () => seen('Click my fancy button'));
    await claim('its button works', clickLast(ada), () => seen('Thanks for clicking the fancy button'));
    await claim('a mention is answered', ada.type(channel, '@Model Picker hi'), () =>
      seen('Thanks for the mention', 2),
    );
    await claim('the command answers', ada.type(channel, '/socketslash with words'), () => seen('with words'));
    await claim('the global shortcut opens a window', ada.shortcut('launch_shortcut'), () => seen('simplest modal'));
    const [message] = (await ada.see()).messages;
    await claim('the message shortcut is acknowledged', ada.shortcut('launch_msg_shortcut', message), async () => true);
  },
);

const starter = clone(sources.starter, 'starter');
execFileSync('npm', ['install', '--omit=dev', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: starter });
execFileSync(join(root, 'node_modules/.bin/tsc'), ['--typeRoots', join(root, 'node_modules/@types')], { cwd: starter });
const manifest = JSON.parse(await readFile(join(starter, 'manifest.json'), 'utf8'));
await withApp(starter, 'dist/app.js', { manifest, commands: [command('/sample-command')] }, async (ada, seen) => {
  await claim('home is published', ada.openHome(), () => seen('Welcome home'));
  await claim('a message is answered', ada.type(channel, 'hi'), () => seen('how are you?'));
  await claim('the command answers', ada.type(channel, '/sample-command'), () => seen('Responding to the sample'));
  await claim('the shortcut opens a window', ada.shortcut('sample_shortcut_id'), () => seen('Click the button'));
  const [modal] = (await ada.see()).modals;
  await claim('its button changes it', ada.click(modal!, 'sample_action_id'), () => seen('You updated the modal'));
  const [changed] = (await ada.see()).modals;
  const filled = { sample_input_id: 'world peace', sample_dropdown_id: channel };
  await claim('what is filled in is posted', ada.submit(changed!, filled), () => seen('world peace'));
});

await rm(folder, { recursive: true });
if (failed > 0) process.exitCode = 1;

function clone(source: string, name: string): string {
  const to = join(folder, name);
  execFileSync('git', ['clone', '-q', '--depth', '1', source.startsWith('/') ? `file://${source}` : source, to]);
  return to;
}

function command(name: string) {
  return { command: name, description: 'A sample', usageHint: '' };
}

type Seen = (text: string, times?: number) => Promise<boolean>;

/** Runs a sample until its person has done everything with it. */
async function withApp(
  cwd: string,
  file: string,
  scene: Partial<WorkspaceOptions>,
  use: (ada: PersonClient, seen: Seen) => Promise<void>,
): Promise<void> {
  const people = [{ id: 'U00000000AD', name: 'Ada' }];
  const workspace = await startWorkspace({ people, channels: [{ id: channel, name: 'general' }], ...scene });
  const preload = new URL('samples/to-workspace.mjs', import.meta.url).href;
  const env = {
    ...process.env,
    NODE_PATH: join(root, 'node_modules'),
    WORKSPACE_API_URL: workspace.apiUrl,
    SLACK_BOT_TOKEN: workspace.botToken,
    SLACK_APP_TOKEN: workspace.appToken,
  };
  const app = spawn(process.execPath, ['--import', preload, file], {
    cwd,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  console.log(file === 'app.js' ? 'bolt-js, examples/socket-mode' : 'bolt-ts-starter-template');
  try {
    await claim('it connects', Promise.resolve(), async () => workspace.connectionCount() === 1);
    const ada = workspace.person('U00000000AD');
    await use(ada, async (text, times = 1) => JSON.stringify(await ada.see()).split(text).length > times);
    reportBroken(workspace);
  } finally {
    app.kill();
    await workspace.close();
  }
}

/** The button of the newest message that has one. */
async function clickLast(ada: PersonClient): Promise<unknown> {
  const { messages } = await ada.see();
  return ada.click(messages.findLast(({ blocks }) => blocks.length > 0)!, 'first_button');
}

async function claim(what: string, done: Promise<unknown>, isSo: () => Promise<boolean>): Promise<void> {
  await done;
  const giveUpAt = performance.now() + 120_000;
  while (!(await isSo()) && performance.now() < giveUpAt) await sleep(50);
  const held = await isSo();
  if (!held) failed += 1;
  console.log(`${held ? 'ok    ' : 'FAILED'} ${what}`);
}

function reportBroken({ state }: Workspace): void {
  const errors = state.violations.filter(({ level }) => level === 'error');
  failed += errors.length;
  for (const { where, code, explanation } of errors) console.log(`FAILED ${where} ${code}: ${explanation}`);
}
