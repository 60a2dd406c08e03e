import { isBmp } from '../picture/plain/bmp.ts';
import { isPnm } from '../picture/plain/pnm.ts';

/** What the first bytes of a file say it is, whatever its name says. */
export type ImageKind =
  | { readonly isImage: true; readonly isReadable: true }
  | { readonly isImage: boolean; readonly isReadable: false; readonly reason: string };

/** A kind, and bytes that files of it have: where, and which (one character each). */
type Mark = readonly [kind: string, at: number, bytes: string];

const READABLE: readonly Mark[] = [
  ['JPEG', 0, '\xff\xd8\xff'],
  ['PNG', 0, '\x89PNG\r\n\x1a\n'],
  ['WebP', 8, 'WEBP'],
  ['GIF', 0, 'GIF8'],
  ['TIFF', 0, 'II*\0'],
  ['TIFF', 0, 'MM\0*'],
  ['TIFF', 0, 'II+\0'],
  ['TIFF', 0, 'MM\0+'],
  ['AVIF', 4, 'ftypavif'],
];

/** Images all right, but of kinds that the decoder does not read. */
const UNREADABLE: readonly Mark[] = [
  ['HEIC', 4, 'ftyphei'],
  ['HEIC', 4, 'ftypmif1'],
  ['JPEG XL', 0, '\xff\x0a'],
  ['JPEG XL', 4, 'JXL '],
  ['JPEG 2000', 4, 'jP  '],
];

/** Not photos, though they may be called so: drawings would even decode. */
const OTHERS: readonly Mark[] = [
  ['a PDF', 0, '%PDF'],
  ['a ZIP archive', 0, 'PK\x03\x04'],
];

/** Tells images from other files by their content: an SVG named `.jpg` would decode, and is not an image. */
export function kindOf(bytes: Buffer): ImageKind {
  const head = bytes.toString('latin1', 0, 512);
  const kindIn = (marks: readonly Mark[]) => marks.find(([, at, mark]) => head.startsWith(mark, at))?.[0];
  if (kindIn(READABLE) || isPnm(bytes) || isBmp(bytes)) return { isImage: true, isReadable: true };
  const unreadable = kindIn(UNREADABLE);
  if (unreadable) {
    return { isImage: true, isReadable: false, reason: `${unreadable} is not read: save it as JPEG or PNG` };
  }
  const what =
    kindIn(OTHERS) ??
    (/<svg\b/i.test(head)
      ? 'an SVG drawing'
      : /<html\b/i.test(head)
        ? 'a web page'
        : 'not an image of a kind that can be read: save it as JPEG or PNG');
  return { isImage: false, isReadable: false, reason: bytes.length === 0 ? 'it is empty' : `it is ${what}` };
}
