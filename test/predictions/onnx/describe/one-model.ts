import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { DescribedModel } from '../../../../src/predictions/onnx/describe/described-model.ts';
import type { ModelDescription } from '../../../../src/predictions/onnx/describe/model-description.ts';
import { readModel } from '../../../../src/predictions/onnx/describe/read-model.ts';
import { colorModel, type Oddity } from '../odd-models.ts';
import { put } from '../picture.ts';

/** A model called `net`, with what lies beside it and what the settings say. */
export type Setup = {
  readonly model?: Oddity;
  /** Beside it, by name; text as it is, all else as JSON. */
  readonly files?: Readonly<Record<string, object | string | Buffer>>;
  readonly descriptions?: readonly ModelDescription[];
};

/** What is made of it, in this process. Throws with the reason it would be left out for. */
export async function describeOne({ model = {}, files = {}, descriptions = [] }: Setup): Promise<DescribedModel> {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-one-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await put(folder, 'net.onnx', colorModel({ size: 'S', ...model }));
  for (const [name, content] of Object.entries(files)) {
    await put(
      folder,
      name,
      typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content),
    );
  }
  return readModel('net', join(folder, 'net.onnx'), descriptions, () => undefined);
}

/** Its input in a line: size, order, numbers. */
export async function inputOf(setup: Setup): Promise<string> {
  const { spec } = await describeOne(setup);
  const { framing, layout, channels, mean, std, scale } = spec;
  const { width, height, shortestEdge, stretchedTo, cropStart, filter } = framing;
  const isCut = shortestEdge > 0 || stretchedTo[0] !== width || stretchedTo[1] !== height;
  const whole = shortestEdge > 0 ? `edge ${shortestEdge}` : `of ${stretchedTo.join(' x ')}`;
  const pixels = `${width} x ${height}${isCut ? ` ${cropStart} ${whole}` : ''} ${filter}`;
  const each = (values: readonly number[]) =>
    [...new Set(values.map((value) => Number(value.toPrecision(4))))].join(' ');
  return `${pixels}, ${channels} ${layout}, mean ${each(mean)} std ${each(std)} of 0 to ${Number((255 * scale).toPrecision(4))}`;
}
