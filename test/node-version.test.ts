import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../modelpicker.js', import.meta.url));

/** Runs the command line as a Node that says it has this version. */
function runAs(version: string, door = main) {
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`;
  return run(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`, door, 'help']);
}

test('an older Node is refused in one line that says which is needed and where it comes from', async () => {
  const refused = await runAs('20.19.2').catch((error: { code: number; stderr: string }) => error);
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stderr.trim()).toBe(
    'Model Picker needs Node 24 or newer, and this is Node 20.19.2. Install a newer one from nodejs.org, or run "npm install" without --omit=dev, which brings it along.',
  );
});

test('the package, which has no source beside its door, needs Node 22', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'modelpicker-door-'));
  const door = join(folder, 'modelpicker.mjs');
  copyFileSync(main, door);
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist/cli.js'), 'console.log("through the door")');
  const refused = await runAs('21.9.0', door).catch((error: { stderr: string }) => error);
  expect(refused.stderr.trim()).toBe(
    'Model Picker needs Node 22 or newer, and this is Node 21.9.0. Install a newer one from nodejs.org.',
  );
  expect((await runAs('22.0.0', door)).stdout).toContain('through the door');
  rmSync(folder, { recursive: true });
});

test('Node 24 is taken', async () => {
  expect((await runAs('24.0.0')).stdout).toContain('connect to Slack and work until stopped');
});
