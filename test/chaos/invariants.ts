import { isDeepStrictEqual } from 'node:util';
import type { FactOf } from '../../src/round/facts.ts';
import { isMeasuring } from '../../src/round/measuring.ts';
import { clicksOf, type Round } from '../../src/round/round.ts';
import { roundOf } from '../../src/round/round-of.ts';
import { namesOf, readEarlierDays } from '../../src/task/beliefs/earlier-days.ts';
import { type BeliefLog, openBeliefLog } from '../../src/task/beliefs/log.ts';
import { isDigest } from '../../src/task/messages/keys.ts';
import type { Status } from '../../src/task/people.ts';
import type { PostedMessage } from './faulty-slack.ts';
import { clickText, type Witness } from './witness.ts';
import type { Process, World } from './world.ts';

/** Looks at everything when all is said and done; what is wrong is added to `broken`. */
export async function checkEnd(world: World, process: Process, witness: Witness): Promise<void> {
  const { store, task } = process;
  // What was said of a batch that failed stands there before its round.
  const rounds = store.rounds().flatMap((name) => roundOf(store.facts(name)) ?? []);
  const facts = store.rounds().flatMap((name) => store.facts(name));
  const known = new Set(facts.flatMap((fact) => (fact.kind === 'posted' ? [fact.ts] : [])));
  const broken = [
    ...labels(rounds, witness),
    ...rounds.flatMap((round) => roundClaims(round)),
    // Older cards are not looked after any more: an edit given up because Slack was away for long stays so.
    ...rounds.slice(-2).flatMap((round) => messagesOf(round, known, world)),
    ...repeatedMessages(known, world),
    ...serving(rounds, known, world),
  ];
  let status: Status | undefined;
  task.status().then((value) => {
    status = value;
  });
  await world.ground.settled();
  broken.push(...(await beliefs(rounds.at(-1)!, world, process, status)));
  if (task.exportCsv().split('\r\n').length !== rounds.flatMap(({ given }) => given).length + 2) {
    broken.push('the export has not one line for each answer');
  }
  witness.broken.push(...broken);
}

/** Every acknowledged label exactly once, and none that nobody gave. */
function labels(rounds: readonly Round[], { clicks, counted, undos, undone }: Witness): string[] {
  const given = rounds.flatMap((round) => round.given);
  const takenBack = rounds.flatMap((round) => [...round.undone.values()]);
  const broken: string[] = [];
  for (const [question, click] of counted) {
    const found = given.filter((answer) => answer.question === question).map(clickText);
    if (!isDeepStrictEqual(found, [click])) broken.push(`acknowledged: ${click}; on disk: [${found}]`);
  }
  for (const answer of given) {
    if (!clicks.has(clickText(answer))) broken.push(`nobody gave ${clickText(answer)}`);
  }
  for (const { answer, by } of takenBack) {
    if (!undos.has(`${answer} ${by}`)) broken.push(`${by} did not or may not undo ${answer}`);
  }
  for (const answer of undone) {
    if (takenBack.filter((undo) => undo.answer === answer).length !== 1) broken.push(`not undone once: ${answer}`);
  }
  return broken;
}

function roundClaims(round: Round): string[] {
  const { batch, rules } = round.opened;
  const broken: string[] = [];
  for (const [image, answers] of Map.groupBy(round.answers, (answer) => answer.image)) {
    const people = new Set(answers.map(({ annotator }) => annotator));
    if (answers.length > rules.opinions) broken.push(`${batch}: ${answers.length} labels for image ${image}`);
    if (people.size < answers.length) broken.push(`${batch}: two labels by one person for image ${image}`);
  }
  for (const { key, question, annotator } of round.given) {
    const asked = round.questions.get(question);
    if (!asked || (asked.askedOf ?? annotator) !== annotator) broken.push(`${key} answers what was not asked`);
  }
  for (const { result } of round.results) {
    if (result.isWinner && result.confidence < rules.confidence) broken.push(`${batch}: announced without confidence`);
    if (!round.opened.models.some(({ name }) => name === result.model)) broken.push(`${batch}: ${result.model} wins?`);
  }
  if (!round.result) broken.push(`${batch} never ended`);
  return broken;
}

/** What people read is what the facts say. Messages the bot could not know of are the documented exception. */
function messagesOf(round: Round, known: ReadonlySet<string>, { slack }: World): string[] {
  const { batch } = round.opened;
  const posted = slack.messages.filter(({ ts, isDeleted }) => !isDeleted && known.has(ts));
  const broken: string[] = [];
  for (const { message } of posted) {
    if (message.kind !== 'card' || message.card.batch !== batch) continue;
    const { now } = message.card;
    const isCheck = now.kind === 'asking' && now.check?.result === round.result?.number && isMeasuring(round);
    const isRight = isCheck || (now.kind === 'finished' && isDeepStrictEqual(now.result, round.result));
    if (!isRight) broken.push(`${batch} is over, and its card says ${now.kind}`);
  }
  for (const fact of round.results)
    broken.push(
      ...announcementOf(
        round,
        fact,
        slack.messages.filter(({ ts }) => known.has(ts)),
      ),
    );
  return broken;
}

