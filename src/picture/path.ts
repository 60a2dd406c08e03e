import { colors, margin, round, width } from './style.ts';
import { textPath, textWidth } from './text.ts';

/** How the confidence went. */
export type Path = {
  /** Element `n`: the confidence in the leader after n answers; NaN where it is not known, which the line passes over. */
  readonly confidencePath: readonly number[];
  /** The confidence at which a winner is announced. */
  readonly target: number;
};

/** The words of the path and its axes. */
export type PathWords = {
  readonly confidence: string;
  readonly target: string;
  readonly labels: string;
  readonly percent: (share: number) => string;
};

const top = 40;
const plotHeight = 92;
const left = margin + 46;
const right = width - margin - 8;

/** Height of the path with its axis and the words below it. */
export const pathHeight = top + plotHeight + 28;

/** How the confidence went with each answer, and the height at which a winner is announced. */
export function drawPath({ confidencePath, target }: Path, words: PathWords): string {
  const answers = Math.max(1, confidencePath.length - 1);
  const x = (answer: number) => left + (answer / answers) * (right - left);
  const y = (probability: number) => top + (1 - probability) * plotHeight;
  const line = confidencePath.flatMap((probability, answer) =>
    Number.isNaN(probability) ? [] : `${round(x(answer))},${round(y(probability))}`,
  );
  const last = confidencePath.at(-1);
  const parts = [
    textPath(words.confidence, margin, 24, { size: 13, color: colors.quiet }),
    ...[0, 0.5, 1].map((level) => drawLevel(words.percent(level), y(level))),
    dashed(left, right, y(target)),
    drawLegend(words.target),
    `<polyline points="${line.join(' ')}" fill="none" stroke="${colors.leader}" stroke-width="3" stroke-linejoin="round"/>`,
    textPath('0', left, top + plotHeight + 20, { size: 12, color: colors.quiet, anchor: 'middle' }),
    textPath(`${confidencePath.length - 1} ${words.labels}`, right, top + plotHeight + 20, {
      size: 12,
      color: colors.quiet,
      anchor: 'end',
    }),
  ];
  if (last !== undefined) {
    parts.push(
      `<circle cx="${round(x(confidencePath.length - 1))}" cy="${round(y(last))}" r="5" fill="${colors.leader}"/>`,
    );
  }
  return parts.join('\n');
}

/** What the dashed line is, below the axis: in the plot the curve would run through the words. */
function drawLegend(text: string): string {
  const start = (left + right - textWidth(text, 12)) / 2;
  const base = top + plotHeight + 20;
  return [dashed(start - 26, start - 6, base - 4), textPath(text, start, base, { size: 12, color: colors.quiet })].join(
    '\n',
  );
}

function dashed(from: number, to: number, y: number): string {
  return `<line x1="${round(from)}" x2="${round(to)}" y1="${round(y)}" y2="${round(y)}" stroke="${colors.quiet}" stroke-dasharray="5 4"/>`;
}

function drawLevel(label: string, y: number): string {
  return [
    `<line x1="${left}" x2="${right}" y1="${round(y)}" y2="${round(y)}" stroke="${colors.grid}"/>`,
    textPath(label, left - 8, y + 4, { size: 12, color: colors.quiet, anchor: 'end' }),
  ].join('\n');
}
