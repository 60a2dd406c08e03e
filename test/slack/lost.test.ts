import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { startWorkspace, type Workspace } from '../../src/workspace/workspace.ts';
import { until } from './rig.ts';

/** The program itself, as a supervisor sees it when Slack lets it in no more. */

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

let workspace: Workspace;
let folder: string;
afterEach(async () => {
  await workspace.close();
  await rm(folder, { recursive: true });
});

async function startProgram() {
  workspace = await startWorkspace({
    people: [{ id: 'UADA', name: 'Ada' }],
    channels: [{ id: 'CMODELS', name: 'models' }],
  });
  folder = await mkdtemp(join(tmpdir(), 'modelpicker-lost-'));
  await mkdir(join(folder, 'models'));
  await mkdir(join(folder, 'batches'));
  const config = join(folder, 'modelpicker.yaml');
  await writeFile(config, 'models: models\nbatches: batches\ndata: live\nslack: { channel: CMODELS }\n');
  const env = {
    ...process.env,
    SLACK_BOT_TOKEN: workspace.botToken,
    SLACK_APP_TOKEN: workspace.appToken,
    SLACK_API_URL: workspace.apiUrl,
  };
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, [cli, 'start', '--config', config], { env }, (_error, _stdout, stderr) =>
      resolve({ code: child.exitCode, stderr }),
    );
  });
  return { ended, health: join(folder, 'live', 'health.json') };
}

test('a bot that Slack has shut out ends with an error, its reason, and a health file that says it', async () => {
  const { ended, health } = await startProgram();
  await until(() => existsSync(health), 30_000);
  workspace.dropSocket('disabled');
  const { code, stderr } = await ended;
  expect(code).toBe(1);
  expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('switched Socket Mode off')]);
  expect(JSON.parse(await readFile(health, 'utf8')).endedBy).toContain('link_disabled');
}, 60_000);
