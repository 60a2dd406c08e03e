import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openUserFolder } from './journey/stage.ts';

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

test('a mistyped command gets the nearest one, and a port that is none its cure', () => {
  expect(modelpicker('stauts')).toMatchObject({
    status: 1,
    stderr: '"stauts" is not a command. Did you mean "status"?\n',
  });
  expect(modelpicker('demo', '--port', 'http').stderr).toBe(
    '"http" is not a port. Use 1 to 65535, or 0 for any that is free.\n',
  );
});
