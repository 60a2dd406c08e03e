import type { Result } from '../../../round/facts.ts';
import type { ToGo } from '../../../round/view.ts';
import type { MeasureOutcome, UndoOutcome } from '../../../task/asking/verbs.ts';
import type { AccuracyCheck, Card, Progress } from '../../../task/people.ts';
import { bold, day, isolate, moment, person, safe } from '../mrkdwn.ts';
import { count } from '../numbers.ts';
import { left, list, soFar } from '../phrases.ts';

/** What people hear while they label: on the card, in the lane, and as answers to a click. */
export const labeling = {
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
    onlyThis: 'Nothing else is left for you right now.',
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
    imageOnItsWay:
      'The image is still on its way to Slack, and comes here by itself. If it is not here in a minute, press *Stop* and open this again.',
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
    deploying: 'It is put in place now. The announcement says so once it serves.',
    kept: (present: string | undefined) =>
      present === undefined
        ? 'It is not deployed. Nothing else is deployed yet.'
        : `It is not deployed: ${bold(present)} stays.`,
    ruledBefore: ({ by, deploys }: { by: string; deploys: boolean }, reader: string) =>
      `${by === reader ? 'You have' : `${person(by)} has`} already decided: ` +
      `${deploys ? 'it is deployed. `/modelpicker rollback` goes back to an earlier winner.' : 'it is not deployed. `/modelpicker deploy NAME` deploys it all the same.'}`,
    notRuled: 'Nothing to decide there any more: the result was withdrawn, or a newer batch has arrived.',
    measure: {
      begun: 'Thank you! The card asks about images drawn at random now, and so does *Label on my own*.',
      ended: 'The check has ended: no more images are asked about for it.',
      'already measured': 'It is being measured already: the card shows the next image.',
      'nothing left': 'Every image of this batch has been labeled, so there is nothing left to measure on.',
      over: 'Nothing is being measured there any more.',
    } satisfies Record<MeasureOutcome['kind'], string>,
    reopened: 'The result is withdrawn and labeling continues.',
    notReopened: 'That result no longer stands: it has already been withdrawn, or a newer batch has arrived.',
    noGuidelines: 'No guidelines are set for these classes. They go under `slack.guidelines` in the settings file.',
  },
  history: {
    title: 'History',
    empty: 'No labels yet.',
    noneFound: 'No labels match.',
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
};

/** How long labels are asked for. */
function until({ until: deadline }: Progress): string {
  return deadline === undefined ? 'open until the next batch' : `until ${moment(deadline)}`;
}

/** "your *badger* on cam4-17.jpg", or "Ben's". */
function answerTo(
  { class: name, annotator, file }: { class: string | null; annotator: string; file: string },
  reader: string,
): string {
  const whose = annotator === reader ? 'your' : `${person(annotator)}’s`;
  return `${whose} ${name === null ? '“can’t tell”' : bold(name)} on ${safe(file)}`;
}
