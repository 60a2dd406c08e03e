import sharp from 'sharp';
import { drawLeaderboard, type LeaderboardWords, leaderboardHeight, type Model } from './leaderboard.ts';
import { type ConfidencePath, drawPath, type PathWords, pathHeight } from './path.ts';
import { colors, margin, width } from './style.ts';

/** What the picture shows: models, best first, and how the confidence in the leader went. */
export type Standing = ConfidencePath & { readonly models: readonly Model[] };

/** Every word in the picture. */
export type Words = LeaderboardWords & PathWords;

/** Pixels for each unit of the drawing, for sharp text on dense screens. */
const density = 2.5;

/** The standing as PNG: a leaderboard above the path of the confidence. Needs no fonts; readable in light and dark mode. */
export function drawStanding(standing: Standing, words: Words): Promise<Buffer> {
  return sharp(Buffer.from(standingSvg(standing, words)))
    .png({ palette: true })
    .toBuffer();
}

/** The same picture as SVG without a single `text` element. */
export function standingSvg(standing: Standing, words: Words): string {
  const top = leaderboardHeight(standing.models.length);
  const height = top + pathHeight + margin;
  // An opaque sheet of its own: chat backgrounds are light for some readers and dark for others.
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width * density}" height="${height * density}">`,
    `<rect width="${width}" height="${height}" rx="10" fill="${colors.sheet}"/>`,
    drawLeaderboard(standing.models, words),
    `<g transform="translate(0 ${top})">${drawPath(standing, words)}</g>`,
    '</svg>',
  ].join('\n');
}
