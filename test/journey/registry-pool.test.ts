import { cp, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { rehearse } from '../../src/demo/rehearsal.ts';
import { listModels } from '../../src/predictions/onnx/describe/list-models.ts';
import { registryFolder } from '../../src/settings/folders.ts';
import { readSettings, type Settings } from '../../src/settings/settings.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { noMlflow, type RealMlflow, startMlflow } from '../deploy/mlflow-server.ts';
import { startMlflowStandIn } from '../deploy/mlflow-stand-in.ts';
import { openUserFolder, openWorkspace, people, startBotProcess } from './stage.ts';

const servers = [
  { called: 'a stand-in for MLflow', start: startMlflowStandIn, missing: undefined },
  { called: 'a real MLflow server', start: startMlflow, missing: noMlflow },
];

/** Settings whose pool and alias are in the registry. */
async function openTeam(url: string): Promise<Settings> {
  const { file } = await openUserFolder();
  const text = (await readFile(file, 'utf8')).replace(
    /^models: .*/,
    `models: { mlflow: { url: '${url}', names: [wildlife], passed: { validation: passed } } }
targets: [{ to: folder }, { to: mlflow, url: '${url}', models: [wildlife] }]`,
  );
  await writeFile(file, text);
  return readSettings(file);
}

async function arrive({ batches }: Settings, batch: string): Promise<void> {
  await cp(`data/demo/batches/${batch}`, join(batches, `.${batch}`), { recursive: true });
  await rename(join(batches, `.${batch}`), join(batches, batch));
}

const play = (settings: Settings, workspace: Workspace) =>
  rehearse({
    ...{ settings, workspace, people },
    truthFile: (batch) => `data/demo/truth/${batch}.csv`,
    print: () => {},
  });

async function aliased(mlflow: RealMlflow): Promise<string> {
  const said = await mlflow.call('GET', '/registered-models/alias?name=wildlife&alias=champion').catch(() => undefined);
  return (said as { model_version?: { version: string } } | undefined)?.model_version?.version ?? 'none';
}

describe.each(servers)('$called', ({ start, missing }) => {
  test.skipIf(missing !== undefined)(
    `a round with a pool from the registry, its winner named there, and another without it${missing === undefined ? '' : ` (skipped: ${missing})`}`,
    { timeout: 600_000 },
    async () => {
      const mlflow = await start();
      onTestFinished(mlflow.stop);
      const passed = { validation: 'passed' };
      for (const model of ['fog', 'night-infrared', 'rain'])
        await mlflow.register('wildlife', `data/demo/models/${model}.onnx`, passed);
      await mlflow.register('wildlife', 'data/demo/models/snow.onnx', {});
      const settings = await openTeam(mlflow.url);
      const workspace = await openWorkspace();
      const bot = startBotProcess(settings, workspace);
      const ada = workspace.person('U0ADA');
      const says = async (text: string) => JSON.stringify((await ada.see()).messages).includes(text);

      expect(await play(settings, workspace)).toMatchObject({ isWinner: true, model: 'wildlife-v1' });
      await expect.poll(() => aliased(mlflow)).toBe('1');
      await ada.type('C0MODELS', '/modelpicker status');
      await expect.poll(() => says('wildlife-v4*, it does not have the tag validation = passed')).toBe(true);

      // The model that serves has not passed after all; it leaves the pool, and its file stays for as long as it serves.
      await mlflow.call('POST', '/model-versions/set-tag', {
        name: 'wildlife',
        version: '1',
        key: 'validation',
        value: 'no',
      });
      await arrive(settings, '2026-11-03');
      const second = await play(settings, workspace);
      expect(second.model).toMatch(/^wildlife-v[23]$/);
      await expect.poll(() => aliased(mlflow)).toBe(second.model.slice(-1));
      const pool = await listModels(registryFolder(settings));
      expect(pool.map(({ name }) => name)).toEqual(['wildlife-v2', 'wildlife-v3']);

      await ada.type('C0MODELS', '/modelpicker rollback it was better');
      const offered = async () =>
        (await ada.see()).messages.findLast(({ blocks }) => JSON.stringify(blocks).includes('"Serve this again"'));
      await expect.poll(offered).toBeDefined();
      const offer = (await offered())!;
      await ada.click(offer, { label: 'Serve this again' });
      await expect.poll(() => aliased(mlflow)).toBe('1');
      const about = await readFile(join(settings.data, 'deployed/deployed.json'), 'utf8');
      expect(JSON.parse(about)).toMatchObject({ model: 'wildlife-v1', pinned: { by: 'U0ADA', why: 'it was better' } });
      expect(await bot.stop()).toBe(0);
    },
  );
});
