import type { Measured, Result } from '../../round/facts.ts';
import type { ToGo } from '../../round/view.ts';
import type { Arriving } from '../../task/arrivals.ts';
import type { MeasureOutcome, UndoOutcome } from '../../task/asking/verbs.ts';
import type { PeopleReport } from '../../task/beliefs/review.ts';
import type { Trust } from '../../task/days/trust.ts';
import type { Notice } from '../../task/notice.ts';
import type {
  AccuracyCheck,
  Card,
  Deployed,
  Leaderboard,
  Mistake,
  Mistakes,
  PastRound,
  Progress,
} from '../../task/people.ts';
import { bold, day, isolate, link, moment, person, safe } from './mrkdwn.ts';
import { chance, count, estimate, labelsToRank, points, share } from './numbers.ts';
import { accuracyOf, askAdmin, by, howSure, left, list, measuredAs, noBetter, soFar, tooEarly } from './phrases.ts';

/** A winner of an earlier result. */
type DeployedModel = { readonly model: string; readonly batch: string };

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
    secondLook:
      'A second look: this image has been labeled before, and looking twice shows how far the labels can be relied on. Please say what you see, without asking anybody.',
    secondLookBut: (who: readonly string[]) =>
      `A second look, by anybody but ${list(who.map(person))}, who labeled this image before: looking twice shows how far the labels can be relied on. Please say what you see, without asking anybody.`,
    secondLookAtOwn:
      'A second look: you labeled this image a while ago. Asking once more, after many others, finds slips, which everybody makes. Please say what you see now.',
    cannotTell: 'Can’t tell',
    search: (classes: number) => `Search all ${classes} classes`,
    ownLane: 'Label on my own',
    paused: (by: string) =>
      `*Labeling is paused* by ${person(by)}. An admin can resume it with \`/modelpicker resume\`.`,
    allTaken: '*Somebody is already on every open question.* A new one appears here when they are done.',
    finished: (result: Result) =>
      result.labels === 0
        ? 'Labeling is over: without labels nothing is decided.'
        : result.inseparable
          ? 'Labeling is over without a winner: these labels can’t tell the best models apart.'
          : result.isWinner
            ? `Labeling is over: ${bold(result.model)} wins.`
            : `Labeling is over without a clear winner. Best so far: ${bold(result.model)}.`,
    resume: 'Resume',
    progress: ({ batch, openedAt, progress, now }: Card) =>
      `Batch ${safe(batch)}, since ${day(openedAt)} · ${soFar(progress)}` +
      (now.kind === 'finished' ? '' : ` · ${until(progress)}`),
    check: ({ model }: AccuracyCheck) =>
      `A check of the winner: ${bold(model)} has won, and images drawn at random show how often it is right. Nobody has to go on.`,
    checkProgress: (batch: string, { done, of }: AccuracyCheck) =>
      `Batch ${safe(batch)} · check of the winner: ${done} of ${count(of, 'image')}`,
    stopCheck: 'Stop the check',
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
  whyDrawn:
    'The winner stands, and this image was drawn at random from all that nobody has labeled: such images show how often it is right on the whole batch. Labels of them change no result.',
  whyFile: (file: string) => `Its file: \`${safe(file)}\``,
  lane: {
    title: 'Label on my own',
    submit: 'Next',
    close: 'Stop',
    done: 'Done',
    classLabel: 'Which class is this?',
    typeLabel: 'Or type the first letters, then Enter',
    searchLabel: (classes: number) => `Or search all ${classes} classes`,
    searchPlaceholder: 'Type the start of a name',
    looking: 'Looking for the next image…',
    goOn: (task: string) => `Go on with ${task}`,
    chooseOne: 'Choose a class, or “Can’t tell”.',
    saved: (className: string | null) => (className === null ? 'Saved: can’t tell.' : `Saved: ${bold(className)}.`),
    check: ({ model, done, of }: AccuracyCheck, mine: number) =>
      `${count(mine, 'image')} by you · a check of the winner, ${bold(model)}: ${done} of ${count(of, 'image')} drawn at random`,
    progress: (mine: number, toGo: ToGo | undefined) =>
      `${count(mine, 'image')} by you${toGo === undefined ? '' : ` · ${left(toGo)} in all`}`,
    later: 'Later',
    putOff: 'Put off. It comes again when nothing else is left, or somebody else gets it.',
    putOffAgain: 'You put this one off. Nothing else is left for you right now.',
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
  larger: {
    title: 'Larger picture',
    close: 'Close',
    open: 'Larger picture',
    onItsWay: 'The larger picture is on its way…',
    quarters: 'In quarters, row by row:',
    part: 'A quarter of the image to label',
    notShown: 'Slack does not show the larger picture right now. Please try again in a minute.',
  },
  notes: {
    alreadyAnswered: (by: string) => `${person(by)} answered this one a moment ago. The card shows the next question.`,
    youAnswered: 'You have already answered this one. `/modelpicker undo` takes back your last label.',
    over: 'Not counted: that batch needs no more labels. Thank you!',
    paused: 'Labeling is paused, so this was not counted. An admin can resume it with `/modelpicker resume`.',
    notYourQuestion: 'Somebody else has this question. The card shows one for you.',
    somebodyElse: (name: string | null) =>
      `Not counted: you labeled this image before (${name === null ? '“can’t tell”' : bold(name)}), and its second look is somebody else’s. If there is another image for you, the card shows it now. Was your first label a slip? Then take it back.`,
    undoFirst: 'Undo my first label',
    stale:
      'This button is from an older message and no longer does anything. The newest card has the current question.',
    undone: (undone: Extract<UndoOutcome, { kind: 'undone' }>, reader: string) =>
      `Undone: ${answerTo(undone, reader)}.` +
      (undone.withdrew ? ' The announced result relied on it and is withdrawn; labeling continues.' : ''),
    wouldWithdraw: (undone: Extract<UndoOutcome, { kind: 'would withdraw' }>, reader: string) =>
      `Nothing is undone yet: the announced result (${bold(undone.model)}) relies on ${answerTo(undone, reader)}. ` +
      'To undo it withdraws that result, tells the channel, and labeling continues.',
    undoAnyway: 'Undo and withdraw the result',
    relied:
      'Not undone: a result was announced that relies on this label. Press *Undo* again, and it asks whether to withdraw it.',
    alreadyUndone: 'That label has already been undone.',
    notYourLabel: 'That label is somebody else’s. They can undo it themselves, or an admin can.',
    noLabel: 'There is no label to undo.',
    noLabelOf: (who: string) => `${person(who)} has no label to undo in this batch.`,
    roundOver: 'That batch is closed, so its labels stay as they are.',
    pausedNow: 'Paused. Nobody will be asked anything until an admin says `/modelpicker resume`.',
    wasPaused: 'Labeling is already paused. `/modelpicker resume` starts it again.',
    resumedNow: 'Labeling continues.',
    wasRunning: 'Labeling is not paused.',
    pinnedNow: (model: string) =>
      `${bold(model)} serves from now on, whoever wins, until an admin says \`/modelpicker unpin\`.`,
    noSuchModel: (word: string, near: string | undefined, models: readonly string[]) =>
      word === ''
        ? `Which one? Write \`/modelpicker deploy NAME\`, and after it why, if you like. The pool: ${list(models.map(bold))}.`
        : `There is no model ${bold(word)} in the pool. ${near === undefined ? `It has ${list(models.map(bold))}.` : `Did you mean ${bold(near)}?`}`,
    noSuchWinner: 'That winner is not known any more. `/modelpicker rollback` has those there are.',
    noEarlier: 'There is no earlier winner to go back to.',
    unpinnedNow: (model: string, serves: string | undefined) =>
      `${bold(model)} is not pinned any more. ${serves === undefined ? 'The next winner is deployed.' : `${bold(serves)}, the last winner, serves again.`}`,
    notPinned: 'Nothing is pinned: the last winner serves.',
    deployedNow: 'It is deployed.',
    keptNow: 'It is not deployed: what is deployed stays.',
    notRuled:
      'Nothing to decide there any more: somebody has already said so, the result was withdrawn, or a newer batch has arrived.',
    measure: {
      begun: 'Thank you! The card asks about images drawn at random now, and so does *Label on my own*.',
      ended: 'No more images are asked about for that.',
      'already measured': 'It is being measured already: the card shows the next image.',
      'nothing left': 'Every image of this batch has been labeled, so there is nothing left to measure on.',
      over: 'Nothing is being measured there any more.',
    } satisfies Record<MeasureOutcome['kind'], string>,
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
  tasks: {
    none: 'Nothing here is for you yet: labeling starts on the card in a task’s channel.',
    list: (tasks: readonly { readonly name: string; readonly channel: string }[], nearest: string | undefined) =>
      [
        `Name a task: \`/modelpicker status ${nearest ?? tasks[0]?.name ?? ''}\`. In a task’s own channel its name is not needed. You can see:`,
        ...tasks.map(({ name, channel }) => `• ${bold(name)} in <#${channel}>`),
      ].join('\n'),
    named: (name: string, text: string) => `${bold(name)}: ${text}`,
  },
  failed: {
    general: 'Something went wrong and your last action may not have been saved. Please try it again.',
    disk: 'Nothing was saved: the bot’s disk is full or can’t be written. Please tell whoever runs it, and try again once it is fixed.',
    busy: (seconds: number) => `Slack asks us to wait. Please try again in ${count(seconds, 'second')}.`,
  },
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
      `Batch ${safe(batch)}: ${nothingDecided(result, models)}. ${sentences.result.staysDeployed(before)}.`,
    accuracy: (result: Result, measured?: Measured) =>
      `It gets ${measured === undefined ? accuracyOf(result) : measuredAs(measured)}` +
      (result.runnerUp === undefined
        ? '.'
        : `; ${bold(result.runnerUp.model)} comes next, ${behind(result.accuracy - result.runnerUp.accuracy)}.`),
    measuring: 'How often it is right is being measured: the card asks about images drawn at random.',
    measure: (images: number) => `Measure its accuracy: ${images} more images`,
    measureMore: (images: number) => `Measure more closely: ${images} more images`,
    stopMeasuring: 'Stop measuring',
    doubt: {
      'no better than chance':
        'But no model does better than guessing: *is the order of the classes right?* Nothing is deployed without an admin’s yes.',
      'below the minimum':
        'But that is less than `minimumAccuracy` asks for. Nothing is deployed without an admin’s yes.',
      'another is pinned': 'But an admin has pinned another model. It stays until an admin says yes to this one.',
      'admins decide': 'An admin decides whether it is deployed.',
    },
    waits: (before?: DeployedModel) => `Waits for an admin · ${sentences.result.staysDeployed(before)}`,
    keptBy: (by: string, before?: DeployedModel) =>
      `Not deployed, says ${person(by)} · ${sentences.result.staysDeployed(before)}`,
    approvedBy: (by: string) => `approved by ${person(by)}`,
    deploy: 'Deploy',
    keep: 'Keep the present one',
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
  status: {
    noBatch: (lookingIn: string) => `No batch yet. I look for new ones in \`${safe(lookingIn)}\`.`,
    running: ({ batch, done, of, secondsLeft }: Arriving) =>
      `The models are looking at batch ${safe(batch)}: ${done} of ${of} images done.${timeLeft(secondsLeft)}`,
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
    notTold: (target: string) => `${safe(target)} could not be told the last news yet; the admins know why.`,
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
      `${bold(model.name)}${labels < labelsToRank ? '' : ` gets ${accuracyOf(model)}`} · chance to be best ${chance(model.chanceBest)}`,
    early: (models: readonly { readonly name: string }[]) => tooEarly(models.map(({ name }) => bold(name))),
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
  trust: {
    title: 'How far to trust what is announced',
    found: ({ announced, claims, trueAtLeast, looks, confidence }: Trust) => {
      const said = `*Announced ${count(announced, 'time')}*: what share of the images the winner gets right.`;
      if (claims === 0)
        return `${said} None of that was checked yet: it takes images drawn at random, \`measure\` in the settings or *Measure its accuracy* under a winner.`;
      const checked = `${count(looks, 'image')} drawn at random checked ${claims === announced ? (claims === 1 ? 'it' : 'all of them') : `${claims} of them`}`;
      if (trueAtLeast === 0) return `${said} ${checked}, which is too few to say how often it was true.`;
      return `${said} ${checked}; *the audit finds it true in at least ${chance(trueAtLeast / claims)}*, ${trueAtLeast} of ${claims}. This bound is right with ${chance(confidence)} confidence, whatever the method assumes.`;
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
    suspects: 'First those where most other models say the same as it: there the label may be wrong.',
    entry: ({ said, people, file }: Mistake, model: string) =>
      `${bold(model)} says ${said === null ? 'nothing' : bold(said)} · ${saidBy(people)} · ${safe(file)}`,
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
  history: {
    title: 'History',
    empty: 'No labels yet.',
    noneFound: 'Nothing of that kind.',
    everybody: 'Everybody',
    everyClass: 'Every class',
    disagreements: 'Where people disagree',
    all: 'Show all',
    hiddenLeftOut: 'What others said is hidden until nobody else will be asked, and is not among these.',
    entry: (className: string | null, annotator: string, at: string, file: string) =>
      `${className === null ? 'can’t tell' : bold(className)} by ${person(annotator)}, ${moment(at)} · ${safe(file)}`,
    secret: (annotator: string, at: string) =>
      `${person(annotator)} answered, ${moment(at)}. What they said is hidden until nobody else will be asked.`,
    undone: (text: string, by: string) => `~${text}~ undone by ${person(by)}`,
    undo: 'Undo',
    undoTitle: 'Withdraw the result too?',
    undoText: 'The announced result relies on this label. It will say that it is withdrawn, and labeling continues.',
    undoConfirm: 'Undo and withdraw',
    undoDeny: 'Keep both',
    alt: 'The labeled image',
    older: (n: number) => `${count(n, 'older label')} not shown. \`/modelpicker export\` has all of them.`,
    close: 'Close',
  },
  guidelines: { title: 'Guidelines', alt: 'An example of this class' },
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
    inseparable: (batch: string) =>
      `Batch ${safe(batch)} ended without a winner: its labels can’t tell the best models apart.`,
    open: (batch: string, progress: Progress) =>
      `Batch ${safe(batch)} still needs labels: ${progress.labels} of at most ${progress.budget} so far.`,
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
      'All days of the demo have arrived: there is nothing left to wait for. To start again, stop the demo and run `npm run demo -- --fresh`.',
  },
  commands: {
    unknown: (word: string, nearest?: string) =>
      `I don’t know \`${safe(word)}\`.${nearest === undefined ? '' : `${perhaps(nearest)} All commands: \`/modelpicker help\`.`}`,
    leftOver: (name: string, word: string, nearest?: string) =>
      `Nothing is done: I don’t know what \`${safe(word)}\` means after \`${name}\`.${perhaps(nearest ?? name)}`,
    nobody: (word: string, labeled: readonly string[], nearest?: string) =>
      `Nothing is undone: I don’t know who \`${safe(word)}\` is.${nearest === undefined ? '' : perhaps(nearest)} Type @ and pick the person from the list: \`/modelpicker undo @name\`.` +
      (labeled.length === 0 ? '' : ` In this batch, labels are by ${list(labeled.map(person))}.`),
    noBatch: (word: string, name: string, nearest?: string) =>
      nearest === undefined
        ? `There is no batch \`${safe(word)}\`, nor any other yet.`
        : `There is no batch \`${safe(word)}\`. The nearest is \`/modelpicker ${name} ${safe(nearest)}\`.`,
    needsWindow: (name: string) =>
      `\`${name}\` opens a window, which Slack lets me do only after \`/modelpicker ${name}\`, or a button.`,
    intro: 'Model Picker finds which model fits each day’s images best, from as few labels as possible.',
    help: {
      status: 'where the current batch stands, for your eyes only; `status 2026-11-02` for another batch',
      label: 'label on your own, one image after another',
      undo: 'take back your last label (admins: `undo @name`)',
      history: 'who said what; undo any of your labels',
      models: 'all models and how they are doing; `models NAME` for what one got wrong',
      trust: 'how often what was announced has been true, by images drawn at random',
      people: 'how people agree with each other, for your eyes only (admins)',
      rollback: 'go back to an earlier winner (admins)',
      deploy: 'pin a model of the pool: `deploy NAME`, and why (admins)',
      unpin: 'let the last winner serve again (admins)',
      pause: 'stop asking (admins)',
      resume: 'start asking again (admins)',
      export: 'all labels, and one settled label an image, as CSV files',
      help: 'this list',
      version: 'which version of the bot this is',
    },
  },
};

/** "@ana said *fox* and @ben said *owl*". */
function saidBy(people: readonly { readonly annotator: string; readonly class: string | null }[]): string {
  return list(
    people.map((one) => `${person(one.annotator)} said ${one.class === null ? '“can’t tell”' : bold(one.class)}`),
  );
}

/** A part of a sentence that stands alone. */
function sentence(part: string): string {
  return `${part[0]?.toUpperCase() ?? ''}${part.slice(1)}.`;
}

function perhaps(command: string): string {
  return ` Did you mean \`/modelpicker ${command}\`?`;
}

/** How long labels are asked for. */
function until({ until: deadline }: Progress): string {
  return deadline === undefined ? 'open until the next batch' : `until ${moment(deadline)}`;
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

/** "your *badger* on cam4-17.jpg", or "Ben's". */
function answerTo(
  { class: name, annotator, file }: { class: string | null; annotator: string; file: string },
  reader: string,
): string {
  const whose = annotator === reader ? 'your' : `${person(annotator)}’s`;
  return `${whose} ${name === null ? '“can’t tell”' : bold(name)} on ${safe(file)}`;
}

/** How far the runner-up is behind, in points of accuracy. */
function behind(margin: number): string {
  return margin < 0.0005 ? 'about level' : `about ${points(margin, 1)} behind`;
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
