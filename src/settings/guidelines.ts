import { z } from 'zod';
import type { Guideline } from '../task/people.ts';

/** What a class means, as the settings file says it. */
export const GuidelineSetting = z.strictObject({ text: z.string().optional(), image: z.string().optional() });

/** Example images may stand on the web; the others are files. */
export function placedGuidelines(
  guidelines: Readonly<Record<string, z.infer<typeof GuidelineSetting>>>,
  inFolder: (relative: string) => string,
) {
  const place = (image: string) => (image.startsWith('https://') ? image : inFolder(image));
  return Object.fromEntries(
    Object.entries(guidelines).map(([name, { text, image }]): [string, Guideline] => [
      name,
      { ...(text !== undefined && { text }), ...(image !== undefined && { image: place(image) }) },
    ]),
  );
}
