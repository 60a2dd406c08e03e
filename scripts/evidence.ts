import type { Announcements } from '../src/simulate/measures.ts';
import type { Claim } from '../src/simulate/play.ts';
import type { Outcome, Trial } from './bench-labels.ts';

/** The benchmark's outcome as a Markdown page. */
export function describeEvidence(trials: readonly Trial[], outcomes: readonly Outcome[]): string {
  const pools = Math.min(...outcomes.map(({ report }) => report.pools));
  const sets = new Set(outcomes.map(({ report }) => report.dataset)).size;
  return `# Evidence

${sets} sets of real predictions, ${pools} pools each, the same pools for everybody; labels are geometric means over the sets.
Written by \`npm run bench:labels\`; what each figure means is in [the method](method.md#how-it-is-measured).

![Share of pools with the best model in front, against labels](evidence.png)

## Labels until the best model is in front

| | 90 % of pools | 95 % | 100 % | regret area | ms a question |
|---|---|---|---|---|---|
${trials.map(({ name }) => identificationRow(name, of(outcomes, name))).join('\n')}

## Announcements at 95 % confidence

| | "the best" | right | worst set | "within 0.5 points" | right | worst set | "within 1 point" | right | worst set |
|---|---|---|---|---|---|---|---|---|---|
${trials
  .filter(({ name }) => of(outcomes, name).some(({ report }) => report.announced.best.labelsMean !== null))
  .map(({ name }) => announcementRow(name, of(outcomes, name)))
  .join('\n')}

## Ours, set by set

| set | images x models x classes | 90 % | 95 % | regret area | "the best" | right | "within 0.5" | right | "within 1" | right | ms |
|---|---|---|---|---|---|---|---|---|---|---|---|
${of(outcomes, 'ours').map(setRow).join('\n')}
`;
}

function of(outcomes: readonly Outcome[], trial: string): Outcome[] {
  return outcomes.filter((outcome) => outcome.trial === trial);
}

function identificationRow(name: string, outcomes: readonly Outcome[]): string {
  const labels = (level: 'p90' | 'p95' | 'p100') =>
    whole(geometricMean(outcomes.map(({ report }) => report.identification[level])));
  const area = geometricMean(outcomes.map(({ report }) => report.regretArea));
  const ms = geometricMean(outcomes.map(({ report }) => report.questionMs.median));
  return row([name, labels('p90'), labels('p95'), labels('p100'), whole(area), ms === null ? '–' : ms.toFixed(1)]);
}

function announcementRow(name: string, outcomes: readonly Outcome[]): string {
  const claims: Claim[] = ['best', 'within0.5', 'within1'];
  const cells = claims.flatMap((claim) => {
    const all = outcomes.map(({ report }) => report.announced[claim]);
    const rights = all.flatMap(({ right }) => right ?? []);
    const worst = rights.length === 0 ? '–' : Math.min(...rights).toFixed(2);
    return [whole(geometricMean(all.map(({ labelsMean }) => labelsMean))), share(mean(rights)), worst];
  });
  return row([name, ...cells]);
}

function setRow({ report }: Outcome): string {
  const { identification, announced } = report;
  const pair = ({ labelsMean, right }: Announcements) => [whole(labelsMean), share(right)];
  return row([
    report.dataset,
    `${report.poolSize} x ${report.models} x ${report.classes}`,
    whole(identification.p90),
    whole(identification.p95),
    whole(report.regretArea),
    ...pair(announced.best),
    ...pair(announced['within0.5']),
    ...pair(announced.within1),
    report.questionMs.median?.toFixed(1) ?? '–',
  ]);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** `null` as soon as one value is missing: a mean over the sets that worked would flatter. */
function geometricMean(values: readonly (number | null)[]): number | null {
  const logs = values.flatMap((value) => (value === null ? [] : Math.log(Math.max(value, 0.1))));
  return logs.length < values.length || logs.length === 0 ? null : Math.exp(mean(logs)!);
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function whole(value: number | null): string {
  return value === null ? '–' : value.toFixed(0);
}

function share(value: number | null): string {
  return value === null ? '–' : value.toFixed(3);
}
