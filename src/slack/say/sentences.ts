import type { Result } from '../../round/facts.ts';
import type { Arriving, Leaderboard, Progress } from '../../task/people.ts';
import { bold, isolate, moment, person, safe } from './mrkdwn.ts';
import { chance, count, plusMinus, points, share } from './numbers.ts';
import { askAdmin, by, howSure, list, noBetter } from './phrases.ts';

/**
 * Every sentence the bot says, and nothing else: another language is another file with this type (and its own phrases
 * and numbers, which only sentences are made of).
 * What stands in `text` and in plain-text fields has no mrkdwn; names are escaped here.
 */
export const sentences = {
  app: 'Model Picker',
  card: {
    title: 'Which class is this?',
    text: {
      asking: (batch: string) => `Batch ${isolate(batch)}: which class is this?`,
      paused: (batch: string) => `Batch ${isolate(batch)}: labeling is paused`,
      'all taken': (batch: string) => `Batch ${isolate(batch)}: every open question is taken`,
      finished: (batch: string) => `Batch ${isolate(batch)}: labeling is over`,
    },
    alt: 'The image to label',
    imageComing: 'The next image is on its way to Slack…',
    imageMissing: 'The image cannot be shown right now. Press *Can’t tell* to move on to another one.',
    secondOpinion: 'A second opinion, please: somebody has already labeled this image. Answer without asking them.',
    cannotTell: 'Can’t tell',
    search: (classes: number) => `Search all ${classes} classes`,
    ownLane: 'Label on my own',
    paused: (by: string) =>
      `*Labeling is paused* by ${person(by)}. An admin can resume it with \`/modelpicker resume\`.`,
    allTaken: '*Somebody is already on every open question.* A new one appears here when they are done.',
    finished: (result: Result) =>
      result.isWinner
        ? `Labeling is over: ${bold(result.model)} wins.`
        : `Labeling is over without a clear winner. Best so far: ${bold(result.model)}.`,
    resume: 'Resume',
    progress: (batch: string, progress: Progress) =>
      `Batch ${safe(batch)} · ${progress.labels} of at most ${count(progress.budget, 'label')}${by(progress.annotators)}`,
    lastAnswer: (who: string, className: string | null) =>
      className === null ? `${person(who)} couldn’t tell` : `${person(who)} said ${bold(className)}`,
    lastAnswerHidden: (who: string) => `${person(who)} answered`,
    warning: (text: string) => `Not used: ${safe(text)}`,
  },
  menu: {
    guidelines: 'Guidelines',
    why: 'Why this image?',
    undo: 'Undo my last label',
    history: 'History',
    pause: 'Pause labeling',
  },
  why:
    'The models disagree about this image, and its label should tell us more than any other about which of them is best. ' +
    'Images on which they all agree are never asked about: they cannot tell models apart.',
  lane: {
    title: 'Label on my own',
    submit: 'Next',
    close: 'Stop',
    done: 'Done',
    classLabel: 'Which class is this?',
    searchLabel: (classes: number) => `Or search all ${classes} classes`,
    searchPlaceholder: 'Type the start of a name',
    looking: 'Looking for the next image…',
    chooseOne: 'Choose a class, or “Can’t tell”.',
    saved: (className: string | null) => (className === null ? 'Saved: can’t tell.' : `Saved: ${bold(className)}.`),
    undone: 'Undone. It no longer counts.',
    undo: 'Undo',
    nothing: {
      paused: 'Labeling is paused. An admin can resume it with `/modelpicker resume`.',
      over: 'This batch needs no more labels. Thank you!',
      'all taken': 'Somebody else is already on every open question. Check back in a few minutes.',
      'no round': 'There is no batch to label yet. The channel gets a message when one is ready.',
    },
    imageNotShown:
      'Slack does not show this image in a window right now. Press *Stop* and open this again in a minute, or label on the card in the channel.',
    imageOnItsWay: 'The image is still on its way to Slack. Press *Stop* and open this again in a few seconds.',
  },
  notes: {
    alreadyAnswered: (by: string) => `${person(by)} answered this one a moment ago. The card shows the next question.`,
    youAnswered: 'You have already answered this one. `/modelpicker undo` takes back your last label.',
    over: 'Not counted: that batch needs no more labels. Thank you!',
    paused: 'Labeling is paused, so this was not counted. An admin can resume it with `/modelpicker resume`.',
    notYourQuestion: 'Somebody else has this question. The card shows one for you.',
    otherPerson: 'You have already labeled this image. It is waiting for somebody else’s opinion.',
    stale:
      'This button is from an older message and no longer does anything. The newest card has the current question.',
    undone: (className: string | null, withdrew: boolean) =>
      `Undone: ${className === null ? 'can’t tell' : bold(className)}.` +
      (withdrew ? ' The announced result relied on it and is withdrawn; labeling continues.' : ''),
    alreadyUndone: 'That label has already been undone.',
    notYourLabel: 'That label is somebody else’s. They can undo it themselves, or an admin can.',
    noLabel: 'There is no label to undo.',
    noLabelOf: (who: string) => `${person(who)} has no label to undo in this batch.`,
    roundOver: 'That batch is closed, so its labels stay as they are.',
    pausedNow: 'Paused. Nobody will be asked anything until an admin says `/modelpicker resume`.',
    wasPaused: 'Labeling is already paused. `/modelpicker resume` starts it again.',
    resumedNow: 'Labeling continues.',
    wasRunning: 'Labeling is not paused.',
    reopened: 'The result is withdrawn and labeling continues.',
    notReopened: 'That result no longer stands: it has already been withdrawn, or a newer batch has arrived.',
    noGuidelines: 'No guidelines are set for these classes. They go under `slack.guidelines` in the settings file.',
  },
  denied: {
    team: 'Model Picker only answers people from its own workspace.',
    channel: (channel: string) => `Model Picker works in <#${channel}>. Please go there.`,
    person: (admins: readonly string[]) => `You are not on the list of people who may label. ${askAdmin(admins)}`,
    admin: (admins: readonly string[]) => `Only an admin may do this. ${askAdmin(admins)}`,
    joinFirst: (channel: string) =>
      `Labeling starts in <#${channel}>: press *Label on my own* on the card there. After that it works from here too.`,
  },
  failed: {
    general: 'Something went wrong and your last action may not have been saved. Please try it again.',
    disk: 'Nothing was saved: the bot’s disk is full or can’t be written. Please tell whoever runs it, and try again once it is fixed.',
    busy: (seconds: number) => `Slack asks us to wait. Please try again in ${count(seconds, 'second')}.`,
  },
  result: {
    text: (batch: string, { model, isWinner }: Result) =>
      isWinner ? `${isolate(model)} wins batch ${isolate(batch)}` : `No clear winner. Best so far: ${isolate(model)}`,
    claim: (batch: string, result: Result) =>
      `Batch ${safe(batch)}: we are *${howSure(result.confidence)}* that ${noBetter(result.tolerance)}.`,
    because: {
      confident: '',
      'budget spent': 'The label budget is spent.',
      deadline: 'The time for labeling is over.',
      'nothing left to ask': 'Every image on which the models disagree has been labeled.',
      'newer batch': 'A newer batch has arrived.',
    },
    tied: (models: readonly string[]) =>
      `It can’t be told apart from ${list(models.map(bold))}: on this batch they do equally well.`,
    accuracy: (result: Result) =>
      `It gets about ${share(result.accuracy)} of the images right (${plusMinus(result.accuracySd)})` +
      (result.runnerUp === undefined
        ? '.'
        : `; ${bold(result.runnerUp.model)} comes next, ${behind(result.accuracy - result.runnerUp.accuracy)}.`),
    labels: (result: Result) => `${count(result.labels, 'label')}${by(result.annotators)}`,
    deployed: (model: string, before?: { model: string; batch: string }) => {
      if (before === undefined) return 'Deployed now';
      if (before.model === model) return `Stays deployed, as for batch ${safe(before.batch)}`;
      return `Deployed now instead of ${bold(before.model)} (batch ${safe(before.batch)})`;
    },
    staysDeployed: (before?: { model: string; batch: string }) =>
      before === undefined
        ? 'Nothing is deployed yet'
        : `${bold(before.model)} (batch ${safe(before.batch)}) stays deployed`,
    limits: (images: number) =>
      `This is about these ${count(images, 'image')} and relies on the labels being right. It promises nothing about other days.`,
    withdrawn: (by: string, result: Result) =>
      `*Withdrawn* by ${person(by)}. Labeling continues; a new result will follow.` +
      (result.isWinner ? ` Until then ${bold(result.model)} stays deployed.` : ''),
    withdrawnText: (model: string) => `Withdrawn: ${isolate(model)}. Labeling continues.`,
    history: 'History',
    reopen: 'Reopen',
    reopenTitle: 'Withdraw this result?',
    reopenText: 'The message will say that it is withdrawn, and labeling continues.',
    reopenConfirm: 'Withdraw',
    reopenDeny: 'Keep it',
  },
  status: {
    noBatch: (lookingIn: string) => `No batch yet. I look for new ones in \`${safe(lookingIn)}\`.`,
    running: ({ batch, done, of, secondsLeft }: Arriving) =>
      `The models are looking at batch ${safe(batch)}: ${done} of ${of} images done.${timeLeft(secondsLeft)}`,
    failed: (batch: string, reason: string) => `The models could not look at batch ${safe(batch)}: ${safe(reason)}`,
    title: (batch: string) => `Batch ${isolate(batch)}`,
    phase: { labeling: 'Labeling', paused: 'Paused', finished: 'Finished' },
    best: (model: string, confidence: number) => `Best so far: ${isolate(model)}, ${howSure(confidence)}`,
    sure: 'Confidence',
    sureOf: (confidence: number, target: number, tolerance: number) =>
      `${howSure(confidence)} that ${noBetter(tolerance)} (announced at ${chance(target)})`,
    labels: 'Labels',
    labelsOf: (progress: Progress) => `${progress.labels} of at most ${progress.budget}`,
    people: 'People',
    nobody: 'Nobody yet',
    deployed: 'Deployed',
    deployedModel: (model: string, batch: string) => `${bold(model)} (batch ${safe(batch)})`,
    nothingDeployed: 'Nothing yet',
    state: 'State',
    leftOut: (name: string, reason: string) => `Left out: ${bold(name)}, ${safe(reason)}`,
    setAside: (images: number) => `Set aside: ${count(images, 'image')} that could not be read`,
    more: (n: number) => `and ${n} more`,
    model: (name: string, accuracy: number, sd: number, chanceBest: number) =>
      `${bold(name)} gets about ${share(accuracy)} right (${plusMinus(sd)}) · chance to be best ${chance(chanceBest)}`,
    early: (models: number, answers: number) =>
      `Too early to rank the ${models} models: after about ${answers} answers this shows which one leads.`,
  },
  picture: {
    notShown: 'The picture cannot be shown here right now.',
    alt: (leaderboard: Leaderboard) => {
      const leader = leaderboard.models[0];
      return leader === undefined
        ? 'No models to compare'
        : `Chart: ${isolate(leader.name)} leads with an estimated ${share(leader.accuracy)} of images right; ` +
            `${leaderboard.confidencePath.length - 1} answers so far`;
    },
    words: (target: number) => ({
      accuracy: 'Right (95 % interval)',
      chanceBest: 'Chance to be best',
      confidence: 'How sure we were of the leader, answer by answer',
      target: `announced at ${chance(target)}`,
      labels: 'answers',
      more: (models: number) => `and ${count(models, 'more model')}`,
      percent: share,
      chance,
    }),
  },
  history: {
    title: 'History',
    empty: 'No labels yet.',
    entry: (className: string | null, annotator: string, at: string) =>
      `${className === null ? 'can’t tell' : bold(className)} by ${person(annotator)}, ${moment(at)}`,
    secret: (annotator: string, at: string) =>
      `${person(annotator)} answered, ${moment(at)}. What they said is hidden until nobody else will be asked.`,
    undone: (text: string, by: string) => `~${text}~ undone by ${person(by)}`,
    undo: 'Undo',
    alt: 'The labeled image',
    older: (n: number) => `${count(n, 'older label')} not shown. \`/modelpicker export\` has all of them.`,
    close: 'Close',
  },
  guidelines: { title: 'Guidelines', alt: 'An example of this class' },
  home: {
    needs: 'What needs labels now',
    nothing: 'Nothing right now. The channel gets a message when a new batch is ready.',
    running: (batch: string) => `The models are looking at batch ${safe(batch)}. Labeling starts when they are done.`,
    batch: (batch: string) => `Batch ${safe(batch)} needs labels.`,
    paused: (batch: string) => `Labeling of batch ${safe(batch)} is paused.`,
    finished: (batch: string) => `Batch ${safe(batch)} is done.`,
    mine: 'My labels',
    noneOfMine: 'None in this batch yet.',
    winners: 'Recent results',
    noWinners: 'None yet.',
    winner: (batch: string, result: Result) =>
      `Batch ${safe(batch)}: ${bold(result.model)}${result.isWinner ? '' : ' (best so far, no clear winner)'}, ${howSure(result.confidence)}`,
    help: 'Help',
  },
  digest: {
    title: (date: string) => `Model of the day, ${date}`,
    deployed: (model: string) => `${bold(model)} is deployed.`,
    text: (model: string | undefined) =>
      model === undefined ? 'No model is deployed yet.' : `${isolate(model)} is deployed.`,
    nothing: 'No model is deployed yet.',
    claim: (batch: string, result: Result) =>
      `On batch ${safe(batch)} we are *${howSure(result.confidence)}* that ${noBetter(result.tolerance)}: ${count(result.labels, 'label')}${by(result.annotators)}.`,
    changed: (before: string) => `Changed: it was ${bold(before)}.`,
    unchanged: 'Unchanged since the last announcement.',
    open: (batch: string, progress: Progress) =>
      `Batch ${safe(batch)} still needs labels: ${progress.labels} of at most ${progress.budget} so far.`,
  },
  exported: {
    noTab:
      'I can’t send you files: the app’s messages tab is switched off. Whoever runs the app switches it on under *App Home* at api.slack.com/apps.',
    late: 'The CSV file is uploaded, but Slack has not put it into our direct messages yet. If it does not come, please export again.',
    sent: 'I sent you all labels as a CSV file in our direct messages.',
    comment: 'All labels from all batches.',
    title: 'Labels',
  },
  commands: {
    unknown: (word: string, nearest: string | undefined) =>
      `I don’t know \`${safe(word)}\`.${nearest === undefined ? '' : ` Did you mean \`/modelpicker ${nearest}\`? All commands: \`/modelpicker help\`.`}`,
    intro: 'Model Picker finds which model fits each day’s images best, from as few labels as possible.',
    help: {
      status: 'where the current batch stands, for your eyes only',
      label: 'label on your own, one image after another',
      undo: 'take back your last label (admins: `undo @name`)',
      history: 'who said what; undo any of your labels',
      models: 'all models and how they are doing',
      pause: 'stop asking (admins)',
      resume: 'start asking again (admins)',
      export: 'all labels as a CSV file',
      help: 'this list',
    },
  },
};

/** How far the runner-up is behind, in points of accuracy. */
function behind(margin: number): string {
  return margin < 0.0005 ? 'about level' : `about ${points(margin, 1)} behind`;
}

function timeLeft(seconds: number | undefined): string {
  if (seconds === undefined) return '';
  return ` About ${seconds < 90 ? count(Math.ceil(seconds), 'second') : count(Math.ceil(seconds / 60), 'minute')} left.`;
}
