import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Experiment } from './experiment.ts';
import { strategies } from './strategies.ts';

/** What `modelpicker simulate --help` prints. */
export const usage = `modelpicker simulate DIR [options]: plays labeled data as annotators would
modelpicker simulate --days DIR DIR … [options]: plays sets in order as days, each with what the day before taught

DIR holds predictions and oracle as .npy (int8/16/32) or .csv without header (one row per item, one column per model),
and perhaps pools.npy.

  --strategy NAME      ${Object.keys(strategies).join(' | ')}; may be repeated (ours)
  --pools N            how many pools to play (40)
  --skip N             pools to leave out before them: those that something was chosen on (0)
  --pool-size N        images of a pool, drawn at random; 0 for all of them (the draws in pools.npy)
  --budget N           at most this many labels (the pool size)
  --confidence P       announce at this confidence (0.95)
  --tolerance T        points the leader may be off, to print that announcement first (0)
  --click-error P      average share of wrong clicks: mostly on images models get wrong, towards what they say (0)
  --people             people's own answers, from human.npy (items x people; -1 not shown, -2 no answer)
  --opinions N         people who may be asked about one image (3)
  --epsilon E          Model Selector's guess of the best model's error (0.46)
  --days               each DIR is a day: pool r of a day follows pool r of the day before; models and classes are
                       matched by the modelNames and classNames of about.json where the folders have it, or by place
  --json               one line of JSON for each strategy; with --days one for all days, each beside itself fromNothing
  --plot FILE.png      labels against the share of pools with the best model in front`;

const share = z.coerce.number().min(0).max(1);
const count = z.coerce.number().int().min(0);

const Options = z.object({
  strategy: z.array(z.enum(Object.keys(strategies) as [string, ...string[]])).min(1),
  pools: count.min(1),
  skip: count,
  'pool-size': count.optional(),
  budget: count.optional(),
  confidence: share,
  tolerance: z.coerce.number().min(0).max(100),
  'click-error': share.max(0.5),
  people: z.boolean(),
  opinions: count.min(1),
  epsilon: z.coerce.number().gt(0).lt(0.5),
  days: z.boolean(),
  json: z.boolean(),
  plot: z.string().endsWith('.png').optional(),
});

/** What `simulate` was asked to do. */
export type SimulateRequest = {
  readonly folder: string;
  /** The sets to play as days, in order; none where `folder` is played on its own. */
  readonly days: readonly string[];
  /** One for each strategy. */
  readonly experiments: readonly Experiment[];
  /** In points. */
  readonly tolerance: number;
  readonly json: boolean;
  readonly plot: string | undefined;
};

/** @throws Error in one line about every option that is wrong. */
export function parseOptions(args: string[]): SimulateRequest {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      strategy: { type: 'string', multiple: true, default: ['ours'] },
      pools: { type: 'string', default: '40' },
      skip: { type: 'string', default: '0' },
      'pool-size': { type: 'string' },
      budget: { type: 'string' },
      confidence: { type: 'string', default: '0.95' },
      tolerance: { type: 'string', default: '0' },
      'click-error': { type: 'string', default: '0' },
      people: { type: 'boolean', default: false },
      opinions: { type: 'string', default: '3' },
      epsilon: { type: 'string', default: '0.46' },
      days: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      plot: { type: 'string' },
    },
  });
  const [folder, ...rest] = positionals;
  if (folder === undefined || (rest.length > 0 && !values.days))
    throw new Error('simulate takes one folder: modelpicker simulate DIR; or several days: simulate --days DIR DIR.');
  const parsed = Options.safeParse(values);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `--${path[0]?.toString()}: ${message}`);
    throw new Error(`${issues.join('; ')}. See modelpicker simulate --help.`);
  }
  const { strategy, plot, json, days: isDays, tolerance, ...options } = parsed.data;
  const shared = {
    pools: options.pools,
    skip: options.skip,
    poolSize: options['pool-size'],
    budget: options.budget,
    confidence: options.confidence,
    clickError: options['click-error'],
    people: options.people,
    opinions: options.opinions,
    epsilon: options.epsilon,
  };
  if (isDays && (plot !== undefined || strategy.join() !== 'ours'))
    throw new Error('simulate --days plays our strategy alone and draws nothing: leave out --strategy and --plot.');
  const days = isDays ? positionals : [];
  return { folder, days, experiments: strategy.map((name) => ({ ...shared, strategy: name })), tolerance, json, plot };
}
