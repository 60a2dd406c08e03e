import { folderTarget } from '../deploy/folder.ts';
import { readPredicted } from '../predictions/kept.ts';
import type { Result } from '../round/facts.ts';
import { clicksOf, labelCount, type Round } from '../round/round.ts';
import { predictionsFolder, roundsFolder } from '../settings/folders.ts';
import type { Settings } from '../settings/settings.ts';
import { chance, count, estimate, labelsToRank, range } from '../slack/say/numbers.ts';
import { howSure, noBetter, tooEarly } from '../slack/say/phrases.ts';
import { sentences } from '../slack/say/sentences.ts';
import { readStore } from '../store/lowdb-store.ts';
import { openBeliefLog } from '../task/beliefs/log.ts';
import { readJournal } from '../task/journal.ts';
import type { Deployed } from '../task/people.ts';
import { leaderboardOf, progressOf } from '../task/status.ts';

/** What `modelpicker status` prints: the newest round, who leads, and what is deployed. The bot may be running. */
export async function describeStore(settings: Settings): Promise<string> {
  const journal = readJournal(await readStore(roundsFolder(settings)));
  const name = journal.newest();
  if (name === undefined) return `No round yet. "modelpicker start" looks for batches in ${settings.batches}.`;
  const round = journal.round(name);
  const lines = [describeRound(round), ...(await leaderboard(round, settings)), ''];
  const [deployed] = journal.deployments();
  return [...lines, await describeDeployed(deployed, settings)].join('\n');
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
  const of = `${labels} of at most ${budget} labels by ${people(annotators)}`;
  return `Batch ${round.opened.batch}: ${round.result ? state : `${state}, ${of}`}`;
}

async function leaderboard(round: Round, settings: Settings): Promise<string[]> {
  const predicted = await readPredicted(predictionsFolder(settings, round.opened.batch));
  if (!predicted) return [];
  const beliefs = openBeliefLog({ matrix: predicted.predictions, rules: round.opened.rules });
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
async function describeDeployed(deployed: Deployed | undefined, { data }: Settings): Promise<string> {
  if (!deployed) return 'Nothing is deployed yet.';
  const found = await folderTarget(data, () => new Date())
    .serving()
    .catch((error: Error) => error.message);
  if (typeof found === 'string' || found?.batch !== deployed.batch || found.result !== deployed.result.number) {
    const what = typeof found === 'string' ? found : `${data}/deployed does not hold it.`;
    return `${deployed.result.model} should serve, for batch ${deployed.batch}, and does not: ${what} The bot puts it back when it starts.`;
  }
  const withdrawn =
    deployed.withdrawnBy === undefined ? '' : ' (withdrawn since; it serves until there is a new winner)';
  return `Deployed in ${data}/deployed since ${deployed.at}, for batch ${deployed.batch}: ${claimOf(deployed.result)}${withdrawn}`;
}

function people(annotators: readonly string[]): string {
  return annotators.length === 1 ? '1 person' : `${annotators.length} people`;
}
