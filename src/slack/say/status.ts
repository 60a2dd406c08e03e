import type { KnownBlock } from '@slack/types';
import type { PeopleReport } from '../../task/beliefs/review.ts';
import type { Leaderboard, PastRound, RoundStatus, Status } from '../../task/people.ts';
import { context, image, mrkdwn, paragraph, type Rendered, rendered, section } from './blocks.ts';
import { person } from './mrkdwn.ts';
import { labelsToRank } from './numbers.ts';
import { soFar } from './phrases.ts';
import { sentences } from './sentences.ts';

const say = sentences.status;

/** The leaderboard's picture, which follows the words as soon as it has reached Slack. */
export function renderPicture(leaderboard: Leaderboard, picture: string): Rendered {
  const alt = sentences.picture.alt(leaderboard);
  return rendered(alt, [image(picture, alt)]);
}

/** True while nothing should be said about which model leads. */
export function isEarly({ phase, leaderboard }: RoundStatus): boolean {
  const labels = labelsOf(leaderboard);
  return phase === 'finished' ? labels === 0 : labels < labelsToRank;
}

function labelsOf({ confidencePath }: Leaderboard): number {
  return confidencePath.length - 1;
}

/** Where the newest batch stands, in words and for one person; `card` is the address of its card. */
export function renderStatus(status: Status, card?: string): Rendered {
  if (status.kind === 'no batch yet') return oneLine(say.noBatch(status.lookingIn));
  if (status.kind === 'running models') {
    return oneLine(say.running(status));
  }
  if (status.kind === 'batch failed') return oneLine(say.failed(status.batch, status.reason));
  const { agreement } = status;
  const line = agreement ? [context(say.agreement(agreement.of, agreement.cases))] : [];
  const way = card === undefined ? [] : [context(say.toCard(card))];
  return ranking(status, [fields(status), ...line, ...way], 5);
}

/** Every model of the pool, best first. */
export function renderModels(status: Status): Rendered {
  if (status.kind !== 'round') return renderStatus(status);
  return ranking(status, [], 25);
}

/** The models there are, before a round says anything of them. */
export function renderPool(models: readonly string[]): Rendered {
  return oneLine(say.pool(models));
}

/** How an earlier round went. */
export function renderPast(past: PastRound): Rendered {
  const { batch, result, withdrawnBy, models, progress } = past;
  const lines = [say.past(past)];
  if (result === undefined) lines.push(say.pastOpen);
  else if (result.labels === 0) lines.push(sentences.result.nothing(batch, result, models));
  else lines.push(sentences.card.finished(result), sentences.result.claim(batch, result));
  if (withdrawnBy !== undefined) lines.push(say.pastWithdrawn(withdrawnBy));
  const by = result === undefined ? soFar(progress) : sentences.result.labels(result);
  return rendered(say.title(batch), [section(lines.join('\n')), context(by)]);
}

/** The batch, what stands above its best models, these, and what was left out. */
function ranking(status: RoundStatus, above: readonly KnownBlock[], max: number): Rendered {
  const blocks = [section(`*${say.title(status.batch)}*`), ...above, section(leaders(status, max))];
  const notes = exclusions(status);
  return rendered(summary(status), notes.length === 0 ? blocks : [...blocks, context(notes.join('\n'))]);
}

function oneLine(text: string): Rendered {
  return paragraph(text);
}

function fields(status: RoundStatus): KnownBlock {
  const { leaderboard, progress, deployed } = status;
  const sure = isEarly(status) ? undefined : leaderboard.confidencePath.at(-1);
  const entries: [string, string][] = [
    [say.state, status.result?.inseparable ? say.inseparable : say.phase[status.phase]],
    [say.labels, say.labelsOf(progress)],
    [
      say.people,
      progress.annotators.length === 0 ? say.nobody : progress.annotators.slice(0, 20).map(person).join(' '),
    ],
    [say.deployed, deployed === undefined ? say.nothingDeployed : say.deployedModel(deployed)],
  ];
  if (status.check) entries.push([say.measured, say.measuredOf(status.check)]);
  else if (status.measured) entries.push([say.measured, say.accuracy(status.measured)]);
  if (sure !== undefined) {
    entries.push([say.sure, say.sureOf(sure, leaderboard.target, leaderboard.tolerance, leaderboard.patience)]);
  }
  return {
    type: 'section',
    fields: entries.map(([title, text]) => mrkdwn(`*${title}*\n${text}`)),
  };
}

function leaders(status: RoundStatus, max: number): string {
  const { leaderboard } = status;
  if (isEarly(status)) return `_${say.early(leaderboard.models)}_`;
  const lines = leaderboard.models
    .slice(0, max)
    .map((model, place) => `${place + 1}. ${say.model(model, labelsOf(leaderboard))}`);
  if (leaderboard.models.length > max) lines.push(say.more(leaderboard.models.length - max));
  return lines.join('\n');
}

function exclusions({ leftOut, setAside, troubles }: RoundStatus): string[] {
  const lines = troubles.flatMap(({ kind, batch, model, target }) => {
    if (kind === 'event' && target !== undefined) return [say.notTold(target)];
    return kind === 'hand-over' && model !== undefined ? [say.notInPlace(batch, model, target)] : [];
  });
  lines.push(...leftOut.slice(0, 5).map(({ name, reason }) => say.leftOut(name, reason)));
  if (leftOut.length > 5) lines.push(say.more(leftOut.length - 5));
  if (setAside.length > 0) lines.push(say.setAside(setAside.length));
  return lines;
}

/** The same facts in one line of plain text. */
function summary(status: RoundStatus): string {
  const { batch, phase, progress, leaderboard } = status;
  const best = isEarly(status) ? undefined : leaderboard.models[0];
  const sure = leaderboard.confidencePath.at(-1);
  const parts = [`${say.title(batch)}: ${say.phase[phase]}`, `${say.labels}: ${say.labelsOf(progress)}`];
  if (best !== undefined && sure !== undefined) parts.push(say.best(best.name, sure));
  return parts.join('. ');
}

/** Names that fit into one message of Slack. */
const peopleMax = 40;

/** This many lines stay within the length of a section. */
const linesInSection = 8;

/** Who labeled, and how they agree with second looks: for one admin, in the order in which people began. */
export function renderPeople({ batch, people }: PeopleReport): Rendered {
  const words = sentences.people;
  const title = words.title(batch);
  if (people.length === 0) return rendered(title, [section(`*${title}*\n${words.nobody}`)]);
  const lines = people.slice(0, peopleMax).map((one) => `• ${words.person(one)}`);
  if (people.length > peopleMax) lines.push(sentences.status.more(people.length - peopleMax));
  const sections = lines.flatMap((_, place) =>
    place % linesInSection === 0 ? [section(lines.slice(place, place + linesInSection).join('\n'))] : [],
  );
  return rendered(title, [section(`*${title}*`), ...sections, context(words.note)]);
}
