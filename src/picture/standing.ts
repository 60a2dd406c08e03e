import sharp from 'sharp';
import { drawLeaderboard, leaderboardHeight, type Model } from './leaderboard.ts';
import { drawPath, pathHeight } from './path.ts';
import { colors, margin, width } from './style.ts';

/** What the picture shows: models best first, and how the confidence in the leader went, answer by answer. */
export type Standing = {
  readonly models: readonly Model[];
  readonly confidencePath: readonly number[];
  /** The confidence at which a winner is announced. */
  readonly target: number;
};

/** Every word in the picture. */
export type Words = {
  readonly accuracy: string;
  readonly chanceBest: string;
  readonly confidence: string;
  readonly target: string;
  readonly labels: string;
  readonly more: (models: number) => string;
  readonly percent: (share: number) => string;
  readonly chance: (probability: number) => string;
};

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
