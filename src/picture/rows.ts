import { interval } from './interval.ts';
import { accuracyScale } from './scale.ts';
import { colors, margin, round, textSize, width } from './style.ts';
import { fitText, textPath } from './text.ts';

/** One model: accuracy with its standard deviation, and the chance to be best, all from 0 to 1. */
export type RankedModel = {
  readonly name: string;
  readonly accuracy: number;
  readonly accuracySd: number;
  readonly chanceBest: number;
};

/** The words of the rows and their axis. */
export type RowWords = {
  readonly accuracy: string;
  readonly chanceBest: string;
  readonly more: (models: number) => string;
  readonly percent: (share: number) => string;
  readonly chance: (probability: number) => string;
};

const rows = 8;
const rowHeight = 27;
const headHeight = 46;
const nameWidth = 150;
const plot = { left: margin + nameWidth + 14, right: width - margin - 122 };

/** Height with the head, one row for each model shown, the axis and a line for those not shown. */
export function rowsHeight(models: number): number {
  return headHeight + Math.min(models, rows) * rowHeight + 30 + (models > rows ? 22 : 0);
}

/** One row for each of the best models: name, accuracy with its 95 % interval, chance to be best. */
export function drawRows(models: readonly RankedModel[], words: RowWords): string {
  const shown = models.slice(0, rows);
  const scale = accuracyScale(shown, plot);
  const bottom = headHeight + shown.length * rowHeight;
  const parts = [
    textPath(words.accuracy, plot.left, 27, { size: 13, color: colors.quiet }),
    textPath(words.chanceBest, width - margin, 27, { size: 13, color: colors.quiet, anchor: 'end' }),
    ...scale.ticks.map((tick) => drawTick(tick, scale.x(tick), bottom, words)),
    ...shown.map((model, place) => drawRow(model, place, scale.x, words)),
  ];
  if (models.length > rows) {
    parts.push(textPath(words.more(models.length - rows), margin, bottom + 40, { size: 13, color: colors.quiet }));
  }
  return parts.join('\n');
}

function drawRow(model: RankedModel, place: number, x: (accuracy: number) => number, words: RowWords): string {
  const y = headHeight + place * rowHeight + rowHeight / 2;
  const color = place === 0 ? colors.leader : colors.others;
  const weight = place === 0 ? 600 : 400;
  const { low, high } = interval(model);
  const name = fitText(`${place + 1}. ${model.name}`, nameWidth, textSize, weight);
  return [
    textPath(name, margin, y + 5, { size: textSize, color: colors.text, weight }),
    `<line x1="${round(x(low))}" x2="${round(x(high))}" y1="${y}" y2="${y}" stroke="${color}" stroke-width="4" stroke-linecap="round" opacity="0.55"/>`,
    `<circle cx="${round(x(model.accuracy))}" cy="${y}" r="6" fill="${color}"/>`,
    textPath(words.chance(model.chanceBest), width - margin, y + 5, {
      size: textSize,
      color: colors.text,
      weight,
      anchor: 'end',
    }),
  ].join('\n');
}

function drawTick(tick: number, x: number, bottom: number, words: RowWords): string {
  return [
    `<line x1="${round(x)}" x2="${round(x)}" y1="${headHeight - 8}" y2="${bottom}" stroke="${colors.grid}"/>`,
    textPath(words.percent(tick), x, bottom + 18, { size: 12, color: colors.quiet, anchor: 'middle' }),
  ].join('\n');
}
