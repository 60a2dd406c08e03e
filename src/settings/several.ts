import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Claims, claimsIn, claimsOf } from './claims.ts';
import { readSettings, type Settings } from './settings.ts';

/** Files of a folder that describe a task each. */
const SETTINGS_FILE = /\.(ya?ml|json)$/i;

/**
 * The settings of every task: of these files, and of the settings files in these folders by their names.
 *
 * @throws with every problem of every file at once, also where two tasks would be in each other's way.
 */
export function readTasks(paths: readonly string[]): readonly [Settings, ...Settings[]] {
  const problems: string[] = [];
  const claims: Claims[] = [];
  const read = (file: string): Settings[] => {
    try {
      const settings = readSettings(file);
      claims.push(claimsOf(settings));
      return [settings];
    } catch (error) {
      problems.push((error as Error).message);
      claims.push(...claimsIn(file));
      return [];
    }
  };
  const [first, ...others] = paths.flatMap((path) => filesOf(path, problems)).flatMap(read);
  const all = first === undefined ? [] : [first, ...others];
  problems.push(...clashes(claims), ...differentPorts(all), ...resultProblems(all));
  if (problems.length > 0) throw new Error(problems.join('\n'));
  if (first === undefined) throw new Error('No settings file is named. Name one with --config.');
  return [first, ...others];
}

/** A file stands for itself, also one that is not there: whoever reads it says so. */
function filesOf(path: string, problems: string[]): string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => SETTINGS_FILE.test(name) && !name.startsWith('.'));
  if (names.length === 0) problems.push(`There is no settings file (*.yaml) in ${path}.`);
  return names.sort().map((name) => join(path, name));
}

/** What two tasks both have and only one can, each with its cure. */
function clashes(all: readonly Claims[]): string[] {
  return [
    ...shared(all, 'name', (name) => `the name "${name}". Give each task a "name" of its own.`),
    ...shared(
      all,
      'channel',
      (channel) => `the channel ${channel}. Give each task a channel of its own: what is said there is about it.`,
    ),
    ...shared(all, 'data', (data) => `the data folder ${data}. Give each task a "data" of its own.`),
    ...shared(
      all,
      'winners',
      (path) => `the folder for winners ${path}. One would replace the other's: name another under "targets".`,
    ),
  ];
}

/** The metrics of all tasks are served together. */
function differentPorts(all: readonly Settings[]): string[] {
  const files = all.filter(({ metrics }) => metrics);
  const [first] = files;
  const others = files.filter(({ metrics }) => metrics?.port !== first?.metrics?.port);
  return others.map(
    ({ file, metrics }) =>
      `${basename(first!.file)} and ${basename(file)}: "metrics.port" is ${first!.metrics!.port} in one and ${metrics!.port} in the other. The metrics of all tasks are served together: name one port.`,
  );
}

/** Where the daily announcements of several come together. */
function resultProblems(all: readonly Settings[]): string[] {
  const named = all.flatMap((one) =>
    one.slack?.results === undefined ? [] : [{ ...one, results: one.slack.results }],
  );
  const taken = named.flatMap(({ file, results }) => {
    const owner = all.find(({ slack }) => slack?.channel === results);
    return owner
      ? [
          `${basename(file)}: "slack.results" ${results} is the channel of ${basename(owner.file)}. Name another channel.`,
        ]
      : [];
  });
  const untimely = [...Map.groupBy(named, ({ results }) => results)].flatMap(([channel, those]) => {
    const hours = those.map(({ schedule: { announce, timeZone, quiet } }) => [announce, timeZone, quiet].join());
    if (new Set(hours).size === 1) return [];
    const files = those.map(({ file }) => basename(file)).join(' and ');
    return [
      `${files}: they share ${channel} for results, where one message a day speaks of all. Give them the same announce, timeZone and quiet under "schedule".`,
    ];
  });
  return [...taken, ...untimely];
}

function shared(all: readonly Claims[], what: keyof Claims, say: (value: string) => string): string[] {
  const owners = Map.groupBy(all, (claims) => claims[what]);
  return [...owners].flatMap(([value, those]) => {
    if (value === undefined || those.length === 1) return [];
    const files = those.map(({ file }) => basename(file)).join(' and ');
    return [`${files}: ${those.length > 2 ? 'all' : 'both'} have ${say(value)}`];
  });
}
