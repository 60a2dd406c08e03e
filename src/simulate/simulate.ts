import { writeFile } from 'node:fs/promises';
import { drawCurves } from '../picture/curves.ts';
import { tryOutTogether } from './crew/crew.ts';
import { readNames } from './days/names.ts';
import { playDays } from './days/play-days.ts';
import type { Experiment, Report, TriedOut } from './experiment.ts';
import { readLabeledData } from './labeled-data.ts';
import { type Announcements, identificationPath } from './measures.ts';
import { parseOptions } from './options.ts';

/**
 * The command `simulate`: plays labeled data with one or more strategies, prints what they achieved and perhaps draws
 * it.
 *
 * @throws Error in one line: what was found where, and the cure.
 */
export async function simulate(args: string[]): Promise<void> {
  const { folder, days, experiments, json, plot } = parseOptions(args);
  if (days.length > 0) return simulateDays(days, experiments[0]!, json);
  const data = readLabeledData(folder);
  const results: TriedOut[] = [];
  for (const experiment of experiments) {
    const result = await tryOutTogether(data, experiment, showProgress(experiment.strategy));
    console.log(json ? JSON.stringify(result.report) : describe(result.report));
    results.push(result);
  }
  if (plot === undefined) return;
  const curves = results.map(({ report, runs, budget }) => ({
    name: report.strategy,
    shares: identificationPath(runs, budget),
  }));
  await writeFile(plot, await drawCurves(`${data.name}: the best model is in front`, curves));
}

/** Says on a terminal how many pools are done, in one line that is gone at the end. */
function showProgress(strategy: string): (done: number, pools: number) => void {
  if (!process.stderr.isTTY) return () => {};
  const clearLine = '\r\u001b[K';
  return (done, pools) => {
    process.stderr.write(done < pools ? `${clearLine}${strategy}: ${done} of ${pools} pools` : clearLine);
  };
}

function simulateDays(folders: readonly string[], experiment: Experiment, json: boolean): void {
  const days = folders.map((folder) => {
    const data = readLabeledData(folder);
    return { data, names: readNames(folder, data.matrix) };
  });
  const reports = playDays(days, experiment);
  if (json) console.log(JSON.stringify({ days: reports }));
  if (json) return;
  for (const [index, { fromNothing, ...report }] of reports.entries()) {
    console.log(`Day ${index + 1}, ${describe(report)}\n  from nothing, ${describe(fromNothing)}`);
  }
}

function describe(report: Report): string {
  const { identification, announced, questionMs } = report;
  const announcement = (name: string, { share, labelsMean, labelsMedian, right }: Announcements) =>
    `  announced "${name}"`.padEnd(32) +
    (labelsMean === null
      ? 'never'
      : `after ${labelsMean.toFixed(1)} labels (median ${labelsMedian}), right ${right?.toFixed(3)}, in ${percent(share)} of pools`);
  return [
    `${report.strategy} on ${report.dataset}: ${report.pools} pools of ${report.poolSize}, ${report.models} models, ${report.classes} classes`,
    `  labels to 90, 95, 100 %       ${[identification.p90, identification.p95, identification.p100].map((labels) => labels ?? 'never').join(', ')}`,
    `  regret area                   ${report.regretArea.toFixed(1)} points x labels`,
    announcement('the best', announced.best),
    announcement('within 0.5 points', announced['within0.5']),
    announcement('within 1 point', announced.within1),
    `  a question                    ${questionMs.median?.toFixed(1) ?? '-'} ms (99 %: ${questionMs.p99?.toFixed(1) ?? '-'} ms)`,
  ].join('\n');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
