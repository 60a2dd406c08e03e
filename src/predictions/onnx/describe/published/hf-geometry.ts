import type { OwnDescription } from '../model-description.ts';

type Box = { readonly width: number; readonly height: number };

/** A size as processors have it: the shorter edge, or a box to stretch to. */
type Size = { readonly shortest: number } | Box;

type Resizing = {
  readonly size: unknown;
  /** Whether a plain number is the shorter edge. */
  readonly isByEdge: boolean;
  readonly crop: Box | undefined;
  readonly percent: number | undefined;
  /** The family's. */
  readonly name: string;
};

/** What a processor's `size`, `crop_size` and `crop_pct` make of a photo. */
export function resizing({ size: stated, isByEdge, crop, percent, name }: Resizing): OwnDescription {
  const size = sizeOf(stated, 'size', isByEdge);
  if (name === 'convnext') return convNext(size, percent ?? 224 / 256);
  if (name === 'poolformer') return poolFormer(size, crop, percent ?? 1);
  if ('shortest' in size) {
    const share = name === 'levit' ? 224 / 256 : 1;
    return byEdge(crop ?? squareOf(size.shortest), Math.trunc(size.shortest / share));
  }
  return crop ? cutFrom(crop, size) : { ...size, shortestEdge: 0, stretchedTo: 0 };
}

/** What `crop_size` means: a number is a square. */
export function cutting(stated: unknown): Box {
  if (stated === undefined) throw new Error('"do_center_crop" is on, but "crop_size" is missing');
  const size = sizeOf(stated, 'crop_size', false);
  return 'shortest' in size ? squareOf(size.shortest) : size;
}

/** Small ones are cut from a larger edge, large ones stretched as they are. */
function convNext(size: Size, percent: number): OwnDescription {
  if (!('shortest' in size)) throw new Error('"size" is a width and a height, where ConvNeXt’s has "shortest_edge"');
  const view = squareOf(size.shortest);
  if (size.shortest >= 384) return { ...view, shortestEdge: 0, stretchedTo: 0 };
  return byEdge(view, Math.trunc(size.shortest / percent));
}

function poolFormer(size: Size, crop: Box | undefined, percent: number): OwnDescription {
  const whole = 'shortest' in size ? squareOf(size.shortest) : size;
  const [width, height] = [Math.trunc(whole.width / percent), Math.trunc(whole.height / percent)];
  if (!('shortest' in size) && (percent === 1 || width !== height)) return cutFrom(crop ?? whole, { width, height });
  return byEdge(crop ?? squareOf(width), width);
}

/** Without a cut of its own a photo comes out as long as it is; a network of one size sees the middle of it. */
function byEdge(view: Box, edge: number): OwnDescription {
  if (edge < Math.max(view.width, view.height)) {
    throw new Error(`"crop_size" of ${view.width} x ${view.height} is larger than the edge of ${edge} it is cut from`);
  }
  return { ...view, shortestEdge: edge, stretchedTo: 0, cropStart: 'floor' };
}

function cutFrom(crop: Box, from: Box): OwnDescription {
  if (from.width < crop.width || from.height < crop.height) {
    const sizes = `${crop.width} x ${crop.height} is larger than "size" of ${from.width} x ${from.height}`;
    throw new Error(`"crop_size" of ${sizes}`);
  }
  return { ...crop, shortestEdge: 0, stretchedTo: [from.width, from.height], cropStart: 'floor' };
}

/** A number, a list (height first), or a dict; `null` in a dict is as good as absent. */
function sizeOf(stated: unknown, field: string, isByEdge: boolean): Size {
  const refuse = () => new Error(`"${field}" is ${JSON.stringify(stated)}, which is not understood`);
  if (isSide(stated)) return isByEdge ? { shortest: Number(stated) } : squareOf(Number(stated));
  if (Array.isArray(stated)) {
    const [height, width = height, ...more] = stated as unknown[];
    if (!isSide(height) || !isSide(width) || more.length > 0) throw refuse();
    if (stated.length === 1) return sizeOf(height, field, isByEdge);
    return { width: Number(width), height: Number(height) };
  }
  const said = Object.entries(stated ?? {}).filter(([, value]) => value !== null);
  const { height, width, shortest_edge: shortest } = Object.fromEntries(said) as Record<string, unknown>;
  if (said.length === 1 && isSide(shortest)) return { shortest: Number(shortest) };
  if (said.length === 2 && isSide(height) && isSide(width)) return { width: Number(width), height: Number(height) };
  throw refuse();
}

function isSide(value: unknown): boolean {
  return (
    (typeof value === 'number' || typeof value === 'string') && Number.isInteger(Number(value)) && Number(value) > 0
  );
}

function squareOf(side: number): Box {
  return { width: side, height: side };
}
