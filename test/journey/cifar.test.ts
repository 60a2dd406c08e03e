import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { rehearse } from '../../src/demo/rehearsal.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { openWorkspace, people, startBotProcess } from './stage.ts';

const real = resolve('../shared/real/cifar10');
const why = existsSync(real) ? '' : ' (skipped: ../shared/real/cifar10 is not on this machine)';

test.skipIf(!existsSync(real))(
  `eleven published models of three input layouts over 1,000 photos: the announced one is as good as claimed${why}`,
  { timeout: 600_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'modelpicker-cifar-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const classes = (await readFile(join(real, 'classes.txt'), 'utf8')).trim().split('\n');
    const file = join(folder, 'modelpicker.yaml');
    await writeFile(
      file,
      `models: ${real}/models
batches: ${real}/batches
data: ./live
classes: [${classes.join(', ')}]
descriptions:
  - match: [cifar_*, resnet_2b, resnet_4b]
    mean: [0.485, 0.456, 0.406]
    std: [0.225, 0.225, 0.225]
  - match: resnet_3b2_*
    mean: [0.4914, 0.4822, 0.4465]
    std: [0.2023, 0.1994, 0.2010]
  - match: cifar10_*
    mean: [0, 0, 0]
    std: [1, 1, 1]
tolerancePoints: 1
schedule: { look: '*/2 * * * * *', settledMinutes: 0 }
slack: { channel: C0MODELS, uploadsPerMinute: 6000 }
`,
    );
    const settings = readSettings(file);
    const workspace = await openWorkspace();
    const task = startBotProcess(settings, workspace);
    const lines: string[] = [];
    // Throws when the announced model lacks more than was claimed.
    const result = await rehearse({
      settings,
      workspace,
      people,
      truthFile: (batch) => join(real, 'truth', `${batch}.csv`),
      print: (line) => lines.push(line),
    });
    expect(result.isWinner, lines.join('\n')).toBe(true);
    expect(await task.stop()).toBe(0);
  },
);
