import type { Drift } from '../../../round/drift.ts';
import type { Result } from '../../../round/facts.ts';
import { type ModelShare, shareOfWinner } from '../../../round/model-share.ts';
import type { Trend, TrendDay } from '../../../task/days/trend.ts';
import type { Deployed, Progress, Won } from '../../../task/people.ts';
import { bold, isolate, moment, person, safe } from '../mrkdwn.ts';
import { count, estimate, labelsToRank, share } from '../numbers.ts';
import { accuracyOf, behind, by, howSure, list, measuredAs, noBetter } from '../phrases.ts';

/** How many classes are named at most, and by how much the share of the predictions of each has changed at least. */
const [CLASSES_MOST, CHANGE_LEAST] = [3, 0.03];

/** What is said of one day beside others. */
export const days = {
  drift: {
    seen: (batch: string, drift: Drift) =>
      drift.what === 'images'
        ? `*The images of batch ${safe(batch)} look unlike those of batch ${safe(drift.since)}*, before anybody has labeled: ${howUnlike(drift)}. If the place, the light or the camera has changed, yesterday’s winner may be wrong for them; a few labels tell. Where nothing has changed, I say this on one day in a thousand at most.`
        : `${bold(drift.model)}, which served when batch ${safe(batch)} came, *has fallen*: it gets ${accuracyOf(drift.now)}; on batch ${safe(drift.before.batch)}, for which it was deployed, ${accuracyOf(drift.before)}.`,
    inShort: (batch: string, drift: Drift) =>
      drift.what === 'images'
        ? `The images of batch ${safe(batch)} look unlike those of batch ${safe(drift.since)}: ${howUnlike(drift)}.`
        : `${bold(drift.model)} has fallen: it gets ${accuracyOf(drift.now)}, where it got ${accuracyOf(drift.before)} on batch ${safe(drift.before.batch)}.`,
  },
  trend: {
    none: 'There is nothing to show yet: no batch has had a winner.',
    found: (trend: Trend) =>
      [
        `*The last ${trend.length === 1 ? 'batch' : `${trend.length} batches`}*: ${whoWon(trend)}.`,
        howMany(trend),
      ].join(' '),
    alt: (trend: Trend) => {
      const decided = trend.flatMap(({ batch, winner }) => (winner ? [{ batch, winner }] : []));
      const [first, last] = [decided[0], decided.at(-1)];
      if (first === undefined || last === undefined) return 'Chart: no batch with a winner yet';
      const right = (one: typeof first) =>
        `${estimate(one.winner)} (${isolate(one.winner.model)}, batch ${isolate(one.batch)})`;
      return `Chart: how often the winner of each batch is right, from ${right(first)} to ${right(last)}`;
    },
    dayOf: ({ batch, winner, served, labels, isOpen, isUnlike, isMeasured }: TrendDay) => ({
      ...{ name: batch, labels, isUnlike },
      winner: winner?.model ?? (isOpen ? 'open' : 'no winner'),
      ...(winner && (labels >= labelsToRank || isMeasured) && { right: winner, ...(served && { served }) }),
    }),
    words: {
      accuracy: 'Right (95 % interval)',
      labels: 'Labels',
      winner: 'winner of the batch',
      served: 'deployed until then',
      unlike: 'images unlike those of the batch before',
      percent: share,
    },
  },
  digest: {
    title: (date: string) => `Model of the day, ${date}`,
    titleOfAll: (date: string) => `Models of the day, ${date}`,
    textOf: (task: string, model: string | undefined) =>
      model === undefined ? `${task}: no model yet.` : `${task}: ${isolate(model)}.`,
    others: (left: number) => `And ${count(left, 'more task')}: their own channels say what is deployed.`,
    deployed: (model: string) => `${bold(model)} is deployed.`,
    text: (model: string | undefined) =>
      model === undefined ? 'No model is deployed yet.' : `${isolate(model)} is deployed.`,
    nothing: 'No model is deployed yet.',
    pinned: ({ by: who, at, why }: NonNullable<Deployed['pinned']>) =>
      `*Pinned* by ${person(who)}, ${moment(at)}${why === undefined ? '' : `: ${safe(why)}`}. It serves, whoever wins, until an admin says \`/modelpicker unpin\`.`,
    claim: (batch: string, result: Result) =>
      `On batch ${safe(batch)} we are *${howSure(result.confidence)}* that ${noBetter(result.tolerance)}: ${count(result.labels, 'label')}${by(result.annotators)}.`,
    withdrawn: (by: string, batch: string) =>
      `*Withdrawn* by ${person(by)} since then: the result of batch ${safe(batch)} does not stand. The model serves until there is a new one.`,
    changed: (before: string) => `Changed: it was ${bold(before)}.`,
    unchanged: 'Unchanged since the last announcement.',
    right: (won: Won) => `It gets ${rightOf(won)}.`,
    wonBefore: (before: Won, isSame: boolean) =>
      isSame
        ? `It won batch ${safe(before.batch)}, too: there it got ${rightOf(before)}.`
        : `Batch ${safe(before.batch)} was won by ${bold(before.result.model)}: it got ${rightOf(before)}.`,
    apart: ({ batch, result, measured }: Won, served: ModelShare) =>
      `On batch ${safe(batch)}, ${bold(served.model)}, ${result.kept ? 'which stays deployed' : 'deployed until then'}, gets ${accuracyOf(served)}: ${behind(shareOfWinner(result, measured).accuracy - served.accuracy, bold(result.model))}.`,
    inseparable: (batch: string) =>
      `Batch ${safe(batch)} ended without a winner: its labels can’t tell the best models apart.`,
    open: (batch: string, progress: Progress) =>
      `Batch ${safe(batch)} still needs labels: ${progress.labels} of at most ${progress.budget} so far.`,
  },
};

