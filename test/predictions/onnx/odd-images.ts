import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { type Color, picture, put } from './picture.ts';

/** Writes an image of each kind there is, and of what pretends to be one: thirteen can be read. */
export async function putEveryKind(into: string): Promise<void> {
  const red = () => picture('red', 1, 40, 30);
  const jpeg = await picture('red', 2, 200, 150).jpeg().toBuffer();
  await put(into, 'deep/er/photo.jpg', jpeg);
  await put(into, 'copy of photo.jpg', jpeg);
  await put(into, 'progressive.jpg', await red().jpeg({ progressive: true }).toBuffer());
  await put(into, 'no ending', await red().webp({ lossless: true }).toBuffer());
  await put(into, 'a gif.png', await red().gif().toBuffer());
  await put(into, 'scan.tiff', await red().tiff().toBuffer());
  await put(into, 'palette.png', await red().png({ palette: true }).toBuffer());
  await put(into, 'deep.png', await red().toColourspace('rgb16').png().toBuffer());
  await put(into, 'see through.png', await red().ensureAlpha(0.5).png().toBuffer());
  await put(into, 'inks.jpg', await red().toColourspace('cmyk').jpeg().toBuffer());
  await put(into, 'moving.gif', await moving(['red', 'blue', 'blue']));
  await put(into, 'gray.jpg', await picture('green', 3).grayscale().jpeg().toBuffer());
  await put(into, 'truncated.jpg', jpeg.subarray(0, jpeg.length / 2));
  await put(into, 'drawing.jpg', '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>');
  await put(into, 'empty.jpg', '');
  await put(into, 'bomb.png', await bomb());
  await put(into, 'bitmap.bmp', bitmap(4, 3));
  await put(into, 'sign', Buffer.concat([Buffer.from('P6\n4 3\n255\n'), Buffer.alloc(36, '\xdc\x1e\x1f', 'latin1')]));
  await put(into, 'phone.heic', Buffer.from('\0\0\0\x18ftypheic', 'latin1'));
}

/** An animation of these frames. */
async function moving(colors: readonly Color[]): Promise<Buffer> {
  const frames = await Promise.all(colors.map((color, seed) => picture(color, seed).png().toBuffer()));
  return sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
}

/** A PNG whose header promises 400 million pixels. */
async function bomb(): Promise<Buffer> {
  const png = await picture('red', 1).png().toBuffer();
  png.writeUInt32BE(20_000, 16);
  png.writeUInt32BE(20_000, 20);
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
  return png;
}

/** A red BMP of 24 bits. */
function bitmap(width: number, height: number): Buffer {
  const rowBytes = 4 * Math.ceil((3 * width) / 4);
  const bmp = Buffer.alloc(54 + rowBytes * height, Buffer.from([30, 30, 220]));
  bmp.fill(0, 0, 54);
  bmp.write('BM');
  bmp.writeUInt32LE(54, 10);
  bmp.writeUInt32LE(40, 14);
  bmp.writeInt32LE(width, 18);
  bmp.writeInt32LE(height, 22);
  bmp.writeUInt16LE(24, 28);
  return bmp;
}
