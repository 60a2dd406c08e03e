import { dirname, resolve } from 'node:path';
import { validate as isCronLine } from 'node-cron';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { ModelDescription, withProviders } from '../predictions/onnx/describe/model-description.ts';
import { Providers } from '../predictions/onnx/devices/provider.ts';
import type { Rules } from '../round/facts.ts';
import type { Guideline } from '../task/people.ts';
import { readTextFile, whyNotRead } from '../text-file.ts';
import { cureFor, settingNames } from './cures.ts';
import { type Buckets, FolderSetting, placedFolders } from './folder-setting.ts';
import { GuidelineSetting, placedGuidelines } from './guidelines.ts';
import { nameOfFile, TaskName } from './name.ts';
import { QUIET_HOURS } from './quiet-hours.ts';
import { StoreSetting } from './store-setting.ts';
import { ModelsSetting, placedTargets, type RegistryPool, TargetsSetting } from './targets.ts';
import { isTimeZone } from './wall-clock.ts';
import { workersHaveAPlace } from './workers-setting.ts';

const cronLine = z.string().refine(
  isCronLine,
  found((line) => `"${line}" is not a cron line: it takes five fields, e.g. "*/5 * * * *"`),
);

const probability = found(
  (value) => `${value} is not a confidence: write 0.95 for 95 %, at least 0.5 and at most 0.999`,
);

const share = found((value) => `${value} is not a share: write 0.8 for 80 %, at least 0 and at most 1`);

/** A message that shows what was found. */
function found(say: (input: unknown) => string): { error: (issue: { input?: unknown }) => string } {
  return { error: ({ input }) => say(input) };
}

/** A fraction people write in points of accuracy: 0.5 points = 0.005. */
const points = z.number().min(0).max(50);

const channelId = z.string().regex(
  /^[CG][A-Z0-9]+$/,
  found(
    (id) => `"${id}" is not a channel id: copy it from the end of the channel’s details in Slack, e.g. "C0123ABCD"`,
  ),
);

/** The settings file, as a user writes it. Relative paths start at the file's folder. */
export const SettingsFile = z.strictObject({
  name: TaskName.optional(),
  models: ModelsSetting.optional(),
  batches: FolderSetting.meta({
    description: 'folder, or s3://bucket/folder, in which each batch arrives as a sub-folder',
  }),
  bucketCacheGigabytes: z.number().min(0).default(50).meta({ description: 'in GB' }),
  data: z.string().default('live'),
  keepPredictionsDays: z.int().min(0).default(0).meta({ description: 'in days; 0 keeps them' }),
  store: StoreSetting.optional(),
  workers: z.boolean().default(false),
  classes: z.array(z.string().min(1)).min(2).optional(),
  gate: z.string().optional(),
  descriptions: z.array(ModelDescription).default([]),
  providers: Providers.optional().meta({ description: 'what models run on, best first' }),
  confidence: z.number(probability).min(0.5, probability).max(0.999, probability).default(0.95),
  tolerancePoints: points.default(0.5),
  budget: z.int().min(1).max(10_000).default(300),
  /** Of old files: how often people err is learned from their clicks now. */
  clickErrorPercent: z.number().optional(),
  opinions: z.int().min(1).max(5).default(3),
  deadlineHours: z.number().min(0).default(0),
  minimumAccuracy: z.number().min(0, share).max(1, share).optional().meta({ description: 'a share' }),
  keepUnlessBetterBy: points.optional().meta({ description: 'in points' }),
  prefer: z
    .enum(
      ['present', 'fastest'],
      found((which) => `"${which}" is neither "present" nor "fastest"`),
    )
    .default('present'),
  deploy: z
    .enum(
      ['automatic', 'ask'],
      found((when) => `"${when}" is neither "automatic" nor "ask"`),
    )
    .default('automatic'),
  measure: z.int().min(0).max(1_000).default(20).meta({ description: 'images' }),
  targets: TargetsSetting,
  metrics: z.strictObject({ port: z.int().min(1).max(65_535) }).optional(),
  schedule: z
    .strictObject({
      look: cronLine.default('* * * * *'),
      announce: cronLine.default('0 9 * * *'),
      export: cronLine.optional(),
      timeZone: z
        .string()
        .refine(
          isTimeZone,
          found((zone) => `"${zone}" is not a time zone: take an IANA name, e.g. "Europe/Berlin"`),
        )
        .default('UTC'),
      quiet: z
        .string()
        .regex(
          QUIET_HOURS,
          found((hours) => `"${hours}" are not quiet hours: write two times of the day, e.g. "20:00-08:00"`),
        )
        .optional(),
      settledMinutes: z.number().min(0).default(5),
    })
    .prefault({}),
  slack: z
    .strictObject({
      channel: channelId,
      results: channelId.optional(),
      team: z.string().optional(),
      allowed: z.array(z.string()).optional(),
      admins: z.array(z.string()).default([]),
      uploadsPerMinute: z.int().min(1).optional(),
      keepImagesDays: z.int().min(0).optional(),
      guidelines: z.record(z.string(), GuidelineSetting).default({}),
    })
    .optional(),
});