/** "*night* won 5 and *fog* 4, and 1 had no winner". */
function whoWon(trend: Trend): string {
  const wins = new Map<string, number>();
  for (const { winner } of trend) if (winner) wins.set(winner.model, (wins.get(winner.model) ?? 0) + 1);
  const most = [...wins].toSorted(([, a], [, b]) => b - a);
  const without = trend.filter(({ winner, isOpen }) => !winner && !isOpen).length;
  const open = trend.filter(({ isOpen }) => isOpen).length;
  const said = most.map(([model, times], place) => `${bold(model)} ${place === 0 ? 'won ' : ''}${times}`);
  if (without > 0) said.push(`${without} had no winner`);
  if (open > 0) said.push(`${open} ${open === 1 ? 'is' : 'are'} still open`);
  return list(said);
}

/** "A batch took about 31 labels, from 18 to 45." */
function howMany(trend: Trend): string {
  const labels = trend.filter(({ isOpen }) => !isOpen).map((one) => one.labels);
  if (labels.length === 0) return '';
  const mean = Math.round(labels.reduce((sum, one) => sum + one, 0) / labels.length);
  const [least, most] = [Math.min(...labels), Math.max(...labels)];
  return least === most
    ? `Each took ${count(mean, 'label')}.`
    : `A batch took about ${count(mean, 'label')}, from ${least} to ${most}.`;
}

/** "two models agree on 62 % of the images on average (84 % before); models say *owl* more often (21 %, 9 % before)". */
function howUnlike({ agreement, classes }: Extract<Drift, { what: 'images' }>): string {
  const [before, now] = [whole(agreement.before), whole(agreement.now)];
  const agreed = `two models agree on ${now} of the images on average (${before === now ? 'as' : before} before)`;
  const changed = classes.filter((one) => Math.abs(one.now - one.before) >= CHANGE_LEAST).slice(0, CLASSES_MOST);
  if (changed.length === 0) return agreed;
  const said = changed.map((one) => `${bold(one.name)} ${often(one)} (${whole(one.now)}, ${whole(one.before)} before)`);
  return `${agreed}; models say ${list(said)}`;
}

function often({ before, now }: { before: number; now: number }): string {
  return now < before ? 'less often' : 'more often';
}

function whole(share: number): string {
  return `${Math.round(100 * share)}\u00a0%`;
}

/** "about 87 % of the images right (between 82 and 92 %)", with what was measured where it was. */
function rightOf({ result, measured }: Won): string {
  return measured === undefined ? accuracyOf(result) : measuredAs(measured);
}
