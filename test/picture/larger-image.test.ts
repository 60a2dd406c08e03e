import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { largerImage } from '../../src/picture/larger-image.ts';

/** A gray picture with a white dot near one corner. */
async function dotted(width: number, height: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-larger-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'dotted.png');
  const dot = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#ffffff' } })
    .png()
    .toBuffer();
  await sharp({ create: { width, height, channels: 3, background: '#404040' } })
    .composite([{ input: dot, left: width - 40, top: 20 }])
    .png()
    .toFile(file);
  return file;
}

const brightest = async (jpeg: Buffer) => (await sharp(jpeg).stats()).channels[0]!.max;

test('a photo comes whole and in quarters, row by row, each with its own pixels enlarged', async () => {
  const parts = await largerImage(await dotted(1600, 1200));
  expect(parts).toHaveLength(5);
  const sizes = await Promise.all(parts.map((part) => sharp(part).metadata()));
  for (const { format, width } of sizes) expect([format, width]).toEqual(['jpeg', 1280]);
  // The dot is in the whole, and of the quarters in the one at the top right.
  expect((await Promise.all(parts.map(brightest))).map((value) => value > 200)).toEqual([
    true,
    false,
    true,
    false,
    false,
  ]);
});

test('a small image has no more to show in quarters: it comes once, enlarged', async () => {
  const [whole, ...quarters] = await largerImage(await dotted(64, 48));
  expect(quarters).toEqual([]);
  expect(await sharp(whole).metadata()).toMatchObject({ width: 1280, height: 960 });
});
