import type { OwnDescription } from '../model-description.ts';
import { type Said, sayingOf } from '../said.ts';
import { parseJsonOrPython } from './python-literal.ts';

/**
 * What Ultralytics writes into the metadata of a classifier: the shorter edge resized to `imgsz`, the middle cut, values
 * from 0 to 1. `undefined` where the file is not one of theirs.
 *
 * @see https://github.com/ultralytics/ultralytics/blob/main/ultralytics/data/augment.py, classify_transforms
 */
export function fromUltralytics(metadata: ReadonlyMap<string, string>): Said | undefined {
  const task = metadata.get('task');
  if (task === undefined || !metadata.has('stride') || !metadata.has('names')) return undefined;
  return sayingOf(
    'the file’s metadata (Ultralytics)',
    [['classes', 'output', 'mean', 'std'], () => refuseOthers(task)],
    [['width', 'height'], () => geometryOf(metadata)],
    [
      [],
      () => ({
        ...{ mean: [0], std: [1], scale: 1 / 255, filter: 'bilinear', cropStart: 'even', layout: 'NCHW' },
        channels: metadata.get('channels') === '1' ? 'gray' : 'RGB',
        // OpenCV, which reads its images, turns them.
        upright: true,
      }),
    ],
  );
}

function refuseOthers(task: string): OwnDescription {
  if (task !== 'classify') throw new Error(`"task" is "${task}": only classifiers can be compared`);
  return {};
}

/** A square is cut out of the middle, anything else stretched to. */
function geometryOf(metadata: ReadonlyMap<string, string>): OwnDescription {
  const text = metadata.get('imgsz');
  if (text === undefined) throw new Error('"imgsz" is missing');
  const sides: unknown[] = [parseJsonOrPython(text)].flat();
  const [height, width = height] = sides as [number, number?];
  if (sides.length > 2 || ![height, width].every((side) => Number.isInteger(side) && side > 0)) {
    throw new Error(`"imgsz" is ${text}, neither one size nor height and width`);
  }
  return { width, height, shortestEdge: width === height ? width : 0, stretchedTo: 0 };
}
