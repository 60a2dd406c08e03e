import sharp from 'sharp';
import { interval } from './interval.ts';
import { accuracyScale } from './scale.ts';
import { colors, density, margin, round, width } from './style.ts';
import { fitText, textPath } from './text.ts';

type Estimated = { readonly accuracy: number; readonly accuracySd: number };

/** One day: who won and how often it is right, and the same of what was deployed until then; shares from 0 to 1. */
export type DrawnDay = {
  readonly name: string;
  /** What stands where a winner would, or its name. */
  readonly winner: string;
  readonly right?: Estimated;
  readonly served?: Estimated;
  readonly labels: number;
  /** Its images are unlike those of the day before. */
  readonly isUnlike: boolean;
};

/** The words of the picture. */
export type TrendWords = {
  readonly accuracy: string;
  readonly labels: string;
  readonly winner: string;
  readonly served: string;
  readonly unlike: string;
  readonly percent: (share: number) => string;
};

const rowHeight = 28;
const headHeight = 46;
const column = { name: margin, winner: margin + 78, left: margin + 190, right: width - margin - 52 };
const size = 13;

/** The days as PNG, the newest last: a row a day. Needs no fonts; readable in light and dark mode. */
export function drawTrend(days: readonly DrawnDay[], words: TrendWords): Promise<Buffer> {
  return sharp(Buffer.from(trendSvg(days, words)))
    .png({ palette: true })
    .toBuffer();
}

/** The same picture as SVG without a single `text` element. */
export function trendSvg(days: readonly DrawnDay[], words: TrendWords): string {
  const bottom = headHeight + days.length * rowHeight;
  const height = bottom + (days.some(({ isUnlike }) => isUnlike) ? 84 : 66);
  const scale = accuracyScale(
    days.flatMap(({ right, served }) => [right, served].filter((one) => one !== undefined)),
    { left: column.left, right: column.right },
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width * density}" height="${height * density}">`,
    `<rect width="${width}" height="${height}" rx="10" fill="${colors.sheet}"/>`,
    textPath(words.accuracy, column.left, 27, { size, color: colors.quiet }),
    textPath(words.labels, width - margin, 27, { size, color: colors.quiet, anchor: 'end' }),
    ...scale.ticks.map((tick) => drawTick(words.percent(tick), scale.x(tick), bottom)),
    drawCourse(days, scale.x),
    ...days.map((day, place) => drawDay(day, place, scale.x)),
    drawLegend(bottom + 50, words, days),
    '</svg>',
  ].join('\n');
}

function heightOf(place: number): number {
  return headHeight + (place + 0.5) * rowHeight;
}

/** A line through the winners, over which the eye sees a rise or a fall. */
function drawCourse(days: readonly DrawnDay[], x: (share: number) => number): string {
  const points = days.flatMap(({ right }, place) =>
    right ? [`${round(x(right.accuracy))},${round(heightOf(place))}`] : [],
  );
  return `<polyline points="${points.join(' ')}" fill="none" stroke="${colors.leader}" stroke-width="1.5" opacity="0.4"/>`;
}

function drawDay(
  { name, winner, right, served, labels, isUnlike }: DrawnDay,
  place: number,
  x: (share: number) => number,
) {
  const y = heightOf(place);
  const baseline = y + 5;
  const weight = right ? 600 : 400;
  const parts = [
    textPath(fitText(name, 74, size), column.name, baseline, { size, color: colors.quiet }),
    textPath(fitText(winner, 106, size, weight), column.winner, baseline, {
      size,
      color: right ? colors.text : colors.quiet,
      weight,
    }),
    textPath(String(labels), width - margin, baseline, { size, color: colors.text, anchor: 'end' }),
  ];
  if (isUnlike) parts.push(drawChange(y - rowHeight / 2));
  if (served) parts.push(drawInterval(served, y + 5, x, colors.others), drawServed(x(served.accuracy), y + 5));
  if (right)
    parts.push(
      drawInterval(right, served ? y - 4 : y, x, colors.leader),
      drawWinner(x(right.accuracy), served ? y - 4 : y),
    );
  return parts.join('\n');
}

function drawInterval(share: Estimated, y: number, x: (share: number) => number, color: string): string {
  const { low, high } = interval(share);
  return `<line x1="${round(x(low))}" x2="${round(x(high))}" y1="${y}" y2="${y}" stroke="${color}" stroke-width="3" stroke-linecap="round" opacity="0.5"/>`;
}

function drawWinner(x: number, y: number): string {
  return `<circle cx="${round(x)}" cy="${y}" r="5" fill="${colors.leader}"/>`;
}

function drawServed(x: number, y: number): string {
  return `<circle cx="${round(x)}" cy="${y}" r="4" fill="${colors.sheet}" stroke="${colors.others}" stroke-width="2"/>`;
}

/** Above a day that is unlike the one before it. */
function drawChange(y: number): string {
  return `<line x1="${margin}" x2="${width - margin}" y1="${y}" y2="${y}" stroke="${colors.change}" stroke-width="1.5" stroke-dasharray="5 4"/>`;
}

function drawTick(label: string, x: number, bottom: number): string {
  return [
    `<line x1="${round(x)}" x2="${round(x)}" y1="${headHeight - 8}" y2="${bottom}" stroke="${colors.grid}"/>`,
    textPath(label, x, bottom + 18, { size: 12, color: colors.quiet, anchor: 'middle' }),
  ].join('\n');
}

function drawLegend(y: number, words: TrendWords, days: readonly DrawnDay[]): string {
  const style = { size: 12, color: colors.quiet };
  const parts = [drawWinner(margin + 6, y - 4), textPath(words.winner, margin + 18, y, style)];
  if (days.some(({ served }) => served !== undefined))
    parts.push(drawServed(margin + 206, y - 4), textPath(words.served, margin + 218, y, style));
  if (days.some(({ isUnlike }) => isUnlike)) {
    parts.push(
      `<line x1="${margin}" x2="${margin + 13}" y1="${y + 15}" y2="${y + 15}" stroke="${colors.change}" stroke-width="1.5" stroke-dasharray="5 3"/>`,
      textPath(words.unlike, margin + 18, y + 19, style),
    );
  }
  return parts.join('\n');
}
