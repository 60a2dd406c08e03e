import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith } from './folder.ts';

const files = {
  'predictions.csv': `${Array.from({ length: 30 }, (_, image) => `${image % 3},${image % 2},0`).join('\n')}\n`,
  'oracle.csv': `${Array.from({ length: 30 }, (_, image) => image % 3).join('\n')}\n`,
};

function modelpicker(args: readonly string[], input = '') {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['src/cli.ts', ...args], { input, encoding: 'utf8' });
  return { stdout, stderr, status };
}

describe('modelpicker simulate', () => {
  test('prints one line of JSON for each strategy, and draws', () => {
    const folder = folderWith(files);
    const picture = join(folder, 'out.png');
    const options = ['--json', '--strategy', 'ours', '--strategy', 'random', '--plot', picture];
    const { stdout, status } = modelpicker(['simulate', folder, ...options]);
    expect(status).toBe(0);
    const [ours, random] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(Object.keys(ours)).toEqual([
      ...['dataset', 'items', 'models', 'classes', 'poolSize', 'pools', 'strategy'],
      ...['identification', 'regretArea', 'announced', 'questionMs'],
    ]);
    expect(ours.announced.best).toMatchObject({ share: 1, right: 1 });
    expect(random).toMatchObject({
      strategy: 'random',
      announced: { best: { share: 0, labelsMean: null, right: null } },
    });
    expect(existsSync(picture) && readFileSync(picture).toString('latin1', 1, 4)).toBe('PNG');
  });

  test('bad input ends with one line and code 1', () => {
    const folder = folderWith({ ...files, 'oracle.csv': '0\n' });
    const { stdout, stderr, status } = modelpicker(['simulate', folder]);
    expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
    expect(stderr.trim()).toBe(
      `${folder}/oracle.csv: 1 items, but the predictions have 30. Make them equal; a first line of numbers counts as an item.`,
    );
  });
});

describe('modelpicker label', () => {
  test('asks, forgives a slip, and names the best model', () => {
    const folder = folderWith({ 'p.csv': '0,0,1\n1,0,1\n1,1,0\n0,1,0\n', 'classes.csv': '0\n1\n' });
    const paths = [join(folder, 'p.csv'), join(folder, 'classes.csv')];
    const { stdout, status } = modelpicker(['label', ...paths, '4'], '7\n1\nundo\n?\n0\n0\n0\n');
    expect(status).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "Label 1 of at most 4. Class of image 0 (0 1 ?): "7" is not a class: give one of 0, 1, or ?, undo, stop.
      Label 1 of at most 4. Class of image 0 (0 1 ?): Label 2 of at most 4. Class of image 2 (0 1 ?): Label 1 of at most 4. Class of image 0 (0 1 ?): Label 1 of at most 4. Class of image 1 (0 1 ?): Label 2 of at most 4. Class of image 3 (0 1 ?): Label 3 of at most 4. Class of image 2 (0 1 ?): 
      Best model: 2 (far from sure that no other model is better, far from sure that no other model is more than 1 point better)
        model  chance to be best   right
            2  41 %                55 %, between 10 and 100 %
            1  29 %                46 %, between 1 and 91 %
            0  28 %                46 %, between 1 and 91 %
      "
    `);
  });

  test('classes may have names', () => {
    const folder = folderWith({ 'p.csv': 'a,b\ncat,dog\ndog,dog\n', 'classes.csv': 'class\ndog\ncat\n' });
    const { stdout } = modelpicker(['label', join(folder, 'p.csv'), join(folder, 'classes.csv'), '2'], 'cat\n');
    expect(stdout).toContain('Class of image 0 (cat dog ?)');
    expect(stdout).toContain('Best model: 0 (');
  });

  test('a class that is not in the label space is named', () => {
    const folder = folderWith({ 'p.csv': '0,2\n', 'classes.csv': '0,1\n' });
    const { stderr, status } = modelpicker(['label', join(folder, 'p.csv'), join(folder, 'classes.csv'), '4']);
    expect(status).toBe(1);
    expect(stderr.trim()).toBe(
      `${folder}/p.csv: class 2 (image 0, model 1) is not in ${folder}/classes.csv. Add it there.`,
    );
  });
});
