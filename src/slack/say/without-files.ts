import type { HomeView, KnownBlock, ModalView } from '@slack/types';
import { context, type Rendered, section } from './blocks.ts';
import { sentences } from './sentences.ts';

/** Anything of blocks that is sent to Slack. */
export type Shown = Rendered | ModalView | HomeView;

/** Ids of the files on Slack that blocks show, block by block. */
export function filesIn(blocks: readonly object[]): string[][] {
  return blocks.map((block) => {
    const { slack_file, accessory } = block as { slack_file?: File; accessory?: { slack_file?: File } };
    return [slack_file?.id, accessory?.slack_file?.id].filter((id) => id !== undefined);
  });
}

type File = { readonly id?: string };

/**
 * The same without the images that Slack did not take. Something stands in their place, and a window that asks about an
 * image it cannot show stops asking: nobody should label what they cannot see.
 */
export function withoutFiles<S extends Shown>(shown: S, refused: ReadonlySet<string>): S {
  if (refused.size === 0) return shown;
  const blocks = shown.blocks as KnownBlock[];
  const isRefused = (file: File | undefined) => file?.id !== undefined && refused.has(file.id);
  const isUnseen = blocks.some((block) => isQuestion(block) && isRefused(block.slack_file));
  if (isUnseen && 'submit' in shown) return askingNothing(shown);
  return {
    ...shown,
    blocks: blocks.map((block) => {
      if (block.type === 'section' && block.accessory?.type === 'image' && isRefused(fileOf(block.accessory))) {
        const { accessory: _refused, ...rest } = block;
        return rest;
      }
      if (block.type !== 'image' || !isRefused(fileOf(block))) return block;
      return isQuestion(block) ? section(sentences.card.imageMissing) : context(sentences.picture.notShown);
    }),
  };
}

function isQuestion(block: KnownBlock): block is KnownBlock & { slack_file?: File } {
  return block.type === 'image' && block.alt_text === sentences.card.alt;
}

function fileOf(image: object): File | undefined {
  return (image as { slack_file?: File }).slack_file;
}

function askingNothing<S extends Shown>(window: S): S {
  const { submit: _submit, private_metadata: _question, ...view } = window as Partial<ModalView>;
  const kept = (view.blocks as KnownBlock[]).filter(({ type }) => type === 'section' || type === 'context');
  return { ...view, callback_id: 'notice', blocks: [...kept, section(sentences.lane.imageNotShown)] } as unknown as S;
}
