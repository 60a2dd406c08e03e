import type { KnownBlock, ModalView } from '@slack/types';
import type { SlackSettings } from '../settings.ts';
import { image, modal, section } from './blocks.ts';
import { bold, safe } from './mrkdwn.ts';
import { sentences } from './sentences.ts';

/** A modal holds 100 blocks; each class takes up to two. */
const maxClasses = 45;

/** What each class means, with an example image where there is one. `fileOf` finds local images on Slack. */
export function guidelinesView(
  guidelines: NonNullable<SlackSettings['guidelines']>,
  fileOf: (path: string) => string | undefined,
): ModalView {
  const blocks = Object.entries(guidelines)
    .slice(0, maxClasses)
    .flatMap(([name, { text, image: picture }]) => {
      const parts: KnownBlock[] = [section(text === undefined ? bold(name) : `${bold(name)}\n${safe(text)}`)];
      if (picture !== undefined) parts.push(...example(picture, fileOf));
      return parts;
    });
  const words = { title: sentences.guidelines.title, close: sentences.history.close };
  return modal('guidelines', words, blocks.length === 0 ? [section(sentences.notes.noGuidelines)] : blocks);
}

function example(picture: string, fileOf: (path: string) => string | undefined): KnownBlock[] {
  const alt = sentences.guidelines.alt;
  if (picture.startsWith('https://')) return [{ type: 'image', image_url: picture, alt_text: alt }];
  const file = fileOf(picture);
  return file === undefined ? [] : [image(file, alt)];
}
