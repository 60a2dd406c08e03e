import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { rehearse } from '../../src/demo/rehearsal.ts';
import { readTruth } from '../../src/demo/truth.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { openUserFolder, openWorkspace, people, startBotProcess } from './stage.ts';

test('two models in files and two columns of predictions.csv: the best column wins and is announced', {
  timeout: 240_000,
}, async () => {
  const { file, batches } = await openUserFolder();
  const pool = join(dirname(file), 'pool');
  await mkdir(pool);
  for (const name of ['rain', 'snow']) await copyFile(`data/demo/models/${name}.onnx`, join(pool, `${name}.onnx`));
  await writeFile(file, (await readFile(file, 'utf8')).replace(/^models: .*/, 'models: ./pool'));
  const truth = readTruth('data/demo/truth/2026-11-02.csv');
  const names = [...new Set(truth.values())];
  // One errs on every 25th image, the other on every third.
  const say = (name: string, isWrong: boolean) => (isWrong ? names[(names.indexOf(name) + 1) % names.length] : name);
  const rows = [...truth].map(([image, name], at) => [image, say(name, at % 25 === 0), say(name, at % 3 === 0)].join());
  await writeFile(join(batches, '2026-11-02/predictions.csv'), ['file,clip,forest', ...rows, ''].join('\n'));

  const settings = readSettings(file);
  const workspace = await openWorkspace();
  const bot = startBotProcess(settings, workspace);
  const result = await rehearse({
    settings,
    workspace,
    people,
    truthFile: (batch) => `data/demo/truth/${batch}.csv`,
    print: () => {},
  });
  expect(result).toMatchObject({ isWinner: true, model: 'clip' });
  expect(JSON.stringify(workspace.state)).toContain('clip wins batch 2026-11-02');
  const deployed = join(settings.data, 'deployed');
  expect(JSON.parse(await readFile(join(deployed, 'deployed.json'), 'utf8'))).toMatchObject({ model: 'clip' });
  expect(await readdir(deployed)).toEqual(['deployed.json']);
  expect(await bot.stop()).toBe(0);
});
