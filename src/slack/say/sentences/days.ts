import type { Result } from '../../../round/facts.ts';
import type { Deployed, Progress, Won } from '../../../task/people.ts';
import { bold, isolate, moment, person, safe } from '../mrkdwn.ts';
import { count } from '../numbers.ts';
import { accuracyOf, behind, by, howSure, measuredAs, noBetter } from '../phrases.ts';

/** What is said of one day beside others. */
export const days = {
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
      `*Withdrawn since* by ${person(by)}: the result of batch ${safe(batch)} does not stand. The model serves until there is a new one.`,
    changed: (before: string) => `Changed: it was ${bold(before)}.`,
    unchanged: 'Unchanged since the last announcement.',
    right: (won: Won) => `It gets ${rightOf(won)}.`,
    wonBefore: (before: Won, isSame: boolean) =>
      isSame
        ? `It won batch ${safe(before.batch)}, too: there it got ${rightOf(before)}.`
        : `Batch ${safe(before.batch)} was won by ${bold(before.result.model)}: it got ${rightOf(before)}.`,
    apart: (batch: string, { model, kept, accuracy }: Result, present: NonNullable<Result['present']>) =>
      `On batch ${safe(batch)}, ${bold(present.model)}, ${kept ? 'which stays deployed' : 'deployed until then'}, gets ${accuracyOf(present)}: ${behind(accuracy - present.accuracy, bold(model))}.`,
    inseparable: (batch: string) =>
      `Batch ${safe(batch)} ended without a winner: its labels can’t tell the best models apart.`,
    open: (batch: string, progress: Progress) =>
      `Batch ${safe(batch)} still needs labels: ${progress.labels} of at most ${progress.budget} so far.`,
  },
};

/** "about 87 % of the images right (between 82 and 92 %)", with what was measured where it was. */
function rightOf({ result, measured }: Won): string {
  return measured === undefined ? accuracyOf(result) : measuredAs(measured);
}
