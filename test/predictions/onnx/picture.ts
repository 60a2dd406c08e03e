import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

const COLORS = { red: [220, 30, 30], green: [30, 220, 30], blue: [30, 30, 220] } as const;
export type Color = keyof typeof COLORS;

/** An image of one color with a little texture, so that no two are equal: each `seed` gives another. */
export function picture(color: Color, seed = 0, width = 24, height = 18): ReturnType<typeof sharp> {
  const data = Buffer.alloc(width * height * 3);
  for (let at = 0; at < data.length; at++) data[at] = COLORS[color][at % 3]! + ((at * 7 + seed * 13) % 29);
  data.writeUInt16LE(seed, 0);
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** Writes a file with its folders. */
export async function put(folder: string, file: string, content: Buffer | string): Promise<void> {
  const path = join(folder, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

/** A batch of plain pictures in turn red, green, blue: `photo-000.png` and so on. */
export async function putBatch(folder: string, count: number): Promise<void> {
  const colors = Object.keys(COLORS) as Color[];
  for (let index = 0; index < count; index++) {
    const bytes = await picture(colors[index % 3]!, index)
      .png()
      .toBuffer();
    await put(folder, `photo-${String(index).padStart(3, '0')}.png`, bytes);
  }
}
