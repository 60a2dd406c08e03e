import sharp from 'sharp';
import { drawPath, type Path, type PathWords, pathHeight } from './path.ts';
import { drawRows, type RankedModel, type RowWords, rowsHeight } from './rows.ts';
import { colors, density, margin, width } from './style.ts';

/** What the picture shows: models best first, and how the confidence in the leader went, answer by answer. */
export type Drawing = Path & { readonly models: readonly RankedModel[] };

/** Every word in the picture. */
export type Words = RowWords & PathWords;

/** The leaderboard as PNG: a row a model above the path of the confidence. Needs no fonts; readable in light and dark mode. */
export function drawLeaderboard(leaderboard: Drawing, words: Words): Promise<Buffer> {
  return sharp(Buffer.from(leaderboardSvg(leaderboard, words)))
    .png({ palette: true })
    .toBuffer();
}

/** The same picture as SVG without a single `text` element. */
export function leaderboardSvg(leaderboard: Drawing, words: Words): string {
  const top = rowsHeight(leaderboard.models.length);
  const height = top + pathHeight + margin;
  // An opaque sheet of its own: chat backgrounds are light for some readers and dark for others.
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width * density}" height="${height * density}">`,
    `<rect width="${width}" height="${height}" rx="10" fill="${colors.sheet}"/>`,
    drawRows(leaderboard.models, words),
    `<g transform="translate(0 ${top})">${drawPath(leaderboard, words)}</g>`,
    '</svg>',
  ].join('\n');
}
