import { PATIENCE } from '../method/constants.ts';
import type { FactOf, Measured, Result } from '../round/facts.ts';
import { annotatorsOf, asideOf, className, clicksOf, labelCount, type Round } from '../round/round.ts';
import type { View } from '../round/view.ts';
import type { HistoryEntry } from './asking/verbs.ts';
import { accuracyCheck } from './checks/accuracy-check.ts';
import type { Context } from './context.ts';
import { type CurrentRound, imageNamed } from './current-round.ts';
import { isServing } from './going-on/hand-over.ts';
import type { Obstacle } from './going-on/obstacle.ts';
import { cardKey } from './messages/keys.ts';
import type { Openings } from './openings.ts';
import type { Leaderboard, PastRound, Progress, RoundStatus, Status } from './people.ts';

/** Where the task stands: its newest round, or why there is none yet. */
export async function statusOf(
  openings: Pick<Openings, 'failed' | 'current' | 'arriving'>,
  context: Context,
  lookingIn: string,
): Promise<Status> {
  const failed = openings.failed();
  if (failed) return { kind: 'batch failed', ...failed };
  const current = await openings.current();
  if (current) return roundStatus(current, context);
  const arriving = openings.arriving();
  return arriving ? { kind: 'running models', ...arriving } : { kind: 'no batch yet', lookingIn };
}

/** Where the round stands, and what serves. */
async function roundStatus(current: CurrentRound, context: Context): Promise<RoundStatus> {
  const { journal, attempts } = context;
  const round = journal.round(current.batch.name);
  const [last] = journal.deployments();
  const isThere = last !== undefined && (await isServing(last, context));
  const missing: Obstacle[] =
    last && !isThere
      ? [{ kind: 'hand-over', batch: last.batch, model: last.result.model, problem: 'It is not there any more.' }]
      : [];
  const { view, leaderboard } = await standingNow(current, round);
  const card = round.posted.get(cardKey(current.batch.name));
  const measured = round.result && round.measured.get(round.result.number);
  const check = accuracyCheck(round);
  return {
    kind: 'round',
    batch: current.batch.name,
    phase: phaseOf(round),
    ...(card && { card: { channel: card.channel, ts: card.ts } }),
    progress: progressOf(round, view),
    leaderboard,
    ...(view.agreement.cases > 0 && { agreement: view.agreement }),
    ...(round.result && { result: round.result }),
    ...(measured && { measured }),
    ...(check && { check }),
    ...(isThere && { deployed: last }),
    troubles: [...attempts.troubles(), ...missing],
    leftOut: round.opened.leftOut,
    setAside: round.opened.setAside,
  };
}

/** The leaderboard as of now, for people who ask and for announcements; what is being asked stays as it is. */
export async function leaderboardNow(current: CurrentRound, round: Round): Promise<Leaderboard> {
  return (await standingNow(current, round)).leaderboard;
}

async function standingNow({ beliefs }: CurrentRound, round: Round): Promise<{ view: View; leaderboard: Leaderboard }> {
  const clicks = clicksOf(round);
  const [view, path] = await Promise.all([beliefs.view(clicks, [], 0), beliefs.confidencePath(clicks)]);
  const { result } = round;
  const leaderboard = leaderboardOf(round, view, labelByLabel(round, path));
  return {
    view,
    leaderboard: result ? asMeasured(leaderboard, result, round.measured.get(result.number)) : leaderboard,
  };
}

/**
 * What was measured of a winner, in the place of what was estimated. The other models stay as far from it as they were: they
 * were compared on the same images, whatever is true of them all.
 */
export function asMeasured(leaderboard: Leaderboard, { model }: Result, measured: Measured | undefined): Leaderboard {
  const winner = leaderboard.models.find(({ name }) => name === model);
  if (!measured || !winner) return leaderboard;
  const shift = measured.accuracy - winner.accuracy;
  const models = leaderboard.models.map((one) => ({
    ...one,
    accuracy: Math.min(1, Math.max(0, one.accuracy + shift)),
    ...(one === winner && { accuracySd: measured.halfWidth / 1.96 }),
  }));
  return { ...leaderboard, models };
}

