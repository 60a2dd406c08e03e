import { placeOf, type Row } from '../../tables/cells.ts';
import type { ImageList } from '../list-images.ts';
import { openProblems, type Problems } from './problems.ts';

/** Finds the image that each row of a table is about. */
export type ImagesOfRows = {
  /** The image by its number; undefined where the row counts for nothing: of an image that was set aside, or wrong. */
  imageOf(row: Row, file: string): number | undefined;
  /** After all rows: images that have another one's row, as a table's spelling of a path may stand for both. */
  sharing(): { readonly image: number; readonly other: number }[];
  /** After all rows: those that name no image, and images without any. */
  problems(): Problems;
};

/** Rows of images that were set aside, such as twins, count for nothing. */
export function openImagesOfRows({ images, setAside }: ImageList): ImagesOfRows {
  const aside = new Set(setAside.map(({ file }) => plain(file)));
  const numbers = new Map<string, number>();
  for (const [image, { file }] of images.entries()) if (!numbers.has(plain(file))) numbers.set(plain(file), image);
  const numberOf = (image: number) => numbers.get(plain(images[image]!.file))!;
  /** By image; 0 where there is none, as the first line of a table is never an image's. */
  const lines = new Int32Array(images.length);
  const problems = openProblems();

  return {
    imageOf(row, text) {
      const file = plain(text);
      const image = numbers.get(file);
      if (image === undefined) {
        const cure = `there is no image "${text}" in the batch: correct its path, or remove the line`;
        if (!aside.has(file)) problems.tell(`${placeOf(row)}: ${cure}`);
        return undefined;
      }
      const line = lines[image]!;
      if (line > 0) {
        problems.tell(`${placeOf(row)}: "${text}" has ${placeOf({ ...row, line })} already: remove one of them`);
        return undefined;
      }
      lines[image] = row.line;
      return image;
    },
    sharing: () =>
      images.map((_, image) => ({ image, other: numberOf(image) })).filter(({ image, other }) => image !== other),
    problems() {
      const missing = images.filter((_, image) => lines[numberOf(image)] === 0);
      for (const { file } of missing) {
        problems.tell(`there is no line for the image "${file}": add one, with empty cells where a model says nothing`);
      }
      return problems;
    },
  };
}

/** One spelling for a path, whoever wrote it: Windows' separators, a leading `./`, letters with their accents apart. */
function plain(file: string): string {
  return file.replaceAll('\\', '/').replace(/^\.\//, '').normalize('NFC');
}
