import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { openUserFolder } from './journey/stage.ts';

/** Runs in the command before anything of ours, and prints in the end what was loaded; Node's own modules do not count. */
const listLoaded = `
import { registerHooks } from 'node:module';
const loaded = [];
registerHooks({
  load(url, context, next) {
    if (!url.startsWith('node:')) loaded.push(url);
    return next(url, context);
  },
});
if (process.argv[1].endsWith('cli.ts')) process.on('exit', () => console.log('LOADED ' + JSON.stringify(loaded)));
`;

async function modulesOf(command: string): Promise<{ stdout: string; loaded: string[] }> {
  const { file } = await openUserFolder();
  const hook = `data:text/javascript,${encodeURIComponent(listLoaded)}`;
  const program = ['--import', hook, 'src/cli.ts', command, '--config', file];
  const [stdout, loaded] = spawnSync(process.execPath, program, { encoding: 'utf8' }).stdout.split('LOADED ');
  return { stdout: stdout!, loaded: JSON.parse(loaded!) };
}

test('status loads neither Slack nor the workspace nor what runs models nor what speaks with Postgres, and few modules in all', async () => {
  const { stdout, loaded } = await modulesOf('status');
  expect(stdout).toContain('No round yet.');
  expect(loaded.filter((url) => url.endsWith('src/terminal/status.ts'))).toHaveLength(1);
  expect(
    loaded.filter((url) =>
      /@slack|src\/workspace|\/onnx\/run\/|onnxruntime-node|\/sharp\/|node_modules\/pg|src\/store\/postgres/.test(url),
    ),
  ).toEqual([]);
  expect(loaded.length).toBeLessThan(300);
});

test('models loads no more than what draws the samples that the models are tried on', async () => {
  const { stdout, loaded } = await modulesOf('models');
  expect(stdout).toMatch(/^10 models in .*ms an image/s);
  expect(loaded.filter((url) => /@slack|src\/workspace|onnxruntime-node/.test(url))).toEqual([]);
  expect(loaded.length).toBeLessThan(300);
});
