import { ELEMENT_TYPES, type Ending, type OnnxHeader, type TensorInfo } from './onnx-file.ts';

/** An output as it can be read. */
export type Output = {
  readonly name: string;
  /** Numbers an image, where the file says it. */
  readonly width: number | undefined;
  /** `undefined` where it holds no scores: numbers of classes, texts, lists, maps. */
  readonly type: 'float' | 'byte' | undefined;
  readonly ending: Ending | undefined;
};

/** A file's outputs, with what is known of each. */
export function outputsOf({ outputs, endings }: OnnxHeader): Output[] {
  return outputs.map((info) => ({
    name: info.name,
    width: widthOf(info),
    type: typeOf(info),
    ending: endings.get(info.name),
  }));
}

function widthOf({ shape }: TensorInfo): number | undefined {
  const sizes = shape?.slice(1);
  if (!sizes || sizes.length === 0) return shape?.length === 1 ? 1 : undefined;
  return sizes.every((size) => typeof size === 'number')
    ? sizes.reduce((product, size) => product * size, 1)
    : undefined;
}

function typeOf({ elementType }: TensorInfo): Output['type'] {
  const name = ELEMENT_TYPES.get(elementType);
  if (name === undefined) return undefined;
  return name.startsWith('float') ? 'float' : 'byte';
}

/**
 * The output with a score for each of `count` classes. One that only helps in training is never taken for it, and of
 * two that say the same (logits and their softmax) the one that is further on. `namedBy` says where the classes stand.
 *
 * @throws when there is none, or it cannot be told which, with the cure.
 */
export function chooseOutput(
  outputs: readonly Output[],
  wanted: string | undefined,
  count: number,
  namedBy?: string,
): Output {
  const classes = `${count} classes${namedBy === undefined ? '' : ` (${namedBy})`}`;
  if (wanted !== undefined) return named(outputs, wanted, count, classes);
  const scores = outputs.filter(({ type }) => type !== undefined);
  if (scores.length === 0) throw new Error(`none of its outputs holds scores (${listOf(outputs)}): ${CURE}`);
  const fitting = scores.filter((output) => fits(output, count));
  const [only] = fitting;
  if (only === undefined) {
    const [first] = scores;
    if (outputs.length > 1)
      throw new Error(`none of its outputs has a number for each of the ${classes} (${listOf(outputs)})`);
    throw new Error(`it answers ${first!.width} numbers an image where there are ${classes}`);
  }
  const known = fitting.filter(({ width }) => width !== undefined);
  return soleOf(known.length > 0 ? known : fitting);
}

const CURE = 'export it with probabilities as one tensor, with scikit-learn’s by options={"zipmap": False}';

function named(outputs: readonly Output[], wanted: string, count: number, classes: string): Output {
  const output = outputs.find(({ name }) => name === wanted);
  if (!output) throw new Error(`it has no output "${wanted}", only: ${outputs.map(({ name }) => name).join(', ')}`);
  if (output.type === undefined)
    throw new Error(`its output "${wanted}" holds no scores (${listOf(outputs)}): ${CURE}`);
  if (!fits(output, count)) {
    throw new Error(`its output "${wanted}" answers ${output.width} numbers an image where there are ${classes}`);
  }
  return output;
}

function fits({ width }: Output, count: number): boolean {
  return width === undefined || width === count || (width === 1 && count === 2);
}

function soleOf(fitting: readonly Output[]): Output {
  const floats = fitting.filter(({ type }) => type === 'float');
  const main = (floats.length > 0 ? floats : fitting).filter(({ name }) => !/aux/i.test(name));
  // Whoever says the same as another that stays is not a second opinion.
  const ends = new Map(main.map((output) => [output.ending?.tensor, output]));
  const last = [...ends.values()].filter((output) => !main.some((other) => isMadeOf(other, output)));
  const logits = last.find(({ name }) => name === 'logits');
  if (last.length === 1) return last[0]!;
  if (logits) return logits;
  throw new Error(
    `it is not clear which of its outputs to read (${listOf(fitting)}): say "output" in a modelpicker.json beside it`,
  );
}

/** Whether `other` is the softmax of `output`. */
function isMadeOf({ ending: other }: Output, { ending }: Output): boolean {
  return /^(Softmax|LogSoftmax|Sigmoid)$/.test(other?.op ?? '') && other?.of === ending?.tensor;
}

function listOf(outputs: readonly Output[]): string {
  return outputs
    .map(({ name, width, type }) => `${name}: ${type === undefined ? 'no scores' : `${width ?? 'any'} numbers`}`)
    .join(', ');
}

/** What one number for two classes is: the network's last step tells. */
export function singleOf({ width, ending }: Output, count: number): 'probability' | 'logit' | undefined {
  if (width === 2 || count !== 2) return undefined;
  return /^(Sigmoid|HardSigmoid|Clip)$/.test(ending?.op ?? '') ? 'probability' : 'logit';
}
