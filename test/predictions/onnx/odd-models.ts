import { type Graph, type Value, type Weights, writeOnnx } from './onnx-writer.ts';

/** What makes a model special; everything left out is ordinary. */
export type Oddity = {
  size?: number | string;
  batch?: number | string;
  layout?: 'NCHW' | 'NHWC';
  type?: 'float32' | 'float16' | 'uint8';
  /** Class order: `rgb` answers 0 for a red image, `bgr` for a blue one. */
  order?: 'rgb' | 'bgr';
  isProbability?: boolean;
  /** Puts another output before the real one, which is called `scores`. */
  hasSecondOutput?: boolean;
  external?: string;
  trouble?: 'NaN' | 'endless' | 'crash' | 'greedy';
  metadata?: Record<string, string>;
};

/** A model that knows red from green from blue: the mean of each channel is its score. */
export function colorModel(oddity: Oddity = {}): Buffer {
  const { size = 8, batch = 'N', layout = 'NCHW', type = 'float32', hasSecondOutput = false } = oddity;
  const shape = layout === 'NCHW' ? [batch, 3, size, size] : [batch, size, size, 3];
  const graph: Graph = {
    nodes: [
      { op: 'Cast', inputs: ['image'], outputs: ['numbers'], attributes: { to: 1 } },
      layout === 'NCHW'
        ? { op: 'Identity', inputs: ['numbers'], outputs: ['planes'] }
        : { op: 'Transpose', inputs: ['numbers'], outputs: ['planes'], attributes: { perm: [0, 3, 1, 2] } },
      { op: 'GlobalAveragePool', inputs: ['planes'], outputs: ['means'] },
      { op: 'Flatten', inputs: ['means'], outputs: ['flat'], attributes: { axis: 1 } },
      { op: 'MatMul', inputs: ['flat', 'weights'], outputs: ['sound'] },
      { op: oddity.isProbability ? 'Softmax' : 'Identity', inputs: ['sound'], outputs: ['plain'] },
    ],
    inputs: [{ name: 'image', type, shape }],
    outputs: [],
    weights: [{ ...WEIGHTS[oddity.order ?? 'rgb'], ...(oddity.external && { external: oddity.external }) }],
  };
  graph.nodes.push({ op: 'Identity', inputs: [addTrouble(graph, oddity.trouble)], outputs: ['before'] });
  graph.nodes.push({
    op: 'Cast',
    inputs: ['before'],
    outputs: ['scores'],
    attributes: { to: type === 'float16' ? 10 : 1 },
  });
  if (hasSecondOutput) graph.outputs.push({ name: 'means', type: 'float32', shape: [batch, 3, 1, 1] });
  graph.outputs.push({ name: 'scores', type: type === 'float16' ? 'float16' : 'float32', shape: [batch, 3] });
  return writeOnnx(graph, oddity.metadata);
}

/** The bytes of the weights, for a model that keeps them in a file of its own. */
export const WEIGHT_BYTES = Buffer.from(Float32Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1]).buffer);

const WEIGHTS: Record<'rgb' | 'bgr', Weights> = {
  rgb: { name: 'weights', shape: [3, 3], data: Float32Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1]) },
  bgr: { name: 'weights', shape: [3, 3], data: Float32Array.from([0, 0, 1, 0, 1, 0, 1, 0, 0]) },
};

/** Lengthens the graph by something that goes wrong when it runs, not when it loads. */
function addTrouble(graph: Graph, trouble: Oddity['trouble']): string {
  const constant = (name: string, shape: number[], data: Weights['data']) => graph.weights!.push({ name, shape, data });
  const add = (op: string, inputs: string[], output: string, attributes = {}) =>
    graph.nodes.push({ op, inputs, outputs: [output], attributes });
  if (trouble === 'NaN') {
    add('Sub', ['plain', 'plain'], 'zero');
    add('Div', ['zero', 'zero'], 'end');
  } else if (trouble === 'crash') {
    // The smallest whole number divided by -1 is a signal from the processor, and ONNX Runtime lets it end the process.
    constant('smallest', [1], BigInt64Array.from([-(2n ** 63n)]));
    constant('minus one', [1], BigInt64Array.from([-1n]));
    add('Sub', ['plain', 'plain'], 'nothing');
    add('Cast', ['nothing'], 'zero', { to: 7 });
    add('Add', ['zero', 'smallest'], 'numerator');
    add('Add', ['zero', 'minus one'], 'denominator');
    add('Div', ['numerator', 'denominator'], 'quotient');
    add('Cast', ['quotient'], 'end', { to: 1 });
  } else if (trouble === 'greedy') {
    // 4 GB of zeros, in steps that a watch can see.
    constant('shape', [3], BigInt64Array.from([100n, 3200n, 3200n]));
    add('ReduceMax', ['plain'], 'one', { keepdims: 0 });
    add('Expand', ['one', 'shape'], 'huge');
    add('ReduceSum', ['huge'], 'sum', { keepdims: 0 });
    add('Add', ['plain', 'sum'], 'end');
  } else if (trouble === 'endless') {
    constant('times', [], BigInt64Array.from([2n ** 60n]));
    const state: Value = { name: 'state', type: 'float32', shape: ['a', 'b'] };
    const body: Graph = {
      nodes: [
        { op: 'Identity', inputs: ['goes on'], outputs: ['goes on still'] },
        { op: 'Neg', inputs: ['state'], outputs: ['next state'] },
      ],
      inputs: [{ name: 'turn', type: 'int64', shape: [] }, { name: 'goes on', type: 'bool', shape: [] }, state],
      outputs: [
        { name: 'goes on still', type: 'bool', shape: [] },
        { ...state, name: 'next state' },
      ],
    };
    add('Loop', ['times', '', 'plain'], 'end', { body });
  } else {
    return 'plain';
  }
  return 'end';
}
