import { readServing } from '../deploy/folder.ts';
import { nameOfTarget } from '../deploy/target-setting.ts';
import { readPredicted } from '../predictions/kept.ts';
import type { Result } from '../round/facts.ts';
import { failureOf } from '../round/failed.ts';
import { clicksOf, labelCount, type Round } from '../round/round.ts';
import { batchesName, predictionsFolder, storePlace, winnersFolder } from '../settings/folders.ts';
import type { Settings } from '../settings/settings.ts';
import { chance, count, estimate, labelsToRank, range } from '../slack/say/numbers.ts';
import { howSure, measuredAs, noBetter, tooEarly } from '../slack/say/phrases.ts';
import { sentences } from '../slack/say/sentences.ts';
import { lookAtStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { namesOf, readEarlierDays } from '../task/beliefs/earlier-days.ts';
import { openBeliefLog } from '../task/beliefs/log.ts';
import { accuracyCheck } from '../task/checks/accuracy-check.ts';
import { isPlaced } from '../task/figures.ts';
import { isThat } from '../task/going-on/hand-over.ts';
import { readLedger } from '../task/handing/ledger.ts';
import { type Reading, readJournal } from '../task/journal.ts';
import type { Deployed } from '../task/people.ts';
import { wantedIn } from '../task/serving/served.ts';
import { leaderboardOf, progressOf } from '../task/status.ts';
import { describeWork } from './work.ts';

/** What `modelpicker status` prints: the newest round, who leads, and what is deployed. The bot may be running. */
export async function describeStore(settings: Settings, environment: NodeJS.ProcessEnv): Promise<string> {
  const store = await lookAtStore(storePlace(settings, environment));
  const journal = readJournal(store);
  const name = journal.newest();
  const work = [...describeFailed(store, journal), ...(await describeWork(settings, environment))];
  if (name === undefined)
    return [`No round yet. "modelpicker start" looks for batches in ${batchesName(settings)}.`, ...work].join('\n');
  const round = journal.round(name);
  const lines = [describeRound(round), ...(await leaderboard(round, settings, store)), ''];
  const [last] = journal.deployments();
  const deployed = await describeDeployed(last, settings);
  return [...lines, deployed, ...describePending(journal), ...describeTargets(settings, store), ...work].join('\n');
}

/** A batch that came after the newest round, where the models could not look at it. */
function describeFailed(store: Pick<Store, 'rounds' | 'holds'>, journal: Reading): string[] {
  const newest = store.rounds().findLast((name) => store.holds(name, 'round') || store.holds(name, 'failure'));
  if (newest === undefined || store.holds(newest, 'round')) return [];
  const { last, again } = failureOf(journal.facts(newest));
  return last && !again ? [sentences.status.failed(newest, last.reason)] : [];
}

/** The claim of a result in one line, with what it rests on. */
export function claimOf({
  model,
  isWinner,
  confidence,
  tolerance,
  labels,
  annotators,
  because,
  doubt,
  inseparable,
}: Result): string {
  const basis = `${count(labels, 'label')} by ${people(annotators)}`;
  if (labels === 0) return 'nothing decided: nobody gave a label';
  if (inseparable) return `no winner (these labels cannot tell ${inseparable.models.join(', ')} apart); ${basis}`;
  if (!isWinner) return `no clear winner (${because}); best so far: ${model}, ${howSure(confidence)}; ${basis}`;
  const waits = doubt === undefined ? '' : `; ${doubt}, so an admin is asked before it is deployed`;
  return `${model}: ${howSure(confidence)} that ${noBetter(tolerance)}; ${basis}${waits}`;
}

function describeRound(round: Round): string {
  const { labels, budget, annotators } = progressOf(round);
  const state = round.result ? claimOf(round.result) : round.pausedBy === undefined ? 'labeling' : 'paused';
  const of = `${labels} of at most ${count(budget, 'label')}${annotators.length === 0 ? '' : ` by ${people(annotators)}`}`;
  const line = `Batch ${round.opened.batch}: ${round.result ? state : `${state}, ${of}`}`;
  return [line, ...describeMeasured(round)].join('\n');
}

/** How often the winner is right, and how far a check of that is. */
function describeMeasured(round: Round): string[] {
  const measured = round.result && round.measured.get(round.result.number);
  const check = accuracyCheck(round);
  return [
    ...(measured ? [`  it gets ${measuredAs(measured)}`] : []),
    ...(check ? [`  being measured on images drawn at random: ${check.done} of ${check.of}`] : []),
  ];
}

async function leaderboard(round: Round, settings: Settings, store: Pick<Store, 'facts'>): Promise<string[]> {
  const predicted = await readPredicted(predictionsFolder(settings, round.opened.batch));
  if (!predicted) return [];
  const { rules, takesOver = [] } = round.opened;
  const predictedOf = (batch: string) => readPredicted(predictionsFolder(settings, batch));
  // As the bot does, where an earlier day cannot be read any more.
  const earlier = await readEarlierDays(takesOver, store.facts, predictedOf).catch(() => []);
  const beliefs = openBeliefLog({ matrix: predicted.predictions, rules, names: namesOf(predicted), earlier });
  const view = beliefs.view(clicksOf(round), [], 0);
  const { models } = leaderboardOf(round, view, []);
  const { of, cases } = view.agreement;
  if (labelCount(round) < labelsToRank) return [`  ${tooEarly(models.map(({ name }) => name))}`];
  const width = Math.max(...models.map(({ name }) => name.length), 'model'.length);
  return [
    `  ${'model'.padEnd(width)}  chance to be best   right`,
    ...models.map(
      (model) =>
        `  ${model.name.padEnd(width)}  ${chance(model.chanceBest).padEnd(18)}  ${estimate(model)}, ${range(model)}`,
    ),
    ...(cases > 0 ? [`  ${agreeOn(of, cases)}`] : []),
  ];
}

/** In the words of the chat. */
const agreeOn = sentences.status.agreement;

/** Read where it serves: somebody may have touched it since. */
async function describeDeployed(deployed: Deployed | undefined, settings: Settings): Promise<string> {
  if (!deployed) return 'Nothing is deployed yet.';
  const { batch, result, pinned, withdrawnBy } = deployed;
  const folder = winnersFolder(settings);
  const withdrawn = withdrawnBy === undefined ? '' : ' (withdrawn since; it serves until there is a new winner)';
  const by = pinned ? ` (pinned by ${pinned.by}${pinned.why === undefined ? '' : `: ${pinned.why}`})` : '';
  const claim = `since ${deployed.at}, for batch ${batch}: ${claimOf(result)}${by}${withdrawn}`;
  if (folder === undefined) return `To serve ${claim}`;
  const found = await readServing(folder).catch((error: Error) => error.message);
  if (typeof found === 'string' || !isThat(found, deployed)) {
    const what = typeof found === 'string' ? found : `${folder}/deployed does not hold it.`;
    return `${result.model} should serve, for batch ${batch}, and does not: ${what} The bot puts it back when it starts.`;
  }
  return `Deployed in ${folder}/deployed ${claim}`;
}

/** What is to serve and could not be put into the folder yet, and why. */
function describePending(journal: Reading): string[] {
  const wanted = wantedIn(journal);
  if (!wanted || isPlaced({ journal })) return [];
  const { batch, result } = wanted;
  const trouble = journal.facts(batch).findLast((fact) => fact.kind === 'trouble' && fact.model === result.model);
  const why = trouble?.kind === 'trouble' ? `, failing since ${trouble.at}: ${trouble.problem}` : ' yet.';
  return [`${result.model}, for batch ${batch}, is not in place${why}`];
}

/** Where each target on another machine and each listener stands, a line each. */
function describeTargets({ targets }: Settings, store: Pick<Store, 'facts'>): string[] {
  const ledger = readLedger(store);
  return targets.flatMap((target) => {
    if (target.to === 'folder') return [];
    const name = nameOfTarget(target);
    const trouble = ledger.trouble(name);
    if (trouble) return `${name}: failing since ${trouble.at}: ${trouble.problem}`;
    if (target.to === 'mlflow' || target.to === 'triton') return `${name}: has ${ledger.last(name) ?? 'nothing yet'}`;
    const { events, isGone } = ledger.heardBy(name);
    return `${name}: ${isGone ? 'wants nothing any more (410)' : `told of ${count(Math.max(0, events.size - 1), 'event')}`}`;
  });
}

function people(annotators: readonly string[]): string {
  return annotators.length === 1 ? '1 person' : `${annotators.length} people`;
}