/** The path without the steps in which somebody couldn't tell, so that answers are counted as labels everywhere. */
function labelByLabel(round: Round, path: readonly number[]): number[] {
  const steps = path.filter((_, n) => n === 0 || round.answers[n - 1]!.class !== null);
  return [...steps.slice(0, -1), path.at(-1)!];
}

/** A view in the words of the round's models, the leader first. */
export function leaderboardOf(round: Round, view: View, confidencePath: readonly number[]): Leaderboard {
  const { models, rules, images } = round.opened;
  const rows = models.map(({ name, providers }, model) => ({
    name,
    accuracy: view.accuracy[model]!,
    accuracySd: view.accuracySd[model]!,
    chanceBest: view.chanceBest[model]!,
    ...(providers && { providers }),
  }));
  const isLeader = (name: string) => (name === models[view.leader]!.name ? 1 : 0);
  rows.sort((a, b) => isLeader(b.name) - isLeader(a.name) || b.accuracy - a.accuracy);
  return {
    models: rows,
    confidencePath,
    patience: PATIENCE,
    target: rules.confidence,
    tolerance: rules.tolerance,
    images,
  };
}

/** Labels so far, how many there may be, by whom, until when, and with a view how many are to go; each reopening grants budget and time anew. */
export function progressOf(round: Round, view?: View): Progress {
  const { rules, at } = round.opened;
  const times = round.results.filter(({ result }) => round.withdrawnBy.has(result.number)).length + 1;
  const labels = labelCount(round);
  const budget = rules.budget * times;
  const progress = { labels, budget, annotators: annotatorsOf(round) };
  if (round.result) return progress;
  const until = new Date(Date.parse(at) + rules.deadlineHours * times * 3_600_000).toISOString();
  const most = Math.max(1, budget - labels);
  return {
    ...progress,
    ...(rules.deadlineHours > 0 && { until }),
    ...(view && { toGo: { low: Math.min(view.toGo.low, most), high: Math.min(view.toGo.high, most) } }),
  };
}

/** How a round went, from its facts alone: what the models said may be gone by now. */
export function pastRoundOf(round: Round): PastRound {
  const { batch, at, models } = round.opened;
  const result = round.results.at(-1)?.result;
  const withdrawnBy = result && round.withdrawnBy.get(result.number);
  return {
    batch,
    openedAt: at,
    models: models.length,
    progress: progressOf(round),
    ...(result && { result }),
    ...(withdrawnBy !== undefined && { withdrawnBy }),
  };
}

/** Newest first. `folder` holds the batch; `isFinal` says that a newer one has closed the round. */
export function historyOf(round: Round, folder: string, isFinal: boolean): HistoryEntry[] {
  const isSecret = round.opened.rules.opinions > 1 && !round.result && !isFinal;
  return round.given.toReversed().map((answer) => {
    const undo = round.undone.get(answer.key);
    return {
      answer: answer.key,
      image: imageNamed({ name: round.opened.batch, folder }, answer.file),
      file: answer.file,
      class: className(round, answer.class),
      annotator: answer.annotator,
      at: answer.at,
      isSecret,
      isFinal,
      ...(relies(round, answer) && !isFinal && { isRelied: true }),
      ...(undo && { undoneBy: undo.by }),
    };
  });
}

/** Whether the result that stands rests on an answer: not on those given beside it. */
function relies({ result, questions }: Round, { question }: FactOf<'answer'>): boolean {
  const asked = questions.get(question);
  return result !== undefined && !(asked && asideOf(asked) === result.number);
}

/** What people can do in a round now. */
export function phaseOf(round: Round): RoundStatus['phase'] {
  if (round.result) return 'finished';
  return round.pausedBy === undefined ? 'labeling' : 'paused';
}
