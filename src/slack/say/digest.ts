import type { Digest } from '../../task/people.ts';
import { context, type Rendered, rendered, section } from './blocks.ts';
import { sentences } from './sentences.ts';

const say = sentences.digest;

/** The daily announcement: what is deployed, how sure we are and of what, and what changed. */
export function renderDigest({ date, deployed, previous, round }: Digest): Rendered {
  const lines = [`*${say.title(date)}*`];
  if (deployed === undefined) lines.push(say.nothing);
  else lines.push(say.deployed(deployed.result.model), say.claim(deployed.batch, deployed.result));
  const blocks: Rendered['blocks'] = [section(lines.join('\n'))];
  if (deployed !== undefined && previous !== undefined) {
    const isSame = previous.result.model === deployed.result.model;
    blocks.push(context(isSame ? say.unchanged : say.changed(previous.result.model)));
  }
  if (round?.isOpen) blocks.push(context(say.open(round.batch, round.progress)));
  return rendered(`${say.title(date)}: ${say.text(deployed?.result.model)}`, blocks);
}
