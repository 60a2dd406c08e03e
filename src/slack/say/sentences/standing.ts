import type { Measured } from '../../../round/facts.ts';
import type { Arriving } from '../../../task/arrivals.ts';
import type { RunAgainOutcome } from '../../../task/asking/verbs.ts';
import type { PeopleReport } from '../../../task/beliefs/review.ts';
import type { AccuracyCheck, Deployed, Leaderboard, PastRound, Progress } from '../../../task/people.ts';
import { bold, day, isolate, link, person, safe } from '../mrkdwn.ts';
import { chance, count, estimate, labelsToRank, range } from '../numbers.ts';
import { howSure, left, list, measuredAs, noBetter, soFar, tooEarly } from '../phrases.ts';

/** What people read when they ask where a task stands. */
export const standing = {
  tasks: {
    none: 'Nothing here is for you yet: labeling starts on the card in a task’s channel.',
    list: (tasks: readonly { readonly name: string; readonly channel: string }[], nearest: string | undefined) =>
      [
        `Name a task: \`/modelpicker status ${nearest ?? tasks[0]?.name ?? ''}\`. In a task’s own channel its name is not needed. You can see:`,
        ...tasks.map(({ name, channel }) => `• ${bold(name)} in <#${channel}>`),
      ].join('\n'),
    named: (name: string, text: string) => `${bold(name)}: ${text}`,
  },
  status: {
    noBatch: (lookingIn: string) => `No batch yet. I look for new ones in \`${safe(lookingIn)}\`.`,
    running: ({ batch, done, of, secondsLeft, ...work }: Arriving) =>
      `The models are looking at batch ${safe(batch)}: ${done} of ${count(of, 'image')} done${workBy(work)}.${timeLeft(secondsLeft)}`,
    workersWait: (workers: number) =>
      workers === 0
        ? 'No worker is there: start `modelpicker worker`.'
        : `${count(workers, 'worker')}, waiting for a batch.`,
    failed: (batch: string, reason: string) => `The models could not look at batch ${safe(batch)}: ${safe(reason)}`,
    title: (batch: string) => `Batch ${isolate(batch)}`,
    agreement: (of: number, cases: number) => `People agree on ${of} of ${count(cases, 'image')} that two looked at.`,
    inseparable: 'Finished without a winner: these labels can’t tell the best models apart',
    phase: { labeling: 'Labeling', paused: 'Paused', finished: 'Finished' },
    best: (model: string, confidence: number) => `Best so far: ${isolate(model)}, ${howSure(confidence)}`,
    sure: 'Confidence',
    sureOf: (confidence: number, target: number, tolerance: number, patience: number) =>
      `${howSure(confidence)} that ${noBetter(tolerance)} (announced at ${chance(target)}, ${patience} labels in a row)`,
    measured: 'Measured',
    measuredOf: ({ done, of }: AccuracyCheck) =>
      `A check of the winner on images drawn at random: ${done} of ${of} so far`,
    accuracy: (measured: Measured) => sentence(measuredAs(measured)),
    labels: 'Labels',
    labelsOf: ({ labels, budget, toGo }: Progress) =>
      `${labels} of at most ${budget}${toGo === undefined ? '' : `, ${left(toGo)}`}`,
    people: 'People',
    nobody: 'Nobody yet',
    notInPlace: (batch: string, model: string, target?: string) =>
      target === undefined
        ? `${bold(model)} won batch ${safe(batch)} and could not be put in place yet; the admins know why.`
        : `${bold(model)}, of batch ${safe(batch)}, is not at ${safe(target)} yet; the admins know why.`,
    notTold: (target: string) => `${safe(target)} could not be told the latest news yet; the admins know why.`,
    deployed: 'Deployed',
    deployedModel: ({ result, batch, withdrawnBy, pinned }: Deployed) =>
      `${bold(result.model)} (batch ${safe(batch)}${withdrawnBy === undefined ? '' : ', withdrawn'}${pinned ? `, pinned by ${person(pinned.by)}` : ''})`,
    nothingDeployed: 'Nothing yet',
    state: 'State',
    leftOut: (name: string, reason: string) => `Left out: ${bold(name)}, ${safe(reason)}`,
    setAside: (images: number) => `Set aside: ${count(images, 'image')} that could not be read`,
    more: (n: number) => `and ${n} more`,
    toCard: (address: string) => link(address, 'Go to the card'),
    pool: (models: readonly string[]) =>
      models.length === 0
        ? 'No models yet: each batch brings what its models say.'
        : `${count(models.length, 'model')}, and no labels yet: ${list(models.map(bold), 40)}.`,
    past: ({ batch, openedAt }: PastRound) => `*Batch ${safe(batch)}*, ${day(openedAt)}`,
    pastOpen: 'It ended without a result.',
    pastWithdrawn: (by: string) => `*Withdrawn* by ${person(by)}: this result does not stand.`,
    model: (model: Leaderboard['models'][number], labels: number) =>
      `${bold(model.name)}${labels < labelsToRank ? '' : ` · ${estimate(model)} right (${range(model)})`} · chance to be best ${chance(model.chanceBest)}${model.providers ? ` · ran on ${model.providers.map(safe).join(', ')}` : ''}`,
    early: (models: readonly { readonly name: string }[]) => tooEarly(models.map(({ name }) => bold(name))),
  },
  rerun: {
    button: 'Run again',
    by: (who: string) => `${person(who)} has them run again.`,
    /** Undefined where the message itself says it all. */
    note: (outcome: RunAgainOutcome, batch: string, reader: string): string | undefined => {
      switch (outcome.kind) {
        case 'begun':
          return undefined;
        case 'begun before':
          return outcome.by === reader ? undefined : `${person(outcome.by)} has had them run again already.`;
        case 'running':
          return `The models are at work on batch ${safe(batch)} already.`;
        case 'over':
          return `Nothing to run again: the models have looked at batch ${safe(batch)} by now, or it is gone.`;
      }
    },
  },
  home: {
    needs: 'What needs labels now',
    nothing: 'Nothing right now. The channel gets a message when a new batch is ready.',
    running: (batch: string) => `The models are looking at batch ${safe(batch)}. Labeling starts when they are done.`,
    batch: (batch: string, progress: Progress) => `Batch ${safe(batch)} needs labels: ${soFar(progress)}.`,
    paused: (batch: string) => `Labeling of batch ${safe(batch)} is paused.`,
    finished: (batch: string) => `Batch ${safe(batch)} is done.`,
    check: (batch: string, { model, done, of }: AccuracyCheck) =>
      `Batch ${safe(batch)} is done. A check of the winner, ${bold(model)}, on images drawn at random: ${done} of ${of} so far.`,
    inseparable: (batch: string) =>
      `Batch ${safe(batch)} is done, without a winner: its labels can’t tell the best models apart.`,
    mine: 'My labels',
    noneOfMine: 'None in this batch yet.',
    winners: 'Recent results',
    noWinners: 'None yet.',
    winner: ({ batch, result, withdrawnBy }: Deployed) =>
      withdrawnBy === undefined
        ? `Batch ${safe(batch)}: ${bold(result.model)}, ${howSure(result.confidence)}`
        : `Batch ${safe(batch)}: ~${bold(result.model)}~ withdrawn by ${person(withdrawnBy)}`,
    help: 'Help',
  },
  people: {
    title: (batch: string) => `Batch ${isolate(batch)}: who labeled`,
    nobody: 'Nobody yet.',
    person: (one: PeopleReport['people'][number]) =>
      `${person(one.annotator)}: ${count(one.labels, 'label')}, ${agreeing(one.agreement)}${repeated(one.repeats)}.` +
      (one.random < 0.5
        ? ''
        : ' *These answers look like random clicks*, so nothing is learned from them. Perhaps something is unclear: ask them, and show them the guidelines.'),
    note: 'Only you see this. People are asked twice mostly about hard images, so an agreement is lower here than it would be on all of them. Please don’t rank anybody by it.',
  },
  exported: {
    noTab:
      'I can’t send you files: the app’s messages tab is switched off. Whoever runs the app switches it on under *App Home* at api.slack.com/apps.',
    late: 'The CSV files are uploaded, but Slack has not put them into our direct messages yet. If they do not come, please export again.',
    sent: 'I sent you two CSV files in our direct messages: every label, and one settled label an image.',
    comment: 'All labels from all batches.',
    title: 'Labels',
    settled: 'One settled label an image',
  },
  demo: {
    allDays:
      'That was the last day of the demo: no further batch arrives here. To start anew, stop the demo and run it again with `--fresh`.',
  },
};

