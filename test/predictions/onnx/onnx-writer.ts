/** A node of an ONNX graph: what it does, what it reads, what it gives. */
type Node = {
  op: string;
  inputs: string[];
  outputs: string[];
  attributes?: Record<string, number | number[] | Graph>;
  domain?: string;
};

/** An input or output: a dimension is a number, or the name of an open one. */
export type Value = {
  name: string;
  /** A sequence of maps is what scikit-learn's exporter makes of probabilities unless told otherwise. */
  type: 'float32' | 'float16' | 'uint8' | 'int64' | 'bool' | 'string' | 'maps';
  /** A dimension without a name is `''`; old exporters write -1 for an open one. */
  shape: (number | string)[];
};

/** A constant of the graph; with `external`, only the file that holds its bytes is named. */
export type Weights = { name: string; shape: number[]; data: Float32Array | BigInt64Array; external?: string };

export type Graph = { nodes: Node[]; inputs: Value[]; outputs: Value[]; weights?: Weights[] };

/** The bytes of an ONNX file (opset 17): just enough of the format to make odd models for tests.
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto for the field numbers */
export function writeOnnx(graph: Graph, metadata: Record<string, string> = {}): Buffer {
  return Buffer.concat([
    varint(1, 8),
    message(8, [text(1, ''), varint(2, 17)]),
    message(8, [text(1, 'ai.onnx.ml'), varint(2, 2)]),
    message(7, writeGraph(graph)),
    ...Object.entries(metadata).map(([key, value]) => message(14, [text(1, key), text(2, value)])),
  ]);
}

const TYPES = { float32: 1, uint8: 2, int64: 7, string: 8, bool: 9, float16: 10 };

function writeGraph({ nodes, inputs, outputs, weights = [] }: Graph): Buffer[] {
  return [
    ...nodes.map((node) => message(1, writeNode(node))),
    text(2, 'graph'),
    ...weights.map((tensor) => message(5, writeWeights(tensor))),
    ...inputs.map((value) => message(11, writeValue(value))),
    ...outputs.map((value) => message(12, writeValue(value))),
  ];
}

function writeNode({ op, inputs, outputs, domain = '', attributes = {} }: Node): Buffer[] {
  return [
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, op),
    text(7, domain),
    ...Object.entries(attributes).map(([name, value]) => message(5, [text(1, name), ...writeAttribute(value)])),
  ];
}

function writeAttribute(value: number | number[] | Graph): Buffer[] {
  if (typeof value === 'number') return [varint(3, value), varint(20, 2)];
  if (Array.isArray(value)) return [...value.map((item) => varint(8, item)), varint(20, 7)];
  return [message(6, writeGraph(value)), varint(20, 5)];
}

function writeWeights({ name, shape, data, external }: Weights): Buffer[] {
  const type = data instanceof Float32Array ? TYPES.float32 : TYPES.int64;
  const head = [...shape.map((size) => varint(1, size)), varint(2, type), text(8, name)];
  if (external === undefined) {
    return [...head, bytes(9, Buffer.from(data.buffer, data.byteOffset, data.byteLength))];
  }
  return [...head, message(13, [text(1, 'location'), text(2, external)]), varint(14, 1)];
}

function writeValue({ name, type, shape }: Value): Buffer[] {
  if (type === 'maps') {
    const map = message(5, [varint(1, TYPES.int64), message(2, [message(1, [varint(1, TYPES.float32)])])]);
    return [text(1, name), message(2, [message(4, [message(1, [map])])])];
  }
  const dimensions = shape.map((size) => message(1, writeDimension(size)));
  return [text(1, name), message(2, [message(1, [varint(1, TYPES[type]), message(2, dimensions)])])];
}

function writeDimension(size: number | string): Buffer[] {
  if (size === '') return [];
  return [typeof size === 'number' ? varint(1, size) : text(2, size)];
}

function message(field: number, parts: Buffer[]): Buffer {
  return bytes(field, Buffer.concat(parts));
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value));
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([number(field * 8 + 2), number(value.length), value]);
}

function varint(field: number, value: number): Buffer {
  return Buffer.concat([number(field * 8), number(value)]);
}

function number(value: number): Buffer {
  // Two's complement in 64 bits, ten bytes long.
  if (value < 0) return Buffer.from([...Buffer.alloc(9, 0xff), 1]);
  const digits: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...digits, rest]);
    digits.push((rest % 128) + 128);
  }
}
