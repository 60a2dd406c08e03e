import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { shownImage } from '../../../src/picture/shown-image.ts';
import { listImages } from '../../../src/predictions/list-images.ts';
import { decode } from '../../../src/predictions/onnx/pixels/images.ts';
import type { Pixels } from '../../../src/predictions/onnx/pixels/resample.ts';
import { picture, put } from './picture.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelpicker-decode-'));
  onTestFinished(() => rm(folder, { recursive: true }));
});

/** As a model that sees photos as they lie gets it, and as one that wants them upright does. */
async function decoded(bytes: Buffer, isElsewhere = false) {
  const file = join(folder, 'image');
  await writeFile(file, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const given: Pixels[] = [];
  await decode(file, sha256, { lying: true, upright: true, isElsewhere }, ({ lying, upright }) => {
    given.push(...[lying!, upright!].map(({ data, width, height }) => ({ data: data.slice(), width, height })));
  });
  return { lying: given[0]!, upright: given[1]! };
}

const ascii = (text: string, ...values: number[]) => Buffer.concat([Buffer.from(text, 'latin1'), Buffer.from(values)]);
const rgb = async (bytes: Buffer) => [...(await decoded(bytes)).lying.data];

test('bytes that cameras leave between the parts of a JPEG are passed over; one that is cut short is damaged', async () => {
  const jpeg = await picture('red', 1, 40, 30).jpeg().toBuffer();
  const { lying } = await decoded(jpeg);
  const scan = jpeg.indexOf(Buffer.from([0xff, 0xda]));
  const tables = jpeg.indexOf(Buffer.from([0xff, 0xdb]));
  for (const at of [scan, tables]) {
    const odd = Buffer.concat([jpeg.subarray(0, at), Buffer.from([1, 2, 3]), jpeg.subarray(at)]);
    expect((await decoded(odd)).lying).toEqual(lying);
  }
  expect((await decoded(Buffer.concat([jpeg, Buffer.from('a note')]))).lying).toEqual(lying);
  for (const cut of [2, 10, jpeg.length >> 1]) {
    await expect(decoded(jpeg.subarray(0, -cut))).rejects.toThrow('it is damaged or cut short');
  }
});

test('a JPEG is the same image here and in another thread, also one that the camera turned', async () => {
  const photo = picture('red', 1, 40, 30);
  const turned = await photo.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer();
  for (const jpeg of [await photo.jpeg().toBuffer(), turned])
    expect(await decoded(jpeg)).toEqual(await decoded(jpeg, true));
  const { lying, upright } = await decoded(turned);
  expect([lying.width, lying.height, upright.width, upright.height]).toEqual([40, 30, 30, 40]);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'a TIFF with orientation %s is upright for every model, as Pillow loads it',
  async (orientation) => {
    const image = picture('green', 3, 8, 6);
    const tiff = await image.clone().withMetadata({ orientation }).tiff({ compression: 'lzw' }).toBuffer();
    const turned = sharp(await image.png().toBuffer()).withMetadata({ orientation });
    const expected = await sharp(await turned.png().toBuffer())
      .autoOrient()
      .raw()
      .toBuffer();
    const { lying, upright } = await decoded(tiff);
    expect(lying).toEqual(upright);
    expect([lying.width, lying.height]).toEqual(orientation > 4 ? [6, 8] : [8, 6]);
    expect(Buffer.from(lying.data)).toEqual(expected);
  },
);

test('inks in a TIFF become light as Pillow mixes them', async () => {
  // Computed with Pillow 13: Image.frombytes('CMYK', (4, 1), ...).convert('RGB')
  expect(await rgb(inkTiff())).toEqual([255, 255, 255, 0, 255, 255, 207, 46, 190, 0, 0, 0]);
});

/** A TIFF of four pixels in inks, by hand: sharp would convert them. */
function inkTiff(): Buffer {
  const entries = [
    ...[
      [256, 4],
      [257, 1],
      [258, 0],
      [259, 1],
      [262, 5],
      [273, 0],
      [277, 4],
      [278, 1],
      [279, 16],
    ],
  ] as const;
  const head = Buffer.alloc(8 + 2 + 12 * entries.length + 4 + 8 + 16);
  const bitsAt = 8 + 2 + 12 * entries.length + 4;
  head.write('II*\0', 'latin1');
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(entries.length, 8);
  for (const [index, [tag, value]] of entries.entries()) {
    const at = 10 + 12 * index;
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(tag === 273 ? 4 : 3, at + 2);
    head.writeUInt32LE(tag === 258 ? 4 : 1, at + 4);
    head.writeUInt32LE(tag === 258 ? bitsAt : tag === 273 ? bitsAt + 8 : value, at + 8);
  }
  for (let channel = 0; channel < 4; channel++) head.writeUInt16LE(8, bitsAt + 2 * channel);
  head.set([0, 0, 0, 0, 255, 0, 0, 0, 10, 200, 30, 40, 255, 255, 255, 255], bitsAt + 8);
  return head;
}

/** Three pixels, indices 1, 0, 2, of a screen of four; index 0 is to be seen through. */
const gif = (clear: number) =>
  ascii(
    'GIF89a',
    ...[4, 0, 1, 0, 0x81, 0, 0],
    ...[255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9],
    ...[0x21, 0xf9, 4, 1, 0, 0, clear, 0],
    ...[0x2c, 0, 0, 0, 0, 3, 0, 1, 0, 0],
    ...[2, 3, 0x0c, 0x20 + 0x02, 0x05, 0, 0x3b],
  );

test('what is to be seen through in a GIF keeps the color of its palette, also outside its first frame', async () => {
  const { lying } = await decoded(gif(3));
  expect([lying.width, lying.height]).toEqual([4, 1]);
  // Outside the frame.
  expect([...lying.data.subarray(9)]).toEqual([9, 9, 9]);
  const clear = await decoded(gif(0));
  expect([...clear.lying.data.subarray(9)]).toEqual([255, 0, 0]);
});

test('a GIF’s pixels are those of libvips where nothing is to be seen through, interlaced or not', async () => {
  for (const interlaced of [false, true]) {
    const bytes = await picture('blue', 5, 61, 47).gif({ progressive: interlaced }).toBuffer();
    expect(Buffer.from((await decoded(bytes)).lying.data)).toEqual(await sharp(bytes).removeAlpha().raw().toBuffer());
    await expect(decoded(bytes.subarray(0, -40))).rejects.toThrow('it ends too early');
  }
});

test.each<[string, Buffer, number[]]>([
  ['P1, without spaces', ascii('P1 # bits\n2 2\n0110'), [255, 0, 0, 255]],
  ['P2 with a maximum of its own', ascii('P2\n2 2\n# dark\n10\n0 5\n7 10'), [0, 128, 178, 255]],
  ['P4, whose rows begin at whole bytes', ascii('P4 2 2\n', 0x40, 0x80), [255, 0, 0, 255]],
  ['P5', ascii('P5 2 2 255\n', 1, 2, 3, 200), [1, 2, 3, 200]],
  ['P5 of sixteen bits', ascii('P5 2 2 65535\n', 0, 0, 1, 0, 128, 0, 255, 255), [0, 1, 128, 255]],
])('a portable graymap is read: %s', async (_, bytes, grays) => {
  expect(await rgb(bytes)).toEqual(grays.flatMap((gray) => [gray, gray, gray]));
});

test('portable pixmaps are read, in text and binary, and told when they are cut short or wrong', async () => {
  expect(await rgb(ascii('P3\n1 1\n255\n1 2 3'))).toEqual([1, 2, 3]);
  expect(await rgb(ascii('P6\n#by hand\n1 1 255\n', 1, 2, 3))).toEqual([1, 2, 3]);
  expect(await rgb(ascii('P6 1 1 1000\n', 3, 232, 0, 0, 1, 244))).toEqual([255, 0, 128]);
  await expect(decoded(ascii('P6 2 1 255\n', 1, 2, 3))).rejects.toThrow('it ends too early');
  await expect(decoded(ascii('P3 1 1 9\n1 2 10'))).rejects.toThrow('10 is larger than its largest value, 9');
  await expect(decoded(ascii('P6 99999 99999 255\n'))).rejects.toThrow('it has more than 178 million pixels');
});

test('a photo of 61 megapixels is read', { timeout: 60_000 }, async () => {
  const create = { width: 9504, height: 6336, channels: 3 as const, background: '#781e3c' };
  const { lying } = await decoded(await sharp({ create }).jpeg({ quality: 60 }).toBuffer());
  expect([lying.width, lying.height]).toEqual([9504, 6336]);
});

test('files that are no images are counted; what is called an image and is a pipe is named', async () => {
  await put(folder, 'photo.ppm', ascii('P6 1 1 255\n', 1, 2, 3));
  await put(folder, 'notes.txt', 'hello');
  await put(folder, 'labels.csv', 'a,b');
  await put(folder, '.DS_Store', 'x');
  execFileSync('mkfifo', [join(folder, 'pipe.jpg')]);
  const { images, setAside, passedOver } = await listImages(folder);
  expect(images.map(({ file }) => file)).toEqual(['photo.ppm']);
  expect(setAside).toEqual([{ file: 'pipe.jpg', reason: 'it is not a file but a device or a pipe' }]);
  expect(passedOver).toBe(2);
});

test('the image shown is the image judged: another file, a link or a pipe in its place is refused', async () => {
  const bytes = await picture('red', 1).png().toBuffer();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const path = join(folder, 'photo.png');
  await writeFile(path, bytes);
  expect((await shownImage(path, sha256)).extension).toBe('png');
  await writeFile(path, await picture('red', 2).png().toBuffer());
  await expect(shownImage(path, sha256)).rejects.toThrow('it changed after its batch was listed');
  await rm(path);
  await writeFile(join(folder, 'elsewhere.png'), bytes);
  await symlink(join(folder, 'elsewhere.png'), path);
  await expect(shownImage(path, sha256)).rejects.toThrow();
  await rm(path);
  execFileSync('mkfifo', [path]);
  await expect(shownImage(path, sha256)).rejects.toThrow();
});

test('a kind that sharp does not read is shown all the same', async () => {
  const bytes = ascii('P6 2 1 255\n', 255, 0, 0, 0, 0, 255);
  await writeFile(join(folder, 'sign.ppm'), bytes);
  const { bytes: shown } = await shownImage(join(folder, 'sign.ppm'));
  expect((await sharp(shown).metadata()).width).toBe(384);
});
