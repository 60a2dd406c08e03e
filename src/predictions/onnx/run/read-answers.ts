import type { Tensor } from 'onnxruntime-node';
import { ABSTAINED } from '../../../method/predictions.ts';
import { fromHalf } from '../../../tables/half.ts';
import type { ModelSpec } from '../describe/model-spec.ts';
import type { Answers, ToOpen } from './protocol.ts';

/** Which images of the block an output is about: `count` from `first`, of the `size` that ran. */
type Portion = Pick<ToOpen, 'classMap' | 'classCount'> &
  Pick<ModelSpec, 'single'> & { first: number; count: number; size: number };

/**
 * Finds the best class of each image in a model's output, logits or probabilities, and its probability.
 *
 * @throws when the output is not one finite number for each class.
 */
export function readAnswers(output: Tensor, portion: Portion, answers: Answers): void {
  const { classMap, classCount, single, first, count, size } = portion;
  const expected = classMap?.length ?? classCount;
  const said = numbersOf(output);
  const values = single !== undefined && said.length === size ? twoOf(said, single) : said;
  const width = values.length / size;
  if (width !== expected) throw new Error(`it answers ${width} numbers an image where there are ${expected} classes`);
  for (let image = 0; image < count; image++) {
    const row = values.subarray(image * width, (image + 1) * width);
    let best = 0;
    for (let index = 0; index < width; index++) {
      const value = row[index]!;
      if (!Number.isFinite(value)) throw new Error('it answers numbers that are not finite');
      if (value > row[best]!) best = index;
    }
    answers.classes[first + image] = classMap ? (classMap[best] ?? ABSTAINED) : best;
    answers.scores[first + image] = Math.round(probabilityOf(row, best) * 65_535);
  }
}

/** One number an image is the second of two classes: the probability of both. */
function twoOf(values: Float32Array, single: 'probability' | 'logit'): Float32Array {
  return Float32Array.from({ length: 2 * values.length }, (_, at) => {
    const value = values[at >> 1]!;
    const second = single === 'probability' ? value : 1 / (1 + Math.exp(-value));
    return at % 2 === 1 ? second : 1 - second;
  });
}

function numbersOf(output: Tensor): Float32Array {
  const { type, data } = output;
  if (type === 'float32') return data as Float32Array;
  if (type === 'float64' || type === 'uint8' || type === 'int8') return Float32Array.from(data as Float64Array);
  if (type !== 'float16') throw new Error(`its output holds ${type}, no scores`);
  const { buffer, byteOffset, length } = data as Uint16Array;
  return Float32Array.from(new Uint16Array(buffer as ArrayBuffer, byteOffset, length), fromHalf);
}

/** What already looks like probabilities is taken as such; all else goes through a softmax. */
function probabilityOf(row: Float32Array, best: number): number {
  const highest = row[best]!;
  let sum = 0;
  let exponentials = 0;
  let isDistribution = true;
  for (const value of row) {
    sum += value;
    exponentials += Math.exp(value - highest);
    isDistribution &&= value >= 0 && value <= 1;
  }
  return isDistribution && Math.abs(sum - 1) < 0.01 ? highest : 1 / exponentials;
}
