import { z } from 'zod';
import { nearest } from '../../../nearest.ts';
import type { MistakesOutcome, MistakesRequest } from '../../../task/asking/verbs.ts';
import { type Parts, tell, type Visitor } from '../../parts.ts';
import { resultNamed } from '../../say/blocks.ts';
import { mistakesMax, mistakesView } from '../../say/days/mistakes.ts';
import { sentences } from '../../say/sentences.ts';
import { bringImages } from '../history.ts';

const say = sentences.mistakes;

/** The labeled images that a model got wrong, in a window; of the batch's winner where no model is named. */
export async function showMistakes(parts: Parts, visitor: Visitor, of: MistakesRequest): Promise<void> {
  const found = await parts.task.mistakes(of);
  if (found.kind !== 'mistakes') return tell(visitor, refusalOf(found, of));
  const view = () => mistakesView(found, parts.channel.images.fileOf);
  const window = await visitor.reply.open(view());
  if (await bringImages(parts, found.mistakes.slice(0, mistakesMax))) await visitor.reply.update(window.id, view());
}

const kept = z.object({ batch: z.string(), model: z.string() });

/** Has somebody else look at the image that the button names, as `batch:result:image`. */
export async function askAgain(parts: Parts, visitor: Visitor, value: string): Promise<void> {
  const [, winner = '', image = ''] = /^(.+):(\d+)$/.exec(value) ?? [];
  const named = resultNamed(winner);
  const { modal, kept: text } = visitor.reply;
  if (named === undefined || modal === undefined) return tell(visitor, sentences.notes.stale);
  const { kind } = await parts.task.recheck({ by: visitor.user, named, image: Number(image) });
  const found = await parts.task.mistakes(kept.parse(JSON.parse(text)));
  if (found.kind !== 'mistakes') return;
  const note = kind === 'over' ? say.over : undefined;
  await visitor.reply.update(modal, mistakesView(found, parts.channel.images.fileOf, note));
}

function refusalOf(outcome: Exclude<MistakesOutcome, { kind: 'mistakes' }>, { model = '' }: MistakesRequest): string {
  switch (outcome.kind) {
    case 'no such model':
      return say.noSuchModel(model, nearest(model.toLowerCase(), outcome.models), outcome.models);
    case 'still open':
      return say.stillOpen;
    case 'no round':
      return sentences.lane.nothing['no round'];
  }
}
