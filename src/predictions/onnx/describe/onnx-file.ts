import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

/**
 * One input or output as the file declares it. A dimension is a number, or the name of one left open; what is not a tensor
 * (a list or a map) has element type 0.
 */
export type TensorInfo = { name: string; elementType: number; shape: (number | string)[] | undefined };

/** How an output comes about: the tensor it passes on, the operation that makes that, and what it makes it of. */
export type Ending = { readonly tensor: string; readonly op: string; readonly of: string };

/** What an ONNX file says about itself, read without loading its weights and without ONNX Runtime. */
export type OnnxHeader = {
  inputs: TensorInfo[];
  outputs: TensorInfo[];
  /** Of each output, by name. */
  endings: ReadonlyMap<string, Ending>;
  /** Whether it scales its numbers by what it finds in all images of a run, so that an answer depends on the others. */
  scalesByRun: boolean;
  metadata: Map<string, string>;
  /** Names of files beside this one that hold weights, sorted. */
  externalFiles: string[];
};

/** ONNX's own numbers for the element types a classifier's input or output may have. */
export const ELEMENT_TYPES = new Map([
  [1, 'float32'],
  [2, 'uint8'],
  [3, 'int8'],
  [10, 'float16'],
  [11, 'float64'],
]);

/** Reads the declared inputs, outputs, metadata and external files of an ONNX file; throws where it is not one.
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto for the field numbers */
export function readOnnxHeader(path: string): OnnxHeader {
  if (!statSync(path).isFile()) throw new Error('it is not a file (a pipe, a device or a folder)');
  const file = openSync(path, 'r');
  try {
    return readModel({ file, start: 0, end: fstatSync(file).size });
  } finally {
    closeSync(file);
  }
}

/** Of one message. A damaged length may make a million fields of a weight's bytes. */
const FIELDS_MAX = 50_000;

/** A stretch of the file: weights are skipped by position, so a 2 GB model costs a few small reads. */
type Span = { file: number; start: number; end: number };
type Field = { number: number; value: number; span: Span };

function readModel(model: Span): OnnxHeader {
  const metadata = new Map<string, string>();
  let graph: Span | undefined;
  for (const field of fields(model)) {
    if (field.number === 7) graph = field.span;
    if (field.number === 14) metadata.set(...readEntry(field.span));
  }
  if (graph === undefined) throw new Error('it holds no graph');
  const inputs: TensorInfo[] = [];
  const outputs: TensorInfo[] = [];
  const weights = new Set<string>();
  const externalFiles = new Set<string>();
  const nodes: Span[] = [];
  for (const field of fields(graph)) {
    if (field.number === 1) nodes.push(field.span);
    if (field.number === 5) weights.add(readInitializer(field.span, externalFiles));
    if (field.number === 11) inputs.push(readTensorInfo(field.span));
    if (field.number === 12) outputs.push(readTensorInfo(field.span));
  }
  // Files older than IR version 4 list their weights among the inputs.
  const fed = inputs.filter((input) => !weights.has(input.name));
  const endings = new Map(outputs.map(({ name }) => [name, endingOf(name, nodes)]));
  const scalesByRun = nodes.some((node) => SCALES_BY_RUN.test(readNode(node).op));
  return { inputs: fed, outputs, endings, scalesByRun, metadata, externalFiles: [...externalFiles].sort() };
}

/**
 * Dynamic quantization takes the smallest and the largest number of a whole tensor, and so of all images of a run.
 *
 * @see https://onnx.ai/onnx/operators/onnx__DynamicQuantizeLinear.html
 */
const SCALES_BY_RUN = /^DynamicQuantize/;

/** These change how numbers are stored or laid out, not what they say. */
const PASSING_ON: ReadonlySet<string> = new Set([
  ...['Identity', 'Cast', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'DequantizeLinear', 'QuantizeLinear'],
]);

function endingOf(output: string, nodes: readonly Span[]): Ending {
  const { tensor, maker } = origin(output, nodes);
  if (!maker) return { tensor, op: '', of: '' };
  const [source = ''] = maker.inputs;
  return { tensor, op: maker.op, of: origin(source, nodes).tensor };
}

