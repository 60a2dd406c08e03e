import { parseArgs } from 'node:util';
import { type DayReport, playDays } from '../src/simulate/days/play-days.ts';
import type { Report } from '../src/simulate/experiment.ts';
import { type DaySequence, sequences } from './bench/day-sequences.ts';

/**
 * What yesterday's labels are worth today: plays made-up sequences of days with and without what was taken over, and prints
 * a table in Markdown. The first day, which has no yesterday, is left out.
 *
 * Options: --on choose|report (report), --pools N (6), --click-error P (0), --only TEXT.
 */

/** Labels at most: on a day that comes to no winner they count in full. */
const BUDGET = 150;

type Figures = { readonly labels: number; readonly right: number; readonly area: number };

/** Means over days. */
function figuresOf(reports: readonly Report[]): Figures {
  const mean = (value: (report: Report) => number) =>
    reports.reduce((sum, report) => sum + value(report), 0) / reports.length;
  const within = (report: Report) => report.announced['within0.5'];
  const announced = mean((report) => within(report).share);
  return {
    labels: mean((report) => {
      const { share, labelsMean } = within(report);
      return share * (labelsMean ?? 0) + (1 - share) * BUDGET;
    }),
    right: mean((report) => within(report).share * (within(report).right ?? 0)) / announced,
    area: mean(({ regretArea }) => regretArea),
  };
}

function rowOf(name: string, days: readonly DayReport[]): string {
  const helped = figuresOf(days);
  const alone = figuresOf(days.map(({ fromNothing }) => fromNothing));
  const labels = `${helped.labels.toFixed(1)} | ${alone.labels.toFixed(1)} | ${(helped.labels / alone.labels).toFixed(2)}`;
  const right = `${helped.right.toFixed(3)} | ${alone.right.toFixed(3)}`;
  const area = `${helped.area.toFixed(1)} | ${alone.area.toFixed(1)} | ${(helped.area / alone.area).toFixed(2)}`;
  return `| ${name} | ${labels} | ${right} | ${area} |`;
}

function describe({ name, changesOn, days }: DaySequence, pools: number, clickError: number): void {
  const experiment = { strategy: 'ours', pools, poolSize: undefined, budget: BUDGET, confidence: 0.95 };
  const people = { clickError, people: false, opinions: 3, epsilon: 0.46 };
  const [, ...later] = playDays(days(pools), { ...experiment, ...people });
  console.log(rowOf(name, later));
  if (changesOn > 2) console.log(rowOf(`… its day ${changesOn}, of the change`, [later[changesOn - 2]!]));
}

const { values } = parseArgs({
  options: {
    on: { type: 'string', default: 'report' },
    pools: { type: 'string', default: '6' },
    'click-error': { type: 'string', default: '0' },
    only: { type: 'string', default: '' },
  },
});
console.log(
  '| days | labels | from nothing | ratio | right | from nothing | regret area | from nothing | ratio |\n|---|---|---|---|---|---|---|---|---|',
);
const chosen = sequences[values.on === 'choose' ? 'choose' : 'report'].filter(({ name }) => name.includes(values.only));
for (const one of chosen) describe(one, Number(values.pools), Number(values['click-error']));
