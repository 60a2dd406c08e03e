import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { newestBatch } from '../../src/predictions/batches.ts';
import { listImages } from '../../src/predictions/list-images.ts';
import { decode } from '../../src/predictions/onnx/pixels/images.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { readLabeledData } from '../../src/simulate/labeled-data.ts';

/** Inputs from public bug reports, each with the value that is right in its README. */
const cases = resolve('../shared/cases');
const isThere = existsSync(cases);

/** Where the right value of each case is held by a test: of its own input, or of the same made here. */
const heldBy: Readonly<Record<string, readonly [file: string, words: string]>> = {
  'dotenv-bom': ['test/settings/dotenv.test.ts', '\\uFEFF'],
  'dst-schedule': ['test/schedule.test.ts', '2026-03-29T00:20:00Z'],
  'photo-over-50-megapixels': ['test/predictions/onnx/decode.test.ts', 'a photo of 61 megapixels is read'],
  'rehearsal-hang': ['test/demo/rehearsal.test.ts', 'whose truth names other files'],
  'slack-channel-changed': ['test/slack/refusals.test.ts', 'is posted anew in the right one'],
  'slack-file-gone': ['test/slack/refusals.test.ts', 'retention deletes the files'],
};
const readOnes = ['test/cases/inputs.test.ts', 'test/predictions/onnx/cases.test.ts'];

/** Size and SHA-256 of the pixels of each image of a folder. */
async function decoded(name: string) {
  const folder = join(cases, name);
  const { images, setAside } = await listImages(folder);
  expect(setAside).toEqual([]);
  const found = await Promise.all(
    images.map(async ({ file, sha256 }) => {
      let seen = '';
      await decode(join(folder, file), sha256, { lying: true, upright: false }, ({ lying }) => {
        const { width, height, data } = lying!;
        seen = `${width} x ${height}, ${createHash('sha256').update(data).digest('hex').slice(0, 12)}`;
      });
      return [file, seen] as const;
    }),
  );
  return Object.fromEntries(found);
}

function folderOf(): string {
  const folder = mkdtempSync(join(tmpdir(), 'modelpicker-case-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe.skipIf(!isThere)('public cases (skipped where ../shared/cases is not there)', () => {
  beforeAll(() => expect(existsSync(join(cases, 'README.md'))).toBe(true));

  test('no case is missed', () => {
    const names = readdirSync(cases, { withFileTypes: true }).filter(
      (one) => one.isDirectory() && !/^_/.test(one.name),
    );
    expect(names.length).toBeGreaterThan(20);
    const isHeld = (name: string) => {
      const held = heldBy[name];
      if (held) return readFileSync(held[0], 'utf8').includes(held[1]);
      return readOnes.some((path) => new RegExp(`['\`/]${name}[':/]`).test(readFileSync(path, 'utf8')));
    };
    expect(names.filter(({ name }) => !isHeld(name)).map(({ name }) => name)).toEqual([]);
  });

  // The pixels' sums are Pillow 13's of convert('RGB').
  test('jpeg-warnings: what a decoder only warns of is read to the same pixels', async () => {
    const { 'plain.jpg': plain, 'samsung-sos.jpg': samsung, 'clean.jpg': clean } = await decoded('jpeg-warnings');
    expect([plain, samsung, clean]).toEqual(Array(3).fill('200 x 150, 3c477c05842e'));
  });

  test('tiff-orientation: upright for every model', async () => {
    const upright = '30 x 40, fbdbccec4d74';
    expect(await decoded('tiff-orientation')).toEqual({ 'exif6-lzw.tif': upright, 'exif6.tif': upright });
  });

  test('gif-transparent: the palette’s color where it is to be seen through', async () => {
    expect(await decoded('gif-transparent')).toEqual({
      'gif-partial.gif': '60 x 40, 7eb18f1b72b6',
      'gif-transparent.gif': '100 x 80, 7fa7c7b7048d',
    });
  });

  test('ppm-passed-over: a traffic sign is read', async () => {
    expect(await decoded('ppm-passed-over')).toMatchObject({ 'sign.ppm': '40 x 30, b47380b444cd' });
  });

  test('future-mtime: a batch with a file of 2107 arrives', async () => {
    const folder = folderOf();
    cpSync(join(cases, '_images'), join(folder, '2026-05-01'), { recursive: true });
    utimesSync(join(folder, '2026-05-01/red.png'), new Date('2107-01-01'), new Date('2107-01-01'));
    const inAnHour = new Date(Date.now() + 3_600_000);
    expect((await newestBatch(folder, 300_000, inAnHour))?.name).toBe('2026-05-01');
  });

  test('odd-batch-names: each is named with the reason', async () => {
    const folder = folderOf();
    const names = ['2026-05-01 (copy)', '2026-05-01T08:00', 'Batch 12', 'Charge_é'];
    for (const name of names) mkdirSync(join(folder, name));
    const passed: string[] = [];
    expect(await newestBatch(folder, 0, new Date(), { pass: ({ name }) => passed.push(name) })).toBeUndefined();
    expect(passed.sort()).toEqual(names);
  });

  test.each(['Asia-Ho_Chi_Minh', 'Asia-Kolkata', 'Etc-UTC', 'Europe-Kyiv'])('time-zones: %s', (name) => {
    const { schedule } = readSettings(join(cases, 'time-zones', `${name}.yaml`));
    expect(schedule.timeZone).toBe(name.replace('-', '/'));
  });

  test.each(['savetxt-csv', 'npy-int64/int64', 'npy-int64/uint8', 'npy-int64/fortran'])(
    '%s: 50 images of 4 models',
    (name) => {
      const { matrix, oracle } = readLabeledData(join(cases, name));
      expect([matrix.images, matrix.models, oracle.length]).toEqual([50, 4, 50]);
    },
  );

  test('savetxt-csv: asks about an image', () => {
    const files = ['predictions.csv', 'labelspace.csv'].map((file) => join(cases, 'savetxt-csv', file));
    const asked = execFileSync(process.execPath, ['src/cli.ts', 'label', ...files, '5'], { input: 'stop\n' });
    expect(String(asked)).toMatch(/^Label 1 of at most 5\. Class of image \d+ \(0 1 2 \?\)/);
  });

  test('hard-link-lock: taken another way', () => {
    const options = { cwd: join(cases, 'hard-link-lock'), env: { ...process.env, APP: resolve('.') } };
    const { stdout } = spawnSync(process.execPath, ['--import', './nolink.mjs', 'lock.ts', folderOf()], options);
    expect(String(stdout)).toBe('taken\n');
  });
});