/** A part of a sentence that stands alone. */
function sentence(part: string): string {
  return `${part[0]?.toUpperCase() ?? ''}${part.slice(1)}.`;
}

/** Who does it, where that is not the bot's machine. */
function workBy({ workers, perSecond }: Pick<Arriving, 'workers' | 'perSecond'>): string {
  if (workers === undefined) return '';
  if (workers === 0) return ', and no worker is there to go on: start `modelpicker worker`';
  const rate = perSecond === undefined ? '' : `, ${Number(perSecond.toPrecision(2))} a second`;
  return ` by ${count(workers, 'worker')}${rate}`;
}

function timeLeft(seconds: number | undefined): string {
  if (seconds === undefined) return '';
  return ` About ${seconds < 90 ? count(Math.ceil(seconds), 'second') : count(Math.ceil(seconds / 60), 'minute')} left.`;
}

/** How far somebody's labels are those of others, with what so few images allow to say (95 % interval). */
function agreeing({ of, cases, low, high }: PeopleReport['people'][number]['agreement']): string {
  if (cases === 0) return 'on images that nobody else has looked at yet';
  const range = `95 % interval ${Math.round(100 * low)} to ${Math.round(100 * high)} %`;
  return `agrees with others on ${of} of ${count(cases, 'image')} that they looked at too (${range})`;
}

function repeated({ of, cases }: PeopleReport['people'][number]['repeats']): string {
  return cases === 0 ? '' : `; asked again, said the same on ${of} of ${cases}`;
}
