import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { readSettings, type Settings } from '../../src/settings/settings.ts';
import { startWorkspace, UNHURRIED_MS, type Workspace } from '../../src/workspace/workspace.ts';

export const people = ['U0ADA', 'U0BEN', 'U0CLEO'];

/** A folder of a user's own, with the demo's models, its first batch, and settings; thrown away after the test. */
export async function openUserFolder(batches: readonly string[] = ['2026-11-02'], more = ''): Promise<Settings> {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-user-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const batch of batches)
    await cp(`data/demo/batches/${batch}`, join(folder, 'batches', batch), { recursive: true });
  const file = join(folder, 'modelpicker.yaml');
  await writeFile(
    file,
    `models: ${join(process.cwd(), 'data/demo/models')}
batches: ./batches
data: ./live
classes: [badger, chipmunk, deer, fox, hedgehog, owl, rabbit, raccoon]
descriptions:
  - { match: '*', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }
budget: 150
schedule: { look: '*/2 * * * * *' }
slack: { channel: C0MODELS, admins: [U0ADA], uploadsPerMinute: 6000 }
${more}`,
  );
  return readSettings(file);
}

export async function openWorkspace(): Promise<Workspace> {
  const workspace = await startWorkspace({
    people: people.map((id) => ({ id, name: id.slice(2) })),
    channels: [{ id: 'C0MODELS', name: 'models' }],
    commands: [{ command: '/modelpicker', description: 'Model Picker', usageHint: 'help', words: ['status', 'help'] }],
    rates: 'off',
    deadlineMs: UNHURRIED_MS,
  });
  onTestFinished(() => workspace.close());
  return workspace;
}

export type BotProcess = {
  readonly output: () => string;
  /** As the power cut would: no goodbye, nothing flushed. */
  kill(): Promise<void>;
  /** As a machine that hangs: it neither ends nor goes on. */
  pause(): void;
  goOn(): void;
  /** The exit code, once it has ended by itself. */
  readonly ended: Promise<number | null>;
  /** As `kill` or Ctrl-C: resolves with the exit code. */
  stop(): Promise<number | null>;
};

/** `modelpicker start` in a process of its own. */
export function startBotProcess(settings: Settings, workspace: Workspace): BotProcess {
  const child: ChildProcess = spawn(process.execPath, ['src/cli.ts', 'start', '--config', settings.file], {
    env: {
      ...process.env,
      SLACK_BOT_TOKEN: workspace.botToken,
      SLACK_APP_TOKEN: workspace.appToken,
      SLACK_API_URL: workspace.apiUrl,
    },
  });
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    output: () => output,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    pause: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
    ended: exited,
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}
