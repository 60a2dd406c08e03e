import type { Measured, Result } from '../../../round/facts.ts';
import type { Trust } from '../../../task/days/trust.ts';
import type { Notice } from '../../../task/notice.ts';
import type { Deployed, Leaderboard, Mistake, Mistakes } from '../../../task/people.ts';
import { bold, isolate, moment, person, safe } from '../mrkdwn.ts';
import { chance, count, estimate, points, share } from '../numbers.ts';
import { accuracyOf, behind, by, howSure, list, measuredAs, noBetter } from '../phrases.ts';

/** A winner of an earlier result. */
type DeployedModel = { readonly model: string; readonly batch: string };

/** What is said of a winner: announced, withdrawn, gone back to, measured, drawn. */
export const winners = {
  result: {
    text: (batch: string, { model, isWinner, inseparable }: Result) =>
      inseparable
        ? `No winner for batch ${isolate(batch)}: these labels can’t tell the best models apart`
        : isWinner
          ? `${isolate(model)} wins batch ${isolate(batch)}`
          : `No clear winner. Best so far: ${isolate(model)}`,
    claim: (batch: string, result: Result) =>
      `Batch ${safe(batch)}: we are *${howSure(result.confidence)}* that ${noBetter(result.tolerance)}.`,
    because: {
      confident: '',
      'budget spent': 'The label budget is spent.',
      deadline: 'The time for labeling is over.',
      'people cannot tell': '',
      'nothing left to ask': 'Every image on which the models disagree has been labeled.',
      'newer batch': 'A newer batch has arrived.',
      pinned: '',
    },
    inseparable: ({ models, apart, looks }: NonNullable<Result['inseparable']>) =>
      `The best models differ on about ${oneImageIn(apart)}, and ${doubts(looks)}: ` +
      `these ${inWords(models.length)}, ${list(models.map(bold))}, can’t be told apart by these labels. More of them would not help.`,
    whatHelps:
      'What would help: guidelines that say what each class means (`slack.guidelines`), labels by experts only (`slack.allowed`), or a wider tolerance (`tolerancePoints`).',
    tied: (models: readonly string[]) =>
      `It can’t be told apart from ${list(models.map(bold))}: on this batch they do equally well.`,
    nothingText: (batch: string, result: Result, models: number) =>
      `Batch ${isolate(batch)}: ${nothingDecided(result, models)}`,
    nothing: (batch: string, result: Result, models: number, before?: DeployedModel) =>
      `Batch ${safe(batch)}: ${nothingDecided(result, models)}. ${winners.result.staysDeployed(before)}.`,
    accuracy: (result: Result, measured?: Measured) =>
      `It gets ${measured === undefined ? accuracyOf(result) : measuredAs(measured)}` +
      (result.runnerUp === undefined
        ? '.'
        : `; ${bold(result.runnerUp.model)} comes next, ${behind(result.accuracy - result.runnerUp.accuracy)}.`),
    measuring: 'How often it is right is being measured: the card asks about images drawn at random.',
    measure: (images: number) => `Measure its accuracy: ${count(images, 'more image')}`,
    measureMore: (images: number) => `Measure more closely: ${count(images, 'more image')}`,
    stopMeasuring: 'Stop measuring',
    doubt: {
      'no better than chance':
        'But no model does better than guessing: *is the order of the classes right?* Nothing is deployed without an admin’s yes.',
      'below the minimum':
        'But that is less than `minimumAccuracy` asks for. Nothing is deployed without an admin’s yes.',
      'another is pinned': 'But an admin has pinned another model. It stays until an admin says yes to this one.',
      'admins decide': 'An admin decides whether it is deployed.',
    },
    waits: (hasAdmins: boolean, before?: DeployedModel) =>
      `Waits for an admin${hasAdmins ? '' : ', and the settings name none yet (`slack.admins`)'} · ${winners.result.staysDeployed(before)}`,
    keptBy: (by: string, before?: DeployedModel) =>
      `Not deployed, says ${person(by)} · ${winners.result.staysDeployed(before)}`,
    approvedBy: (by: string) => `approved by ${person(by)}`,
    deploy: 'Deploy',
    keep: (before?: DeployedModel) => (before === undefined ? 'Deploy nothing yet' : 'Keep the present one'),
    kept: ({ model, behind: gap, unlessBetterBy }: NonNullable<Result['kept']>) =>
      `${bold(model)} stays deployed: it is ${behind(gap)}, and only a model that is better by more than ${points(unlessBetterBy)} takes its place`,
    replaced: (before: DeployedModel) =>
      `Was deployed until ${bold(before.model)} took its place (batch ${safe(before.batch)})`,
    labels: (result: Result) => `${count(result.labels, 'label')}${by(result.annotators)}`,
    deployed: (model: string, before?: DeployedModel) => {
      if (before === undefined) return 'Deployed now';
      if (before.model === model) return `Stays deployed, as for batch ${safe(before.batch)}`;
      return `Deployed now instead of ${bold(before.model)} (batch ${safe(before.batch)})`;
    },
    notYetDeployed: (before?: DeployedModel) =>
      `Not deployed yet: it could not be put in place, and the admins know why${before === undefined ? '' : `. ${bold(before.model)} (batch ${safe(before.batch)}) goes on serving`}`,
    notYetAt: (targets: readonly string[]) => `not yet at ${list(targets.map(safe))}, and the admins know why`,
    staysDeployed: (before?: DeployedModel) =>
      before === undefined
        ? 'Nothing is deployed yet'
        : `${bold(before.model)} (batch ${safe(before.batch)}) stays deployed`,
    limits: (images: number) =>
      `This is about these ${count(images, 'image')} and relies on the labels being right. It promises nothing about other days.`,
    withdrawn: (by: string, isClosed: boolean, deployed: string | undefined) =>
      `*Withdrawn* by ${person(by)}.` +
      (isClosed ? '' : ' Labeling continues; a new result will follow.') +
      (deployed === undefined ? '' : ` Until then ${bold(deployed)} stays deployed.`),
    withdrawnText: (model: string) => `Withdrawn: ${isolate(model)}`,
    history: 'History',
    reopen: 'Reopen',
    reopenTitle: 'Withdraw this result?',
    reopenText: 'The message will say that it is withdrawn, and labeling continues.',
    reopenConfirm: 'Withdraw',
    reopenDeny: 'Keep it',
  },
  rollback: {
    title: 'Go back to an earlier winner',
    note: 'It then serves, whoever wins, until an admin says `/modelpicker unpin`. For any other model: `/modelpicker deploy NAME`.',
    winner: ({ batch, result, at }: Deployed) =>
      `${bold(result.model)} · batch ${safe(batch)}, served from ${moment(at)} · ${accuracyOf(result)}`,
    button: 'Serve this again',
    confirmTitle: 'Go back?',
    confirmText: (model: string) =>
      `${isolate(model)} takes the place of what serves now, and the channel hears of it.`,
    confirm: 'Go back',
    deny: 'Cancel',
  },
  trust: {
    title: 'How far to trust what is announced',
    found: ({ announced, claims, trueAtLeast, looks, confidence }: Trust) => {
      if (announced === 0) return '*No winner has been announced yet*, so there is nothing to check.';
      const each =
        announced === 1 ? 'One winner was announced*, with a' : `${announced} winners were announced*, each with a`;
      const said = `*${each} range for the share of images it gets right.`;
      if (claims === 0)
        return `${said} ${announced === 1 ? 'It has not' : 'None has'} been checked yet: that takes images drawn at random, \`measure\` in the settings or *Measure its accuracy* under a winner.`;
      const all = claims === 1 ? 'it' : claims === 2 ? 'both' : `all ${claims} ranges`;
      const checked = `${count(looks, 'image')} drawn at random checked ${claims === announced ? all : `${claims} of these ranges`}`;
      if (trueAtLeast === 0)
        return `${said} ${checked}, which is too few to say ${claims === 1 ? 'whether it is true' : 'how many are true'}.`;
      const found =
        trueAtLeast === claims
          ? `${claims === 1 ? 'it' : 'them all'} true*`
          : `at least ${chance(trueAtLeast / claims)} true*, ${trueAtLeast} of ${claims}`;
      return `${said} ${checked}; *the audit finds ${found}. This bound is right with ${chance(confidence)} confidence, whatever the method assumes.`;
    },
    limits:
      'It relies on the labels being right, and speaks of the shares that were stated, not of which model is best. The more images are measured (`measure`), the closer it comes.',
  },
  mistakes: {
    open: 'Show its mistakes',
    title: 'Mistakes',
    close: 'Close',
    found: ({ model, batch, labeled, mistakes }: Mistakes) =>
      `${bold(model)} got ${mistakes.length} of ${count(labeled, 'labeled image')} of batch ${safe(batch)} wrong, by what people said. Most of them were chosen because models disagree, so it is right more often on the whole batch.`,
    none: ({ model, batch, labeled }: Mistakes) =>
      `${bold(model)} got none of ${count(labeled, 'labeled image')} of batch ${safe(batch)} wrong.`,
    suspects: 'First come those where most other models agree with it: there the label may be wrong.',
    entry: ({ said, people, file }: Mistake, model: string) =>
      `${bold(model)} says ${said === null ? 'nothing' : bold(said)}\n${saidBy(people)}\n${safe(file)}`,
    again: 'Ask again',
    askedAgain: 'Asked again: the card shows it to somebody else.',
    alt: 'The labeled image',
    more: (n: number) => `${count(n, 'more mistake')} not shown. \`/modelpicker export\` has all labels.`,
    stillOpen:
      'Mistakes are shown once there is a winner: until then, what others said of an image must not lead those who look at it next.',
    noSuchModel: (word: string, near: string | undefined, models: readonly string[]) =>
      `There is no model ${bold(word)} in the pool. ${near === undefined ? `It has ${list(models.map(bold))}.` : `Did you mean \`/modelpicker models ${safe(near)}\`?`}`,
    over: 'Not asked again: that result no longer stands, or a newer batch has arrived.',
    lookedAgain: ({ file, said, before }: Extract<Notice, { kind: 'looked again' }>) =>
      `Asked again about ${safe(file)}: ${saidBy([said])}; before, ${saidBy(before)}. The result stands, as it was reached. If that label matters, *Reopen* counts it.`,
  },
  picture: {
    notShown: 'The picture cannot be shown here right now.',
    alt: (leaderboard: Leaderboard) => {
      const leader = leaderboard.models[0];
      return leader === undefined
        ? 'No models to compare'
        : `Chart: ${isolate(leader.name)} leads with an estimated ${estimate(leader)} of images right; ` +
            `${count(leaderboard.confidencePath.length - 1, 'label')} so far`;
    },
    words: ({ target, patience }: Pick<Leaderboard, 'target' | 'patience'>) => ({
      accuracy: 'Right (95 % interval)',
      chanceBest: 'Chance to be best',
      confidence: 'How sure we were of the leader, label by label',
      target: `announced at ${chance(target)}, ${patience} labels in a row`,
      labels: 'labels',
      more: (models: number) => `and ${count(models, 'more model')}`,
      percent: share,
      chance,
    }),
  },
};

/** "@ana and @ben said *fox*, @cleo said *owl*"; who looked twice is named once. */
function saidBy(people: readonly { readonly annotator: string; readonly class: string | null }[]): string {
  const byClass = Map.groupBy(people, (one) => one.class);
  return Array.from(byClass, ([said, those]) => {
    const names = new Set(those.map(({ annotator }) => person(annotator)));
    return `${list([...names])} said ${said === null ? '“can’t tell”' : bold(said)}`;
  }).join(', ');
}

/** Why nothing is claimed where nobody gave a label. */
function nothingDecided({ because, annotators }: Result, models: number): string {
  if (because === 'newer batch') return 'nobody labeled it before a newer batch arrived, so nothing is decided';
  if (annotators.length > 0) return 'nobody could tell what the images show, so nothing is decided';
  if (because === 'deadline') return 'nobody labeled it in time, so nothing is decided';
  return models === 1
    ? 'nothing to choose, there is only one model'
    : `nothing to choose, all ${models} models agree on every image`;
}

/** "one image in eight". */
function oneImageIn(share: number): string {
  return share > 0.4 ? 'every other image' : `one image in ${inWords(Math.round(1 / Math.max(share, 0.001)))}`;
}

function doubts({ of, cases }: { of: number; cases: number }): string {
  if (cases === 0) return 'nobody has given a second look yet that would show how often people err';
  return `people disagree with each other on ${cases - of} of the ${count(cases, 'image')} that two looked at`;
}

const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

function inWords(n: number): string {
  return words[n] ?? String(n);
}