/** Nodes stand in the order they run, and outputs are made by the last, so few of them are read. */
function origin(output: string, nodes: readonly Span[]): { tensor: string; maker?: ReturnType<typeof readNode> } {
  let tensor = output;
  for (let at = nodes.length - 1; at >= 0; at--) {
    const node = readNode(nodes[at]!);
    if (!node.outputs.includes(tensor)) continue;
    if (!PASSING_ON.has(node.op)) return { tensor, maker: node };
    tensor = node.inputs[0] ?? '';
  }
  return { tensor };
}

function readNode(node: Span): { op: string; inputs: string[]; outputs: string[] } {
  const found = { op: '', inputs: [] as string[], outputs: [] as string[] };
  for (const field of fields(node)) {
    if (field.number === 1) found.inputs.push(text(field.span));
    if (field.number === 2) found.outputs.push(text(field.span));
    if (field.number === 4) found.op = text(field.span);
  }
  return found;
}

function readInitializer(tensor: Span, externalFiles: Set<string>): string {
  let name = '';
  for (const field of fields(tensor)) {
    if (field.number === 8) name = text(field.span);
    if (field.number === 13) {
      const [key, value] = readEntry(field.span);
      if (key === 'location') externalFiles.add(value);
    }
  }
  return name;
}

function readTensorInfo(valueInfo: Span): TensorInfo {
  const info: TensorInfo = { name: '', elementType: 0, shape: undefined };
  for (const field of fields(valueInfo)) {
    if (field.number === 1) info.name = text(field.span);
    if (field.number !== 2) continue;
    const tensorType = [...fields(field.span)].find((kind) => kind.number === 1);
    if (tensorType === undefined) continue; // a sequence or a map: no tensor at all
    for (const part of fields(tensorType.span)) {
      if (part.number === 1) info.elementType = part.value;
      if (part.number === 2) info.shape = [...fields(part.span)].map((dimension) => readDimension(dimension.span));
    }
  }
  return info;
}

function readDimension(dimension: Span): number | string {
  for (const field of fields(dimension)) {
    // Old exporters write -1 for an open one (ten bytes, read as 2^64 - 1), others 0.
    if (field.number === 1) return field.value > 0 && field.value < 2 ** 63 ? field.value : '?';
    if (field.number === 2) return text(field.span) || '?';
  }
  return '?';
}

function readEntry(entry: Span): [key: string, value: string] {
  let [key, value] = ['', ''];
  for (const field of fields(entry)) {
    if (field.number === 1) key = text(field.span);
    if (field.number === 2) value = text(field.span);
  }
  return [key, value];
}

function text(span: Span): string {
  const length = span.end - span.start;
  if (length > 16e6) throw new Error('a text in it is longer than 16 MB');
  return bytesAt(span.file, span.start, length).toString('utf8');
}

/** Walks the fields of one protobuf message in file order. */
function* fields(message: Span): Generator<Field> {
  const { file, end } = message;
  let at = message.start;
  for (let count = 0; at < end; count++) {
    if (count > FIELDS_MAX) throw new Error('it is damaged: no network has so many parts');
    // A tag and a length take at most 20 bytes, so one read serves both.
    const head = bytesAt(file, at, Math.min(20, end - at));
    const tag = readVarint(head, 0);
    const kind = tag.value % 8;
    let next = at + tag.length;
    let value = 0;
    if (kind === 0 || kind === 2) {
      const number = readVarint(head, tag.length);
      value = number.value;
      next += number.length;
    } else if (kind !== 1 && kind !== 5) throw new Error('it is damaged or no ONNX file');
    const length = kind === 2 ? value : kind === 1 ? 8 : kind === 5 ? 4 : 0;
    const span = { file, start: next, end: next + length };
    if (span.end > end) throw new Error('it ends too early or is not an ONNX file');
    yield { number: Math.floor(tag.value / 8), value, span };
    at = span.end;
  }
}

function readVarint(bytes: Buffer, offset: number): { value: number; length: number } {
  let value = 0;
  for (let index = offset; index < bytes.length && index < offset + 10; index++) {
    const byte = bytes[index]!;
    // Multiplied, not shifted: lengths beyond 2^31 occur, and shifts wrap there.
    value += (byte & 127) * 2 ** (7 * (index - offset));
    if (byte < 128) return { value, length: index - offset + 1 };
  }
  throw new Error('it is damaged or no ONNX file');
}

function bytesAt(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  const read = readSync(file, bytes, 0, length, position);
  if (read < length) throw new Error('it ends too early');
  return bytes;
}
