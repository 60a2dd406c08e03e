import { spawnSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { helpOf, overview } from '../src/terminal/help.ts';
import { openUserFolder } from './journey/stage.ts';
import { openTasksFolder } from './tasks/folder.ts';

function modelpicker(...args: string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['src/cli.ts', ...args], { encoding: 'utf8' });
  return { stdout, stderr, status };
}

test('check runs the models on the newest batch, and names what nobody would see', async () => {
  const { file } = await openUserFolder();
  const fine = modelpicker('check', '--config', file);
  expect(fine).toMatchObject({ status: 0, stdout: expect.stringContaining('Models: 10 answered on 24 images.') });
  expect(fine.stdout).toContain('No problem found.');
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replace('uploads', 'guidelines: { owll: { text: x }, owl: { image: gone.jpg } }, uploads'),
  );
  const { stdout, status } = modelpicker('check', '--config', file);
  expect(stdout).toContain('Guideline "owll": there is no such class.');
  expect(stdout).toMatch(/Guideline "owl": there is no file .*gone\.jpg\./);
  expect(status).toBe(1);
});

test('models names each of them with its input; status says that there is no round yet', async () => {
  const { file } = await openUserFolder();
  const { stdout } = modelpicker('models', '--config', file);
  expect(stdout).toMatch(/^10 models in /);
  expect(stdout).toContain('64 x 64 NCHW float32, any batch, 8 classes');
  expect(modelpicker('status', '--config', file).stdout).toContain('No round yet.');
});

test('of several tasks each has its part, under its name; one that fails costs nobody the others', async () => {
  const folder = await openTasksFolder({ birds: {}, leaves: { more: 'models: ../nowhere\n' }, rocks: {} }, 1);
  onTestFinished(() => rm(folder, { recursive: true }));
  const models = modelpicker('models', '--config', join(folder, 'tasks'));
  expect(models.status).toBe(1);
  expect(models.stdout.replaceAll(folder, '')).toMatch(
    /^Task birds \(.*birds\.yaml\)\nNo "models".*\n\nTask leaves .*\n.*nowhere.*\n\nTask rocks .*\nNo "models"/,
  );
  const [birds, rocks] = ['birds', 'rocks'].map((name) => join(folder, 'tasks', `${name}.yaml`));
  const status = modelpicker('status', '--config', birds!, '--config', rocks!);
  expect(status.status).toBe(0);
  expect(status.stdout).toMatch(/^Task birds .*\nNo round yet\..*\n\nTask rocks .*\nNo round yet\./);
});

test('help, --help and --version work everywhere, for each command too', async () => {
  for (const words of [['help'], ['--help'], []]) {
    expect(modelpicker(...words)).toMatchObject({ status: 0, stdout: `${overview()}\n` });
  }
  for (const command of ['start', 'status', 'models', 'export', 'check', 'demo', 'simulate', 'label']) {
    expect(await helpOf(command)).toMatch(new RegExp(`^modelpicker ${command} .*: `));
  }
  for (const words of [
    ['simulate', '--help'],
    ['check', '-h'],
    ['help', 'label'],
  ]) {
    const command = words.find((word) => !/^-|help/.test(word))!;
    expect(modelpicker(...words)).toMatchObject({ status: 0, stderr: '', stdout: `${await helpOf(command)}\n` });
  }
  const { version } = JSON.parse(await readFile('package.json', 'utf8'));
  expect(modelpicker('check', '--version').stdout).toBe(`modelpicker ${version} (Node ${process.versions.node})\n`);
});

test('an option that is none gets the nearest one of its command; one without its value is told so', () => {
  expect(modelpicker('demo', '--frsh').stderr).toBe('"--frsh" is not an option of demo. Did you mean "--fresh"?\n');
  expect(modelpicker('simulate', '.', '--pool-sise', '3').stderr).toContain('Did you mean "--pool-size"?');
  expect(modelpicker('start', '--debug=yes').stderr).toBe('"--debug" takes no value: write it alone.\n');
  expect(modelpicker('check', '--config')).toMatchObject({
    status: 1,
    stderr: '"--config" needs a value after it. See modelpicker check --help.\n',
  });
});

test('a mistyped command gets the nearest one, and a port that is none its cure', () => {
  expect(modelpicker('stauts')).toMatchObject({
    status: 1,
    stderr: '"stauts" is not a command. Did you mean "status"?\n',
  });
  expect(modelpicker('demo', '--port', 'http').stderr).toBe(
    '"http" is not a port. Use 1 to 65535, or 0 for any that is free.\n',
  );
});