function announcementOf(round: Round, { result }: FactOf<'result'>, messages: readonly PostedMessage[]): string[] {
  const key = `${round.opened.batch}:result:${result.number}`;
  const withdrawnBy = round.withdrawnBy.get(result.number);
  const posted = messages.findLast(({ message }) => message.key === key);
  if (posted?.isDeleted) return [];
  if (!posted) return withdrawnBy === undefined ? [`${key} was never announced`] : [];
  const said = posted.message.kind === 'result' ? posted.message.announcement : undefined;
  if (!isDeepStrictEqual(said?.result, result)) return [`${key} announces something else`];
  return said?.withdrawnBy === withdrawnBy ? [] : [`${key} was withdrawn, which its message does not say`];
}

/** At most one of each message: one card, one announcement of a winner, one daily announcement. */
function repeatedMessages(known: ReadonlySet<string>, { slack, wasUnreadable }: World): string[] {
  const counted = slack.messages.filter((one) => !one.isDeleted && (slack.canLook || known.has(one.ts)));
  return (
    [...Map.groupBy(counted, ({ message }) => message.key)]
      // A daily announcement is kept with some round; whoever cannot read that one makes it again.
      .filter(([key, same]) => same.length > 1 && !(wasUnreadable && isDigest(key)))
      .map(([key, same]) => `${key} was posted ${same.length} times`)
  );
}

/** What serves is what was announced last. */
function serving(rounds: readonly Round[], known: ReadonlySet<string>, { deployed, slack }: World): string[] {
  const facts = rounds.flatMap((round) =>
    round.results
      .filter(({ result }) => round.deployed.has(result.number))
      .map(({ result: { number, model } }) => ({
        ...{ batch: round.opened.batch, result: number, model },
        isWithdrawn: round.withdrawnBy.has(number),
      })),
  );
  const last = facts.at(-1);
  const { sha256: _sha256, ...serves } = deployed ?? {};
  if (!isDeepStrictEqual(serves, last ?? {})) return [`${JSON.stringify(serves)} serves, not ${JSON.stringify(last)}`];
  const said = slack.messages.flatMap(({ ts, message, isDeleted }) =>
    message.kind === 'result' && !isDeleted && known.has(ts) ? [message.announcement] : [],
  );
  return said.flatMap(({ batch, result, isPending = false, withdrawnBy }) => {
    const isInPlace = facts.some((one) => one.batch === batch && one.result === result.number);
    const isRight = !result.isWinner || withdrawnBy !== undefined || isPending !== isInPlace;
    return isRight ? [] : [`${batch}: the announcement says ${isPending ? 'not ' : ''}in place, which is not so`];
  });
}

/** By how much every model moves once the winner was measured: what was measured stands in the place of what was expected. */
function shiftOf({ opened, result, measured }: Round, accuracy: readonly number[]): number | undefined {
  const found = result && measured.get(result.number);
  return found && found.accuracy - accuracy[opened.models.findIndex(({ name }) => name === result.model)]!;
}

/** The bot's belief, with all it went through, is bit for bit what a replay of the facts gives. */
async function beliefs(round: Round, { batches }: World, { store }: Process, status?: Status): Promise<string[]> {
  if (status?.kind !== 'round') return [`the bot says ${status?.kind ?? 'nothing'}`];
  const { batch, models, rules, takesOver = [] } = round.opened;
  const clicks = round.answers.map(({ image, class: answered, annotator }) => ({ image, class: answered, annotator }));
  const predicted = batches.get(batch)!;
  const earlier = await readEarlierDays(takesOver, store.facts, async (name) => batches.get(name)).catch(() => []);
  const opening = { matrix: predicted.predictions, rules, names: namesOf(predicted), earlier };
  const log = openBeliefLog(opening);
  const view = log.view(clicks, [], 1);
  const shift = shiftOf(round, view.accuracy);
  const replayed = models.map(({ name }, model) => {
    const accuracy = view.accuracy[model]!;
    return [name, shift === undefined ? accuracy : Math.min(1, Math.max(0, accuracy + shift)), view.chanceBest[model]];
  });
  const byName = (a: unknown[], b: unknown[]) => (String(a[0]) < String(b[0]) ? -1 : 1);
  const said = status.leaderboard.models.map(({ name, accuracy, chanceBest }) => [name, accuracy, chanceBest]);
  const broken = isMeasuredRightly(round, log) ? [] : [`${batch}: what was measured is not its replay`];
  return isDeepStrictEqual(said.sort(byName), replayed.sort(byName))
    ? broken
    : [...broken, `${batch}: the belief is not its replay`];
}

/** What was measured of the winner that stands is bit for bit what a replay of the facts gives. */
function isMeasuredRightly(round: Round, log: BeliefLog): boolean {
  const measured = round.result && round.measured.get(round.result.number);
  if (!measured) return true;
  const model = round.opened.models.findIndex(({ name }) => name === round.result?.model);
  const given = new Map(round.given.map((answer) => [answer.key, answer]));
  const looks = measured.looks.map(({ answer }) => {
    const { image, class: said, annotator } = given.get(answer)!;
    return { image, class: said!, annotator };
  });
  const { mean, halfWidth, looks: seen } = log.measure(clicksOf(round), model, looks);
  const before = measured.looks.map(({ answer: _, ...look }) => look);
  return mean === measured.accuracy && halfWidth === measured.halfWidth && isDeepStrictEqual(seen, before);
}
