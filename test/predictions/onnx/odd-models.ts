import { type Graph, type Value, type Weights, writeOnnx } from './onnx-writer.ts';

/** What makes a model special; everything left out is ordinary. */
export type Oddity = {
  size?: number | string;
  /** Of the input, instead of what follows from the others. */
  shape?: (number | string)[];
  /** The model's; a gray one answers 0 for a bright image, 2 for a dark one. */
  channels?: 1 | 3;
  batch?: number | string;
  layout?: 'NCHW' | 'NHWC';
  type?: 'float32' | 'float16' | 'uint8';
  /** Class order: `rgb` answers 0 for a red image, `bgr` for a blue one. */
  order?: 'rgb' | 'bgr';
  isProbability?: boolean;
  /** Its scores in a byte each, by what is the smallest and the largest of a run. */
  isDynamicallyQuantized?: boolean;
  /** Takes the images of a run for one, by a shape that was written into the graph when it was exported. */
  isOneRow?: boolean;
  /** The outputs in their order, instead of `scores` alone; see `OUTPUTS`. */
  outputs?: (keyof typeof OUTPUTS)[];
  external?: string;
  trouble?: 'NaN' | 'endless' | 'crash' | 'greedy';
  metadata?: Record<string, string>;
};

/** What a model may answer with, and how it is made of the scores. */
const OUTPUTS = {
  scores: { from: 'plain', op: 'Identity', width: 3 },
  /** The mean of each channel: no scores, though as many. */
  features: { from: 'means', op: 'Concat', width: 6 },
  probabilities: { from: 'plain', op: 'Softmax', width: 3 },
  logits: { from: 'plain', op: 'Identity', width: 3 },
  /** Of a second head, which helps in training only. */
  aux_logits: { from: 'flat', op: 'Neg', width: 3 },
  second_head: { from: 'flat', op: 'Neg', width: 3 },
  label: { from: 'plain', op: 'ArgMax', width: 0 },
  maps: { from: 'plain', op: 'ZipMap', width: 0 },
  /** How red it is, as one number. */
  is_red: { from: 'redness', op: 'Sigmoid', width: 1 },
  redness_logit: { from: 'redness', op: 'Identity', width: 1 },
} as const;

/** A model that knows red from green from blue: the mean of each channel is its score. */
export function colorModel(oddity: Oddity = {}): Buffer {
  const { batch = 'N', type = 'float32', channels = 3, outputs = ['scores'] } = oddity;
  const graph: Graph = {
    nodes: headOf(oddity),
    inputs: [{ name: 'image', type, shape: shapeOf(oddity) }],
    outputs: [],
    weights: [
      channels === 1
        ? { name: 'weights', shape: [1, 3], data: Float32Array.from([1, 0, -1]) }
        : { ...WEIGHTS[oddity.order ?? 'rgb'], ...(oddity.external && { external: oddity.external }) },
      { name: 'red weights', shape: [channels, 1], data: Float32Array.from([8, -4, -4].slice(0, channels)) },
      { name: 'red bias', shape: [1], data: Float32Array.from([0]) },
    ],
  };
  if (oddity.isDynamicallyQuantized) addQuantization(graph);
  if (oddity.isOneRow) addOneRow(graph);
  graph.nodes.push({ op: 'Identity', inputs: [addTrouble(graph, oddity.trouble)], outputs: ['before'] });
  for (const name of outputs) addOutput(graph, name, batch, type === 'float16' ? 'float16' : 'float32');
  return writeOnnx(graph, oddity.metadata);
}

function addOutput(
  graph: Graph,
  name: keyof typeof OUTPUTS,
  batch: number | string,
  float: 'float16' | 'float32',
): void {
  const { from, op, width } = OUTPUTS[name];
  const source = from === 'plain' ? 'before' : from;
  if (name === 'maps') {
    graph.nodes.push(nodeOf(op, source, name));
    graph.outputs.push({ name, type: 'maps', shape: [] });
    return;
  }
  const type = name === 'label' ? 'int64' : float;
  const to = { float16: 10, float32: 1, int64: 7 }[type];
  graph.nodes.push(nodeOf(op, source, `made ${name}`));
  graph.nodes.push({ op: 'Cast', inputs: [`made ${name}`], outputs: [name], attributes: { to } });
  graph.outputs.push({ name, type, shape: name === 'label' ? [batch] : [batch, width] });
}

function shapeOf({ size = 8, batch = 'N', layout = 'NCHW', channels = 3, shape }: Oddity): (number | string)[] {
  return shape ?? (layout === 'NCHW' ? [batch, channels, size, size] : [batch, size, size, channels]);
}

/** From the image to three scores, and to how red it is (`redness`, around zero for values from 0 to 1). */
function headOf({ layout = 'NCHW', isProbability }: Oddity): Graph['nodes'] {
  return [
    { op: 'Cast', inputs: ['image'], outputs: ['numbers'], attributes: { to: 1 } },
    layout === 'NCHW'
      ? { op: 'Identity', inputs: ['numbers'], outputs: ['planes'] }
      : { op: 'Transpose', inputs: ['numbers'], outputs: ['planes'], attributes: { perm: [0, 3, 1, 2] } },
    { op: 'GlobalAveragePool', inputs: ['planes'], outputs: ['means'] },
    { op: 'Flatten', inputs: ['means'], outputs: ['flat'], attributes: { axis: 1 } },
    { op: 'MatMul', inputs: ['flat', 'weights'], outputs: ['sound'] },
    { op: isProbability ? 'Softmax' : 'Identity', inputs: ['sound'], outputs: ['whole'] },
    { op: 'Identity', inputs: ['whole'], outputs: ['plain'] },
    { op: 'Gemm', inputs: ['flat', 'red weights', 'red bias'], outputs: ['redness'] },
  ];
}

/** What comes between the whole scores and the plain ones instead of nothing. */
function put(graph: Graph, ...nodes: Graph['nodes']): void {
  const at = graph.nodes.findIndex(({ outputs }) => outputs.includes('plain'));
  graph.nodes.splice(at, 1, ...nodes);
}

function addQuantization(graph: Graph): void {
  put(
    graph,
    { op: 'DynamicQuantizeLinear', inputs: ['whole'], outputs: ['bytes', 'scale', 'zero'] },
    { op: 'DequantizeLinear', inputs: ['bytes', 'scale', 'zero'], outputs: ['plain'] },
  );
}

function addOneRow(graph: Graph): void {
  graph.weights!.push({ name: 'one row', shape: [2], data: BigInt64Array.from([1n, -1n]) });
  put(
    graph,
    { op: 'Reshape', inputs: ['whole', 'one row'], outputs: ['row'] },
    { op: 'Softmax', inputs: ['row'], outputs: ['plain'], attributes: { axis: 1 } },
  );
}

function nodeOf(op: string, from: string, to: string): Graph['nodes'][number] {
  if (op === 'Concat') return { op, inputs: ['flat', 'flat'], outputs: [to], attributes: { axis: 1 } };
  if (op === 'ArgMax') return { op, inputs: [from], outputs: [to], attributes: { axis: 1, keepdims: 0 } };
  if (op === 'ZipMap') {
    const domain = 'ai.onnx.ml';
    return { op, domain, inputs: [from], outputs: [to], attributes: { classlabels_int64s: [0, 1, 2] } };
  }
  return { op, inputs: [from], outputs: [to] };
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
