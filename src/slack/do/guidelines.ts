import type { Parts, Visitor } from '../parts.ts';
import { guidelinesView } from '../say/guidelines.ts';

/** What the classes mean. Example images that are not on Slack yet follow. */
export async function showGuidelines({ settings, channel }: Parts, visitor: Visitor): Promise<void> {
  const guidelines = settings.guidelines ?? {};
  const asImage = (path: string) => ({ key: `guideline:${path}`, file: path });
  const view = () => guidelinesView(guidelines, (path) => channel.images.fileOf(asImage(path)));
  const local = Object.values(guidelines)
    .flatMap(({ image }) => (image === undefined || image.startsWith('https://') ? [] : [asImage(image)]))
    .filter((image) => channel.images.fileOf(image) === undefined);
  const window = await visitor.reply.open(view());
  if (local.length === 0) return;
  await Promise.all(local.map((image) => channel.images.waitFor(image, 30_000)));
  await visitor.reply.update(window.id, view());
}
