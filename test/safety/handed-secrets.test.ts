import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { rehearse } from '../../src/demo/rehearsal.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { startMlflowStandIn } from '../deploy/mlflow-stand-in.ts';
import { SECRET, startReceiver } from '../deploy/receiver.ts';
import { startTritonStandIn } from '../deploy/triton-stand-in.ts';
import { openUserFolder, openWorkspace, people } from '../journey/stage.ts';

/** Every secret that a target may have, by its variable; none is a word of anything else. */
const secrets = {
  MLFLOW_TRACKING_TOKEN: 'secret-of-mlflow',
  DATABRICKS_TOKEN: 'dapi-secret-of-databricks',
  TRITON_TOKEN: 'secret-of-triton',
  HOOK_SECRET: SECRET,
  PROGRAM_TOKEN: 'secret-of-a-program',
};

/** As they are, and as a header carries a password. */
const forms = Object.values(secrets).flatMap((secret) => [secret, Buffer.from(secret).toString('base64')]);

const named = (text: string) => forms.filter((secret) => text.includes(secret));

async function cli(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['src/cli.ts', ...args], { env }).catch(
    (error: { stdout: string; stderr: string }) => error,
  );
  return `${stdout}${stderr}`;
}

async function allBelow(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /json|csv|bak|new/.test(entry.name));
  return (await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')))).join('\n');
}

test('where every target refuses, no secret of theirs is in the log, the chat, the facts, what serves, or what the terminal prints', {
  timeout: 600_000,
}, async () => {
  const { file } = await openUserFolder();
  const [mlflow, receiver, triton] = [
    await startMlflowStandIn(),
    await startReceiver(),
    await startTritonStandIn(join(dirname(file), 'repository')),
  ];
  for (const { stop } of [mlflow, receiver, triton]) onTestFinished(stop);
  // Each wants another secret than it is shown.
  mlflow.authorization = 'Bearer another';
  triton.authorization = 'Bearer another';
  receiver.mood = 'error 500';
  const targets = [
    { to: 'folder' },
    { to: 'mlflow', url: mlflow.url, models: ['wildlife'] },
    { to: 'mlflow', url: mlflow.url, models: ['main.vision.wildlife'], isUnityCatalog: true },
    { to: 'triton', url: triton.url, repository: 'repository', model: 'wildlife', tokenFrom: 'TRITON_TOKEN' },
    { to: 'webhook', url: receiver.url, secretFrom: 'HOOK_SECRET' },
    { to: 'command', run: ['/bin/sh', '-c', 'env; exit 1'], environment: ['PROGRAM_TOKEN'] },
  ];
  const pool = join(dirname(file), 'pool');
  await mkdir(pool);
  for (const model of ['fog', 'night-infrared'])
    await cp(`data/demo/models/${model}.onnx`, join(pool, `${model}.onnx`));
  const text = (await readFile(file, 'utf8')).replace(/^models: .*/, 'models: ./pool');
  await writeFile(file, `${text}targets: ${JSON.stringify(targets)}\n`);
  const settings = readSettings(file);
  const workspace = await openWorkspace();
  const env = {
    ...process.env,
    ...secrets,
    SLACK_BOT_TOKEN: workspace.botToken,
    SLACK_APP_TOKEN: workspace.appToken,
    SLACK_API_URL: workspace.apiUrl,
  };
  const bot = spawn(process.execPath, ['src/cli.ts', 'start', '--debug', '--config', file], { env });
  onTestFinished(() => void bot.kill('SIGKILL'));
  let log = '';
  for (const stream of [bot.stdout, bot.stderr]) {
    stream.on('data', (chunk) => {
      log += chunk;
    });
  }
  await rehearse({
    settings,
    workspace,
    people,
    truthFile: (batch) => `data/demo/truth/${batch}.csv`,
    print: () => {},
  });
  await workspace.person('U0ADA').type('C0MODELS', '/modelpicker status');
  for (const what of ['DATABRICKS_TOKEN', 'TRITON|Triton refuses', 'status 500', 'ended with code 1', '•••'])
    await expect.poll(() => log, { timeout: 120_000 }).toMatch(new RegExp(what));
  const said = [await cli(['status', '--config', file], env), await cli(['check', '--config', file], env)].join('\n');
  expect(said).toMatch(/failing since/);
  const chat = JSON.stringify([...workspace.state.messages.values()]);
  const kept = await allBelow(settings.data);
  expect(kept).toContain('"trouble"');
  expect({ log: named(log), chat: named(chat), kept: named(kept), said: named(said) }).toEqual({
    ...{ log: [], chat: [], kept: [], said: [] },
  });
});

test('settings with a secret where only its name or an address belongs are refused, and what is refused is not shown', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-secrets-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const secret = 'dapi-0123/456';
  const wrong = [
    { to: 'webhook', url: 'https://example.com', secretFrom: SECRET },
    { to: 'mlflow', url: `https://me:${secret}@example.com`, models: ['a'] },
    { to: 'mlflow', url: `https://example.com/?token=${secret}`, models: ['a'] },
    { to: 'mlflow', url: 'https://example.com', models: ['a'], tokenFrom: secret },
    { to: 'triton', url: 'http://t', repository: 'r', model: 'm', tokenFrom: secret },
    { to: 'command', run: ['./a'], environment: [secret] },
  ];
  for (const target of wrong) {
    const file = join(folder, 'modelpicker.yaml');
    await writeFile(file, JSON.stringify({ batches: '.', classes: ['a', 'b'], targets: [target] }));
    const text = await cli(['status', '--config', file], process.env);
    expect(text).toContain('Bad settings');
    expect(text).not.toContain(secret);
    expect(text).not.toContain(SECRET);
  }
});

test('a secret that is missing, or that no header can carry, stops the start by the name of its variable', async () => {
  const { file } = await openUserFolder([]);
  const targets = [
    { to: 'mlflow', url: 'http://127.0.0.1:9', models: ['a'], tokenFrom: 'MLFLOW_ONE' },
    { to: 'triton', url: 'http://127.0.0.1:9', repository: 'r', model: 'm', tokenFrom: 'TRITON_ONE' },
    { to: 'webhook', url: 'http://127.0.0.1:9', secretFrom: 'HOOK_ONE' },
  ];
  await writeFile(file, `${await readFile(file, 'utf8')}targets: ${JSON.stringify(targets)}\n`);
  const tokens = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', SLACK_API_URL: 'http://127.0.0.1:9/api/' };
  const bad = { MLFLOW_ONE: 'two\nlines-of-secret', HOOK_ONE: 'whsec_not base64 secret' };
  const text = await cli(['start', '--config', file], { ...process.env, ...tokens, ...bad });
  expect(text).toMatch(/MLFLOW_ONE is not a token[\s\S]*TRITON_ONE is not set[\s\S]*HOOK_ONE is not such a secret/);
  expect(text).not.toMatch(/lines-of-secret|base64 secret/);
});
