import { readFile } from 'node:fs/promises';
import sharp, { type JpegOptions } from 'sharp';
import { expect, test } from 'vitest';
import { decodeJpeg } from '../../../src/predictions/onnx/pixels/jpeg/decode-jpeg.ts';
import { resample } from '../../../src/predictions/onnx/pixels/resample.ts';
import { chanceFrom } from '../../../src/simulate/chance.ts';
import { assemble } from './assemble.ts';

/** As sharp decodes them, by libjpeg-turbo; nothing where it refuses to. */
async function decodedBySharp(jpeg: Buffer): Promise<Buffer | undefined> {
  const image = sharp(jpeg, { ignoreIcc: true, failOn: 'truncated' });
  return image
    .toColourspace('srgb')
    .raw()
    .toBuffer()
    .catch(() => undefined);
}

const chance = chanceFrom(5);
const upTo = (most: number) => 1 + Math.floor(chance() * most);

/** Waves of color with noise over them, from none to nothing but it. */
async function jpegOf(width: number, height: number, options: JpegOptions, isGray = false): Promise<Buffer> {
  const [step, noise] = [chance() / 2, chance() * 255];
  const data = Uint8ClampedArray.from({ length: width * height * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
    return 128 + 120 * Math.sin(x * step + (at % 3)) * Math.cos(y * step) + (chance() - 0.5) * noise;
  });
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  return (isGray ? image.grayscale() : image).jpeg(options).toBuffer();
}

async function expectSame(jpeg: Buffer, what: string): Promise<void> {
  const { data } = decodeJpeg(jpeg)!;
  // A copy, since the next one is decoded to the same place.
  const own = Buffer.from(data);
  expect(Buffer.compare(own, (await decodedBySharp(jpeg))!), what).toBe(0);
}

test('a JPEG has the very pixels of libjpeg-turbo, whatever its size, quality, codes and fineness of color', async () => {
  for (let turn = 0; turn < 60; turn++) {
    const [width, height] = [4 + upTo(70), upTo(70)];
    const chromaSubsampling = turn % 2 === 0 ? '4:2:0' : '4:4:4';
    const options = { quality: 10 + upTo(90), chromaSubsampling, optimiseCoding: turn % 4 > 1 };
    const isGray = turn % 5 === 0;
    const jpeg = await jpegOf(width, height, options, isGray);
    await expectSame(jpeg, JSON.stringify({ width, height, isGray, ...options }));
  }
});

test('so has one whose colors are half as fine across only', async () => {
  // By Pillow 13, from waves of color: image.save(file, quality=30, subsampling=1, optimize=True)
  const lines = [
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqm',
    'x5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAARABgD',
    'ASEAAhEBAxEB/8QAFwABAQEBAAAAAAAAAAAAAAAAAAQFA//EABwQAAICAwEBAAAAAAAAAAAAAAABAgQDITFBcf/EABcBAAMBAAAAAAAAAAAAAAAA',
    'AAIEBQb/xAAdEQACAgIDAQAAAAAAAAAAAAAAAwECERIhIzIx/9oADAMBAAIRAxEAPwCt3UlpkNq5KWk9ALVi3I4lPXmTKzOeSQKNdYEWTEWwW4Yz',
    'yeMpVOUltCl7RUrWvFVhUUntADfJl3OneRT4jTXELt+yXm+Dnk4voCoZlno//9k=',
  ];
  await expectSame(Buffer.from(lines.join(''), 'base64'), '4:2:2');
});

test('it is resized where it lies as from a copy elsewhere, once and again, also when memory has to grow for it', async () => {
  const decoded = decodeJpeg(await jpegOf(97, 61, { quality: 80 }))!;
  const copy = { data: decoded.data.slice(), width: 97, height: 61 };
  for (const edge of [20, 224, 1500, 20]) {
    const [own, expected] = [new Uint8Array(edge * edge * 3), new Uint8Array(edge * edge * 3)];
    const view = { left: 0, top: 0, width: edge, height: edge };
    resample(decoded, view, view, 'bicubic', own);
    resample(copy, view, view, 'bicubic', expected);
    expect(Buffer.compare(own, expected), `${edge} x ${edge}`).toBe(0);
  }
  expect(decoded.data).toEqual(copy.data);
});

test('of files damaged anywhere, what is decoded at all is decoded as libjpeg-turbo does', async () => {
  const whole = [await jpegOf(40, 30, { quality: 60 }), await jpegOf(25, 25, { chromaSubsampling: '4:4:4' })];
  let decoded = 0;
  for (let turn = 0; turn < 400; turn++) {
    const jpeg = Buffer.from(whole[turn % 2]!);
    jpeg[upTo(jpeg.length - 2)] = upTo(256) - 1;
    const pixels = decodeJpeg(jpeg);
    if (!pixels) continue;
    decoded += 1;
    const own = Buffer.from(pixels.data);
    expect((await decodedBySharp(jpeg))?.equals(own), `turn ${turn}`).toBe(true);
  }
  expect(decoded).toBeGreaterThan(100);
});

test('what is of another kind, odd, or cut short is left to others', async () => {
  const usual = await jpegOf(40, 30, { quality: 80 });
  const scan = usual.indexOf(Buffer.from([0xff, 0xda]));
  const others = {
    'no JPEG': await sharp(usual).png().toBuffer(),
    progressive: await jpegOf(40, 30, { progressive: true }),
    inks: await sharp(usual).toColourspace('cmyk').jpeg().toBuffer(),
    'more than a million pixels': await jpegOf(1250, 810, { quality: 20 }),
    'too small to be smoothed': await jpegOf(4, 9, { quality: 80 }),
    'bytes between its parts': Buffer.concat([usual.subarray(0, scan), Buffer.from([1]), usual.subarray(scan)]),
    'bytes behind its stream': Buffer.concat([usual.subarray(0, -2), Buffer.from([1, 2, 0xff, 0xd9])]),
    'colors said otherwise': Buffer.concat([usual.subarray(0, 2), adobe(), usual.subarray(2)]),
  };
  expect(decodeJpeg(usual)).toBeDefined();
  for (const [what, jpeg] of Object.entries(others)) expect(decodeJpeg(jpeg), what).toBeUndefined();
  for (let cut = 1; cut < usual.length; cut += 7)
    expect(decodeJpeg(usual.subarray(0, -cut)), `without its last ${cut}`).toBeUndefined();
});

/** Says that the three colors are red, green and blue. */
function adobe(): Buffer {
  return Buffer.concat([Buffer.from([0xff, 0xee, 0, 14]), Buffer.from('Adobe\0\x64\0\0\0\0\0', 'latin1')]);
}

test('the inner loops that run are those of the source', async () => {
  const folder = new URL('../../../src/predictions/onnx/pixels/jpeg/', import.meta.url);
  const committed = await readFile(new URL('jpeg.wasm', folder));
  const fresh = await assemble(new URL('jpeg.wat', folder));
  expect(Buffer.compare(committed, fresh), 'run: npm exec -- node scripts/build-pixels.ts').toBe(0);
});
