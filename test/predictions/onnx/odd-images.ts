import sharp from 'sharp';
import { type Color, picture, put } from './picture.ts';

/** Writes an image of each kind there is, and of what pretends to be one: eleven can be read. */
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
  await put(into, 'bomb.png', await picture('red', 1, 8000, 8000).png({ compressionLevel: 1 }).toBuffer());
  await put(into, 'bitmap.bmp', Buffer.from('BM\x46\0\0\0\0\0\0\0\x36\0\0\0', 'latin1'));
}

/** An animation of these frames. */
async function moving(colors: readonly Color[]): Promise<Buffer> {
  const frames = await Promise.all(colors.map((color, seed) => picture(color, seed).png().toBuffer()));
  return sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
}
