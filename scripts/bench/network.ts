import { type Graph, writeOnnx } from '../../test/predictions/onnx/onnx-writer.ts';

/** A convolutional network with made-up weights: `blocks` of one kind, every second of which halves the image. */
export type Network = {
  readonly kind: 'plain' | 'residual' | 'separable';
  readonly size: number;
  readonly channels: number;
  readonly blocks: number;
  /** Numbers in a wide last layer, for models whose weights are large and whose work is not. */
  readonly wide?: number;
};

export const CLASS_COUNT = 10;

/** The bytes of the network as an ONNX file, with the names Hugging Face gives its inputs and outputs. */
export function networkFile({ kind, size, channels, blocks, wide }: Network, seed: number): Buffer {
  const graph: Graph & Required<Pick<Graph, 'weights'>> = {
    nodes: [],
    inputs: [{ name: 'pixel_values', type: 'float32', shape: ['batch', 3, size, size] }],
    outputs: [{ name: 'logits', type: 'float32', shape: ['batch', CLASS_COUNT] }],
    weights: [],
  };
  const weights = (shape: number[]) => {
    const name = `weights ${graph.weights.length}`;
    const length = shape.reduce((product, side) => product * side, 1);
    const size = Math.sqrt((3 * shape[0]!) / length);
    const data = Float32Array.from({ length }, (_, at) => size * Math.sin((at + 1) * (seed + 2)));
    graph.weights.push({ name, shape, data });
    return name;
  };
  const add = (op: string, inputs: string[], attributes = {}, output = `${op} ${graph.nodes.length}`) => {
    graph.nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  };
  const conv = (input: string, from: number, to: number, side: number, stride = 1, group = 1) => {
    const pads = Array(4).fill((side - 1) / 2);
    const kernel = weights([to, from / group, side, side]);
    return add('Relu', [add('Conv', [input, kernel], { pads, strides: [stride, stride], group })]);
  };

  let width = channels;
  let last = conv('pixel_values', 3, width, 3, 2);
  for (let block = 0; block < blocks; block++) {
    const stride = block % 2 === 1 ? 2 : 1;
    const next = width * stride;
    if (kind === 'separable') last = conv(conv(last, width, width, 3, stride, width), width, next, 1);
    else last = conv(last, width, next, 3, stride);
    if (kind === 'residual') last = add('Add', [conv(last, next, next, 3), last]);
    width = next;
  }
  last = add('Flatten', [add('GlobalAveragePool', [last])], { axis: 1 });
  if (wide !== undefined) last = add('MatMul', [last, weights([width, wide])]);
  add('MatMul', [last, weights([wide ?? width, CLASS_COUNT])], {}, 'logits');
  return writeOnnx(graph);
}
