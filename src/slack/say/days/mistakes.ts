import type { KnownBlock, ModalView } from '@slack/types';
import type { ImageFile, Mistake, Mistakes } from '../../../task/people.ts';
import { actions, button, context, modal, nameResult, section } from '../blocks.ts';
import { sentences } from '../sentences.ts';

const say = sentences.mistakes;

/** A modal holds 100 blocks; a mistake takes two. */
export const mistakesMax = 40;

/** What a model got wrong, for one person; each image can be put to people again while the result stands. */
export function mistakesView(
  found: Mistakes,
  fileOf: (image: ImageFile) => string | undefined,
  note?: string,
): ModalView {
  const { model, mistakes } = found;
  const blocks: KnownBlock[] = note === undefined ? [] : [context(note)];
  blocks.push(section(mistakes.length === 0 ? say.none(found) : say.found(found)));
  if (mistakes.length > 1) blocks.push(context(say.suspects));
  blocks.push(...mistakes.slice(0, mistakesMax).flatMap((one) => mistakeBlocks(one, found, fileOf(one.image))));
  if (mistakes.length > mistakesMax) blocks.push(context(say.more(mistakes.length - mistakesMax)));
  return { ...modal('mistakes', say, blocks), private_metadata: JSON.stringify({ batch: found.batch, model }) };
}

function mistakeBlocks(mistake: Mistake, { batch, model, result }: Mistakes, file: string | undefined): KnownBlock[] {
  const accessory = file !== undefined && {
    accessory: { type: 'image' as const, slack_file: { id: file }, alt_text: say.alt },
  };
  const shown = { ...section(say.entry(mistake, model)), ...accessory };
  if (result === undefined) return [shown];
  if (mistake.isAskedAgain) return [shown, context(say.askedAgain)];
  const value = `${nameResult(batch, result)}:${mistake.number}`;
  return [shown, actions(`again:${value}`, [button(say.again, 'ask-again', value)])];
}
