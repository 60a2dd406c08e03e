/** A condition that is taken out: every place of `from` in `file` becomes `to`; one of `tests` must fail. */
export type Mutation = {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly tests: readonly string[];
};

const goingOn = ['test/task/going-on.test.ts'];
const limits = ['test/task/limits.test.ts'];
const nextStep = ['test/round/next-step.test.ts'];
const folder = ['test/deploy/folder.test.ts'];
const store = ['test/store/store.test.ts'];
const access = ['test/slack/access.test.ts'];
const batches = ['test/predictions/batches.test.ts'];
const waysIn = ['test/safety/ways-in.test.ts'];
const numbers = ['test/method/numbers.test.ts'];

export const mutations: readonly Mutation[] = [
  {
    name: 'a restart tells admins again what stands',
    file: 'src/slack/out/alarm.ts',
    from: 'if (told.standing().includes(about)) return;',
    to: '',
    tests: ['test/tasks/start.test.ts'],
  },
  {
    name: 'an edit that works cures what new messages are refused for',
    file: 'src/slack/out/alarm.ts',
    from: "(way === 'new' || seen.get(about)?.way === 'edit')",
    to: 'true',
    tests: ['test/slack/refusals.test.ts'],
  },
  {
    name: 'each task tells the same admin the same words',
    file: 'src/slack/out/alarm.ts',
    from: 'if (heard.has(words)) return true;',
    to: '',
    tests: ['test/slack/refusals.test.ts'],
  },
  {
    name: 'a state that is out of date is sent while a newer one waits',
    file: 'src/slack/out/editing.ts',
    from: 'if (message === newest.get(key)) return',
    to: 'return',
    tests: ['test/slack/channel.test.ts'],
  },
  {
    name: 'announce before deploying',
    file: 'src/task/advance.ts',
    from: "if (step.kind === 'deploy') return",
    to: "if (step.kind === 'deploy') await showResults(current, context);\n  if (step.kind === 'deploy') return",
    tests: goingOn,
  },
  {
    name: 'the fact of a deployment before the hand-over',
    file: 'src/task/going-on/hand-over.ts',
    from: '    if (target) await aside(() => target.handOver(winner));',
    to: "    await journal.record(name, { kind: 'deployment', key: 'deployment:1', result: number });\n    if (target) await aside(() => target.handOver(winner));",
    tests: goingOn,
  },
  {
    name: 'an older winner takes the place of a newer one',
    file: 'src/task/going-on/hand-over.ts',
    from: 'if (isSuperseded(name, context)) return false;',
    to: '',
    tests: goingOn,
  },
  {
    name: 'an old round that fails keeps the next batch from its round',
    file: 'src/task/task.ts',
    from: '(await goOn(advanceRound(current, context, coming)))',
    to: '(await advanceRound(current, context, coming))',
    tests: goingOn,
  },
  {
    name: 'a failing step is tried at every click',
    file: 'src/task/going-on/attempts.ts',
    from: 'if (before && isWaiting(before)) return false;',
    to: '',
    tests: goingOn,
  },
  {
    name: 'admins are told at every failure',
    file: 'src/task/going-on/attempts.ts',
    from: 'if (isTold) return;',
    to: '',
    tests: goingOn,
  },
  {
    name: 'two clicks on one question both count at a stop',
    file: 'src/task/answers.ts',
    from: 'if (!isFirst) return answer(current, context, click);',
    to: '',
    tests: goingOn,
  },
  {
    name: 'a click after the end counts (the "over" check)',
    file: 'src/task/answers.ts',
    from: "if (isOver) return { kind: 'over' };",
    to: '',
    tests: limits,
  },
  {
    name: 'labels that measure a winner decide',
    file: 'src/round/round-of.ts',
    from: 'aside === undefined || draft.withdrawnBy.has(aside)',
    to: 'true',
    tests: ['test/task/measuring.test.ts'],
  },
  {
    name: 'images that measure a winner are drawn anew after a start',
    file: 'src/round/measuring.ts',
    from: 'const random = randomFrom(seed);',
    to: 'const random = Math.random;',
    tests: ['test/task/measuring.test.ts'],
  },
  {
    name: 'a late answer after the withdrawal is lost',
    file: 'src/round/round-of.ts',
    from: ' || draft.withdrawnBy.has(aside)',
    to: '',
    tests: ['test/task/measuring.test.ts'],
  },
  {
    name: 'leases beyond the budget',
    file: 'src/task/leases.ts',
    from: ': isSpent\n',
    to: ': isSpent && false\n',
    tests: limits,
  },
  {
    name: 'reopen whatever result of the batch stands',
    file: 'src/task/serving/rulings.ts',
    from: ' && named.result === number',
    to: '',
    tests: limits,
  },
  {
    name: 'a first opinion on the card',
    file: 'src/task/messages/card.ts',
    from: 'round.opened.rules.opinions > 1 ? undefined : round.given.findLast(stands)',
    to: 'round.given.findLast(stands)',
    tests: limits,
  },
  {
    name: 'a first opinion in the history',
    file: 'src/task/status.ts',
    from: 'const isSecret = round.opened.rules.opinions > 1 &&',
    to: 'const isSecret = false &&',
    tests: limits,
  },
  {
    name: 'patience counts the prior',
    file: 'src/task/beliefs/log.ts',
    from: 'Math.max(1, count - PATIENCE + 1)',
    to: 'Math.max(0, count - PATIENCE + 1)',
    tests: limits,
  },
  {
    name: 'a missing team passes',
    file: 'src/slack/access.ts',
    from: 'return teams.length > 0 && teams.every',
    to: 'return teams.every',
    tests: access,
  },
  {
    name: 'team.id before user.team_id',
    file: 'src/slack/access.ts',
    from: '[caller.team, caller.userTeam]',
    to: '[caller.team ?? caller.userTeam]',
    tests: access,
  },
  { name: 'hasNews', file: 'src/round/next-step.ts', from: 'view.sure && hasNews', to: 'view.sure', tests: nextStep },
  {
    name: 'deadline times the reopenings',
    file: 'src/round/next-step.ts',
    from: 'deadlineHours * times',
    to: 'deadlineHours',
    tests: nextStep,
  },
  {
    name: 'a lease from the future',
    file: 'src/round/round.ts',
    from: 'new Date(at) <= now && ',
    to: '',
    tests: nextStep,
  },
  {
    name: 'the opinion limit of open questions',
    file: 'src/round/round.ts',
    from: ' && hasRoom(question)',
    to: '',
    tests: nextStep,
  },
  {
    name: 'the 1e-9 of ties between models',
    file: 'src/method/rivals.ts',
    from: 'score >= highest - 1e-9',
    to: 'score >= highest',
    tests: numbers,
  },
  {
    name: 'the 1e-9 of a tolerance',
    file: 'src/method/assess.ts',
    from: 'tolerance * images + 1e-9',
    to: 'tolerance * images',
    tests: numbers,
  },
  {
    name: 'the atomic swap of a deployment',
    file: 'src/deploy/folder.ts',
    from: 'await rename(',
    to: 'await rm(link, { force: true });\n    await rename(',
    tests: folder,
  },
  {
    name: 'the folder sync of a deployment',
    file: 'src/deploy/folder.ts',
    from: 'await sync(folder);',
    to: '',
    tests: folder,
  },
  {
    name: 'the sync of the folder of deployments',
    file: 'src/deploy/version.ts',
    from: 'await sync(join(folder, PARENT));',
    to: '',
    tests: folder,
  },
  {
    name: 'a reused `.new` of a deployment',
    file: 'src/deploy/version.ts',
    from: 'await rm(unfinished, { recursive: true, force: true });',
    to: '',
    tests: folder,
  },
  {
    name: 'a model that is not checked where it arrives',
    file: 'src/deploy/version.ts',
    from: "if ((await fingerprintOf(join(unfinished, 'model.onnx'))) === sha256) return;",
    to: 'return;',
    tests: folder,
  },
  {
    name: 'overlapping ticks',
    file: 'src/schedule.ts',
    from: 'if (isRunning) return;',
    to: '',
    tests: ['test/schedule.test.ts'],
  },
  {
    name: 'ctime of batches',
    file: 'src/predictions/batches.ts',
    from: '[mtimeMs, ctimeMs]',
    to: '[mtimeMs]',
    tests: batches,
  },
  {
    name: 'folder time of batches',
    file: 'src/predictions/batches.ts',
    from: 'const paths = [folder, ...entries',
    to: 'const paths = [...entries',
    tests: batches,
  },
  {
    name: 'a reused `.new` of the facts',
    file: 'src/store/durable-file.ts',
    from: 'await disk.rm(path, { force: true });',
    to: '',
    tests: store,
  },
  {
    name: 'close before the last write',
    file: 'src/store/lowdb-store.ts',
    from: '      await lastWrite;\n',
    to: '',
    tests: store,
  },
  {
    name: 'a zombie’s lock',
    file: 'src/store/lock.ts',
    from: "state === 'Z' ? undefined : ",
    to: '',
    tests: store,
  },
  {
    name: 'due work before people’s',
    file: 'src/task/turns.ts',
    from: 'waiting.shift() ?? due.take()',
    to: 'due.take() ?? waiting.shift()',
    tests: goingOn,
  },
  {
    name: 'anybody pauses and resumes',
    file: 'src/slack/do/pause.ts',
    from: 'if (!(await mayRule(parts, visitor))) return;',
    to: '',
    tests: waysIn,
  },
  {
    name: 'anybody reopens a result',
    file: 'src/slack/do/rule.ts',
    from: 'if (!(await mayRule(parts, visitor))) return;',
    to: '',
    tests: waysIn,
  },
];
