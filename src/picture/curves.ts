import sharp from 'sharp';
import { colors, round } from './style.ts';
import { textPath } from './text.ts';

/** `shares[labels]`: a share between 0 and 1 after so many labels. */
export type Curve = { readonly name: string; readonly shares: readonly number[] };

const width = 880;
const height = 480;
const plot = { left: 64, right: width - 190, top: 56, bottom: height - 56 };

/** Distinguishable without color vision; the first curve is the one that matters. */
const palette = [colors.leader, '#d1495b', '#e0a02e', colors.quiet, '#3c8d5a', '#8d5aa5'];

/** Shares against labels, these on a logarithmic scale from 1, as a PNG with text that needs no fonts. */
export async function drawCurves(title: string, curves: readonly Curve[]): Promise<Buffer> {
  const labelsMax = Math.max(2, ...curves.map(({ shares }) => shares.length - 1));
  const x = (labels: number) => plot.left + (Math.log(labels) / Math.log(labelsMax)) * (plot.right - plot.left);
  const y = (share: number) => plot.bottom - share * (plot.bottom - plot.top);
  const parts = [
    textPath(title, plot.left, 32, { size: 18, color: colors.text, weight: 600 }),
    ...[0, 0.25, 0.5, 0.75, 0.9, 1].map((share) => drawShare(share, y(share))),
    ...ticks(labelsMax).map((labels) => drawLabels(labels, x(labels))),
    textPath('labels', (plot.left + plot.right) / 2, height - 14, { size: 14, color: colors.quiet, anchor: 'middle' }),
    ...curves.map(({ shares }, index) => drawCurve(shares, palette[index % palette.length]!, index === 0, x, y)),
    ...curves.map(({ name }, index) => drawName(name, palette[index % palette.length]!, plot.top + 12 + 24 * index)),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="100%" height="100%" fill="${colors.sheet}"/>
${parts.join('\n')}
</svg>`;
  return sharp(Buffer.from(svg), { density: 144 }).png().toBuffer();
}

function ticks(labelsMax: number): number[] {
  return [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000].filter((labels) => labels <= labelsMax);
}

function drawShare(share: number, y: number): string {
  return [
    `<line x1="${plot.left}" x2="${plot.right}" y1="${round(y)}" y2="${round(y)}" stroke="${colors.grid}"/>`,
    textPath(`${100 * share} %`, plot.left - 8, y + 5, { size: 13, color: colors.quiet, anchor: 'end' }),
  ].join('\n');
}

function drawLabels(labels: number, x: number): string {
  return textPath(String(labels), x, plot.bottom + 20, { size: 13, color: colors.quiet, anchor: 'middle' });
}

function drawCurve(
  shares: readonly number[],
  color: string,
  isFirst: boolean,
  x: (labels: number) => number,
  y: (share: number) => number,
): string {
  const points = shares.slice(1).map((share, index) => `${round(x(index + 1))},${round(y(share))}`);
  return `<polyline points="${points.join(' ')}" fill="none" stroke="${color}" stroke-width="${isFirst ? 4 : 2}" stroke-linejoin="round"/>`;
}

function drawName(name: string, color: string, y: number): string {
  const left = plot.right + 16;
  return [
    `<line x1="${left}" x2="${left + 24}" y1="${y - 5}" y2="${y - 5}" stroke="${color}" stroke-width="4"/>`,
    textPath(name, left + 32, y, { size: 14, color: colors.text }),
  ].join('\n');
}