/** What stands in the file as people write it and is read as `rules`. */
type RuleSetting =
  | 'confidence'
  | 'tolerancePoints'
  | 'budget'
  | 'clickErrorPercent'
  | 'opinions'
  | 'deadlineHours'
  | 'minimumAccuracy'
  | 'keepUnlessBetterBy'
  | 'prefer'
  | 'deploy'
  | 'measure'
  | 'providers';

export type Settings = Omit<z.infer<typeof SettingsFile>, RuleSetting | 'models' | 'slack'> & {
  /** What people call the task; that of the file, where it gives none. */
  readonly name: string;
  readonly file: string;
  /** Folder of the models, where they are not in a registry. */
  readonly models?: string;
  readonly registry?: RegistryPool;
  readonly buckets: Buckets;
  /** Settings of the file that say nothing any more, each with what to do. */
  readonly outdated: readonly string[];
  readonly rules: Rules;
  readonly slack?: Omit<NonNullable<z.infer<typeof SettingsFile>['slack']>, 'guidelines'> & {
    readonly guidelines: Readonly<Record<string, Guideline>>;
  };
};

/** Tokens come from the environment only; what was found there is never shown. */
const Environment = z.object({
  SLACK_BOT_TOKEN: token('xoxb-', 'the Bot User OAuth Token'),
  SLACK_APP_TOKEN: token('xapp-', 'an app-level token'),
  SLACK_API_URL: z.url().optional(),
});

function token(start: string, what: string) {
  const cure = (state: string) =>
    `${state}: set it to ${what}, which starts with "${start}" (README, "Connect your Slack")`;
  return z.string(cure('not set')).regex(new RegExp(`^${start}[\\w-]+$`), cure('not such a token'));
}

export type Tokens = { readonly botToken: string; readonly appToken: string; readonly slackApiUrl?: string };

/**
 * Settings from a YAML (or JSON) file.
 *
 * @throws with every problem of the file at once, each with its place and cure.
 */
export function readSettings(file: string): Settings {
  const path = resolve(file);
  const checked = SettingsFile.refine(workersHaveAPlace.check, workersHaveAPlace.params);
  const found = checked.safeParse(parseFile(path) ?? {}, { error: cureFor(settingNames(SettingsFile)) });
  if (!found.success)
    throw new Error(problems(`Bad settings in ${file} (modelpicker.example.yaml shows them all)`, found.error));
  const { slack, ...written } = found.data;
  const { confidence, tolerancePoints, budget, clickErrorPercent, opinions, deadlineHours, ...others } = written;
  const { minimumAccuracy, keepUnlessBetterBy, prefer, deploy, measure, models, providers, ...settings } = others;
  const inFolder = (relative: string) => resolve(dirname(path), relative);
  const data = inFolder(settings.data);
  return {
    ...settings,
    descriptions: withProviders(settings.descriptions, providers),
    name: settings.name ?? nameOfFile(path),
    file: path,
    outdated:
      clickErrorPercent === undefined
        ? []
        : ['clickErrorPercent: how often people err is learned from their clicks now. Remove it.'],
    ...(typeof models === 'object' && { registry: models.mlflow }),
    ...placedFolders({ batches: settings.batches, ...(typeof models === 'string' && { models }) }, data, inFolder),
    data,
    targets: placedTargets(settings.targets, dirname(path)),
    ...(settings.gate !== undefined && { gate: inFolder(settings.gate) }),
    ...(slack && { slack: { ...slack, guidelines: placedGuidelines(slack.guidelines, inFolder) } }),
    rules: {
      confidence,
      tolerance: tolerancePoints / 100,
      budget,
      opinions,
      deadlineHours,
      ...(minimumAccuracy !== undefined && { minimumAccuracy }),
      ...(keepUnlessBetterBy !== undefined && { keepUnlessBetterBy: keepUnlessBetterBy / 100 }),
      prefer,
      measure,
      ...(deploy === 'ask' && { deploy }),
    },
  };
}

/**
 * The tokens of the environment.
 *
 * @throws naming every token that is missing or malformed; never their values.
 */
export function readTokens(environment: NodeJS.ProcessEnv): Tokens {
  if (environment.SLACK_BOT_TOKEN?.startsWith('xapp-') && environment.SLACK_APP_TOKEN?.startsWith('xoxb-')) {
    throw new Error(
      'The tokens are swapped: SLACK_BOT_TOKEN takes the one that starts with "xoxb-", SLACK_APP_TOKEN the one with "xapp-".',
    );
  }
  const found = Environment.safeParse(environment);
  if (!found.success) throw new Error(problems('Bad environment (see .env.example)', found.error));
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_API_URL: slackApiUrl } = found.data;
  return { botToken, appToken, ...(slackApiUrl !== undefined && { slackApiUrl }) };
}

function parseFile(path: string): unknown {
  let text: string;
  try {
    text = readTextFile(path);
  } catch (error) {
    throw new Error(
      `Can't read the settings file ${path}: ${whyNotRead(error)}. Copy modelpicker.example.yaml to modelpicker.yaml, or name yours with --config.`,
      { cause: error },
    );
  }
  try {
    return parseYaml(text);
  } catch (error) {
    throw new Error(`${path} is not YAML: ${(error as Error).message}`, { cause: error });
  }
}

function problems(title: string, error: z.ZodError): string {
  return `${title}:\n${z.prettifyError(error)}`;
}
