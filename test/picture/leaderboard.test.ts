import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { drawLeaderboard, leaderboardSvg } from '../../src/picture/leaderboard.ts';
import { fitText, textPath, textWidth } from '../../src/picture/text.ts';
import { sentences } from '../../src/slack/say/sentences.ts';

const words = sentences.picture.words({ target: 0.95, patience: 5 });

const leaderboard = (models: number) => ({
  models: Array.from({ length: models }, (_, place) => ({
    name: `model ${place} <&"> Größe модель 漢字 ${'long '.repeat(place)}`,
    accuracy: 0.9 - 0.03 * place,
    accuracySd: 0.02,
    chanceBest: place === 0 ? 0.93 : 0.01,
  })),
  confidencePath: [0.2, 0.5, 0.4, 0.93],
  target: 0.95,
});

test('the picture carries its text as paths', () => {
  expect(leaderboardSvg(leaderboard(12), words)).not.toMatch(/<text|font-family/);
});

test('the picture is the same on a machine without any font', { timeout: 30_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-picture-'));
  const program = join(folder, 'draw.ts');
  const from = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  await writeFile(
    program,
    `import { drawLeaderboard } from ${from('../../src/picture/leaderboard.ts')};
     import { sentences } from ${from('../../src/slack/say/sentences.ts')};
     const picture = await drawLeaderboard(${JSON.stringify(leaderboard(5))}, sentences.picture.words({ target: 0.95, patience: 5 }));
     process.stdout.write(picture.toString('base64'));`,
  );
  const env = { PATH: process.env.PATH, FONTCONFIG_FILE: join(folder, 'none.conf'), HOME: folder };
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env, maxBuffer: 1e8 });
  const here = await drawLeaderboard(leaderboard(5), words);
  expect(stdout).toBe(here.toString('base64'));
  await rm(folder, { recursive: true });
});

test.each([0, 1, 2, 8, 200])('%i models give a picture that chat shows', async (models) => {
  const picture = await drawLeaderboard(leaderboard(models), words);
  const { width, height, format } = await sharp(picture).metadata();
  expect(format).toBe('png');
  expect(width).toBe(1_200);
  expect(height).toBeLessThan(1_600);
  expect(picture.length).toBeLessThan(200_000);
});

test('a picture before any answer, and one of models that are all equal', async () => {
  const equal = leaderboard(3).models.map((model) => ({ ...model, accuracy: 1, accuracySd: 0 }));
  const picture = leaderboardSvg({ models: equal, confidencePath: [], target: 0.95 }, words);
  expect(picture).not.toContain('NaN');
  expect(leaderboardSvg({ ...leaderboard(2), confidencePath: [0.3] }, words)).not.toContain('NaN');
});

test('text is as wide as its letters, and is cut where it would not fit', () => {
  expect(textWidth('model', 20)).toBeCloseTo(2 * textWidth('model', 10), 6);
  expect(textWidth('漢', 20)).toBeGreaterThan(0);
  expect(textWidth(fitText('a very long name of a model', 100, 15), 15)).toBeLessThanOrEqual(100);
  expect(fitText('short', 100, 15)).toBe('short');
  const letters = ['w', 'ж', 'Ω', 'ő', '漢', '字'].map((letter) => textPath(letter, 0, 0, { size: 10, color: '#000' }));
  // Latin, Cyrillic, Greek have their letters; what no font has is the same box.
  expect(new Set(letters).size).toBe(5);
  expect(letters[4]).toBe(letters[5]);
  expect(textPath('', 0, 0, { size: 10, color: '#000' })).toContain('d=""');
});
