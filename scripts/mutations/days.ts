import type { Mutation } from './list.ts';

const drift = ['test/task/drift.test.ts'];
const unlike = ['test/method/unlike.test.ts'];
const trend = ['test/task/trend.test.ts'];
const picture = ['test/picture/trend.test.ts'];
const measuring = ['test/task/measuring.test.ts'];
const measured = ['test/method/measured.test.ts'];
const audit = ['test/method/audit.test.ts'];
const mistakes = ['test/task/mistakes.test.ts'];
const inherit = ['test/method/inherit.test.ts'];

/** What is said of one day beside others: drift, trend, what is measured, mistakes. */
export const daysMutations: readonly Mutation[] = [
  {
    name: 'drift: a fall within the two ranges is warned of',
    file: 'src/task/days/drift.ts',
    from: 'if (fell <= Z * Math.hypot(before.accuracySd, now.accuracySd)) return [];',
    to: 'if (fell <= 0) return [];',
    tests: drift,
  },
  {
    name: 'drift: a fall is warned of each day',
    file: 'src/task/days/drift.ts',
    from: 'if (later.some((name) => isSaidOf(model, journal.facts(name)))) break;',
    to: '',
    tests: drift,
  },
  {
    name: 'drift: a model is held against its last day alone',
    file: 'src/task/days/drift.ts',
    from: 'since = one;',
    to: 'since ??= one;',
    tests: drift,
  },
  {
    name: 'drift: a model that came back is held against its first days',
    file: 'src/task/days/drift.ts',
    from: 'if (one.result.model !== model || one.result.labels === 0) break;',
    to: 'if (one.result.model !== model || one.result.labels === 0) continue;',
    tests: drift,
  },
  {
    name: 'drift: what random images say of what served is left out',
    file: 'src/task/checks/measuring.ts',
    from: ', ...accuracyDrift(name, result, measured, journal)',
    to: '',
    tests: drift,
  },
  {
    name: 'drift: what was measured of the deployed model is left out',
    file: 'src/task/days/drift.ts',
    from: 'shareOfWinner(since.result, measuredOf(since, journal))',
    to: 'shareOfWinner(since.result, undefined && measuredOf(since, journal))',
    tests: drift,
  },
  {
    name: 'drift: a change that chance alone makes is warned of',
    file: 'src/method/unlike.ts',
    from: ' && chance <= 1 / UNLIKE.alarmOnceIn + 1e-9',
    to: '',
    tests: unlike,
  },
  {
    name: 'drift: a change too small to matter is warned of',
    file: 'src/method/unlike.ts',
    from: 'return isLarge && chance',
    to: 'return chance',
    tests: unlike,
  },
  {
    name: 'drift: a class that is gone is not seen',
    file: 'src/method/unlike.ts',
    from: '[...classes, ...byMost.classes].some(hasComeOrGone)',
    to: 'false',
    tests: unlike,
  },
  {
    name: 'drift: classes are matched by their places',
    file: 'src/method/days-aligned.ts',
    from: 'names.classes.map((name) => places.get(name)!)',
    to: 'names.classes.map((_, place) => place)',
    tests: unlike,
  },
  {
    name: 'trend: what was measured of a winner is left out',
    file: 'src/round/model-share.ts',
    from: 'return measured ? asMeasured(model, measured)',
    to: 'return false && measured ? asMeasured(model, measured)',
    tests: trend,
  },
  {
    name: 'trend: what served is left out',
    file: 'src/round/model-share.ts',
    from: 'return present?.model === model ? undefined',
    to: 'return present ? undefined',
    tests: trend,
  },
  {
    name: 'trend: what served is not moved by what was measured of the winner',
    file: 'src/round/model-share.ts',
    from: 'present.accuracy + shareOfWinner(result, measured).accuracy - accuracy',
    to: 'present.accuracy',
    tests: trend,
  },
  {
    name: 'trend: what was measured of what served is left out',
    file: 'src/round/model-share.ts',
    from: 'if (measured?.served)',
    to: 'if (false && measured?.served)',
    tests: trend,
  },
  {
    name: 'trend: all days ever are drawn',
    file: 'src/task/days/trend.ts',
    from: '.slice(-DAYS_MOST)',
    to: '',
    tests: trend,
  },
  {
    name: 'trend: better winners stand further left',
    file: 'src/picture/trend.ts',
    from: 'drawWinner(x(right.accuracy)',
    to: 'drawWinner(x(1 - right.accuracy)',
    tests: picture,
  },
  {
    name: 'trend: a change of the images is not drawn',
    file: 'src/picture/trend.ts',
    from: 'if (isUnlike) parts.push(',
    to: 'if (false) parts.push(',
    tests: picture,
  },
  {
    name: 'measure: a second press asks for as many images again',
    file: 'src/task/checks/measuring.ts',
    from: 'if (more === isMeasuring(round)) return',
    to: 'if (!more && !isMeasuring(round)) return',
    tests: measuring,
  },
  {
    name: 'measure: of what is left, only every second image is drawn',
    file: 'src/round/measuring.ts',
    from: 'const isFree = (image: number) => isUnlabeled(round, image) && !open.has(image) && isFor(image);',
    to: 'const isFree = (image: number) => isUnlabeled(round, image) && !open.has(image) && image % 2 === 0;',
    tests: measuring,
  },
  {
    name: 'measure: four images are enough to say something',
    file: 'src/round/measuring.ts',
    from: 'const LOOKS_LEAST = 5;',
    to: 'const LOOKS_LEAST = 1;',
    tests: measuring,
  },
  {
    name: 'measure: a click is taken at face value',
    file: 'src/method/measured.ts',
    from: '(chance * ifRight) / (chance * ifRight + (1 - chance) * ifWrong)',
    to: '(ifRight > ifWrong ? 1 : 0 * chance)',
    tests: measured,
  },
  {
    name: 'measure: images drawn at random count no more than chosen ones',
    file: 'src/method/measured.ts',
    from: 'return { features, right, weight: 1 };',
    to: 'return { features, right, weight: 0 };',
    tests: measured,
  },
  {
    name: 'audit: one claim fewer is called false',
    file: 'src/method/audit.ts',
    from: 'falseAtMost = place + 1;',
    to: 'falseAtMost = place;',
    tests: audit,
  },
  {
    name: 'audit: images that are drawn are put back',
    file: 'src/method/audit.ts',
    from: '(total * mean - seen) / left',
    to: 'mean + 0 * left',
    tests: audit,
  },
  {
    name: 'audit: winners that nobody measured count as checked',
    file: 'src/task/days/trust.ts',
    from: 'if (seen) checked.push(claimOf(result, seen, opened.images));',
    to: 'checked.push(claimOf(result, seen ?? { looks: [], known: { images: 0, right: 0 }, others: { images: 0, forecast: 0 } }, opened.images));',
    tests: measuring,
  },
  {
    name: 'mistakes: shown while labels are asked for',
    file: 'src/task/checks/mistakes.ts',
    from: "if (!round.result && !isClosed) return { kind: 'still open' };",
    to: '',
    tests: mistakes,
  },
  {
    name: 'mistakes: those where most other models say the same come anywhere',
    file: 'src/task/checks/mistakes.ts',
    from: 'b.alike - a.alike || ',
    to: '',
    tests: mistakes,
  },
  {
    name: 'yesterday: a changed file keeps what was learned of the one before',
    file: 'src/method/same-parameters.ts',
    from: 'const place = before.names.models.indexOf(names.models[original]!);',
    to: 'const place = names.models[original] ? original : -1;',
    tests: inherit,
  },
  {
    name: 'yesterday: one that foretells badly is not given up',
    file: 'src/method/belief.ts',
    from: 'evidence >= highest - INHERITANCE.forget',
    to: 'evidence >= highest - 1000',
    tests: inherit,
  },
];
