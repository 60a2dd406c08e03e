/** What the frame header of a JPEG says: asking the decoder for it would cost each photo 0.2 ms. */
export function jpegFrame(jpeg: Buffer): { width: number; height: number; channels: number } | undefined {
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) return undefined;
  for (let at = 2; at + 9 < jpeg.length; ) {
    // Some cameras leave bytes between the segments, which decoders pass over.
    if (jpeg[at] !== 0xff || jpeg[at + 1] === 0xff || jpeg[at + 1] === 0) {
      at += 1;
      continue;
    }
    const marker = jpeg[at + 1]!;
    // Start of frame; three markers of the same range are tables.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { width: jpeg.readUInt16BE(at + 7), height: jpeg.readUInt16BE(at + 5), channels: jpeg[at + 9]! };
    }
    at += 2 + jpeg.readUInt16BE(at + 2);
  }
  return undefined;
}

/** Inks to light with Pillow's rounding, so that its bytes come out. @see Pillow's `cmyk2rgb` in Convert.c */
export function cmykToRgb(inks: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((inks.length / 4) * 3);
  for (let from = 0, to = 0; from < inks.length; from += 4, to += 3) {
    const light = 255 - inks[from + 3]!;
    for (let channel = 0; channel < 3; channel++) {
      const product = inks[from + channel]! * light + 128;
      rgb[to + channel] = light - (((product >> 8) + product) >> 8);
    }
  }
  return rgb;
}
