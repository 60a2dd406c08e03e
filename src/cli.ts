#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { type Log, logTo } from './log.ts';
import { nearest } from './nearest.ts';
import { loadDotenv } from './settings/dotenv.ts';
import { readTokens, type Settings } from './settings/settings.ts';
import { readTasks } from './settings/several.ts';
import { versionLine } from './settings/version.ts';
import { helpOf, overview, plainly } from './terminal/help.ts';

const config = { config: { type: 'string', multiple: true } } as const;

const DEFAULT_CONFIG = ['modelpicker.yaml'];

/** Each command loads only what it needs, and only once its settings are read: a slip of the pen is answered at once. */
const commands: Record<string, (args: string[]) => Promise<void>> = {
  start: async (args) => {
    const { values } = parseArgs({ args, options: { ...config, debug: { type: 'boolean', default: false } } });
    const settings = readTasks(values.config ?? DEFAULT_CONFIG);
    const log = logTo(process.stdout);
    endOnFault(log);
    loadDotenv('.env', process.env);
    const tokens = readTokens(process.env);
    const { start } = await import('./start.ts');
    const stopped = untilStopped();
    // It may be waiting for another bot to end.
    const running = await Promise.race([start(settings, tokens, log, values), stopped]);
    if (!running) process.exit();
    const reason = await Promise.race([stopped.then(() => undefined), running.lost]);
    await running.stop(reason);
    log('stopped');
    if (reason !== undefined) {
      console.error(reason.message);
      process.exitCode = 1;
    }
    // Whatever still waits for Slack's answer must not hold up the end.
    process.exit();
  },
  worker: async (args) => {
    const { values } = parseArgs({ args, options: { ...config, threads: { type: 'string' } } });
    const [settings, ...others] = readTasks(values.config ?? DEFAULT_CONFIG);
    if (others.length > 0) throw new Error('A worker works for one task: name its settings file with --config.');
    const log = logTo(process.stdout);
    endOnFault(log);
    loadDotenv('.env', process.env);
    const { workFor } = await import('./workers/work-for.ts');
    await workFor(settings, process.env, { log, stopped: untilStopped(), threads: values.threads });
    process.exit();
  },
  status: async (args) => {
    loadDotenv('.env', process.env);
    await ofEach(optionsIn(args), async (settings) =>
      (await import('./terminal/status.ts')).describeStore(settings, process.env),
    );
  },
  trust: async (args) => {
    const { describeTrust } = await import('./terminal/trust.ts');
    loadDotenv('.env', process.env);
    await ofEach(optionsIn(args), (settings) => describeTrust(settings, process.env));
  },
  models: async (args) => {
    await ofEach(optionsIn(args), async (settings) => (await import('./terminal/models.ts')).describePool(settings));
  },
  migrate: async (args) => {
    loadDotenv('.env', process.env);
    const { values } = parseArgs({ args, options: { ...config, to: { type: 'string' } } });
    await ofEach(values, async (settings) =>
      (await import('./terminal/migrate.ts')).migrate(settings, values.to, process.env),
    );
  },
  check: async (args) => {
    loadDotenv('.env', process.env);
    await ofEach(optionsIn(args), async (settings) => {
      const { checkEverything } = await import('./terminal/check.ts');
      const { text, isFine } = await checkEverything(settings, process.env);
      if (!isFine) process.exitCode = 1;
      return text;
    });
  },
  export: async (args) => {
    const options = { ...config, as: { type: 'string', default: 'csv' }, batch: { type: 'string' } } as const;
    const { values } = parseArgs({ args, options });
    loadDotenv('.env', process.env);
    const [settings, ...others] = readTasks(values.config ?? DEFAULT_CONFIG);
    if (others.length > 0) throw new Error('Labels are those of one task: name its settings file with --config.');
    const { exportLabels } = await import('./terminal/export.ts');
    const { text, leftOut } = await exportLabels(settings, values, process.env);
    process.stdout.write(text);
    for (const line of leftOut) console.error(line);
  },
  demo: async (args) => {
    const { values } = parseArgs({
      args,
      options: {
        auto: { type: 'boolean', default: false },
        debug: { type: 'boolean', default: false },
        fresh: { type: 'boolean', default: false },
        port: { type: 'string', default: '8080' },
        config: { type: 'string', multiple: true },
        truth: { type: 'string' },
      },
    });
    const { demo } = await import('./demo/demo.ts');
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new Error(`"${values.port}" is not a port. Use 1 to 65535, or 0 for any that is free.`);
    await demo({ ...values, port }, untilStopped);
    process.exit();
  },
  simulate: async (args) => (await import('./simulate/simulate.ts')).simulate(args),
  label: async (args) => (await import('./terminal/label.ts')).labelInTerminal(args),
  help: async ([about]) => console.log(about === undefined ? overview() : await helpOf(known(about))),
  version: async () => console.log(versionLine()),
};

function optionsIn(args: string[]) {
  return parseArgs({ args, options: config }).values;
}

/** Prints what there is to say of each task; what fails with one is said, and the others come all the same. */
async function ofEach(
  { config = DEFAULT_CONFIG }: { readonly config?: readonly string[] | undefined },
  say: (settings: Settings) => Promise<string>,
): Promise<void> {
  const all = readTasks(config);
  for (const [nth, settings] of all.entries()) {
    if (all.length > 1) console.log(`${nth > 0 ? '\n' : ''}Task ${settings.name} (${settings.file})`);
    const text = await say(settings).catch((error: Error) => {
      if (all.length === 1) throw error;
      process.exitCode = 1;
      return error.message;
    });
    console.log(text);
  }
}

/**
 * A fault nobody expected ends the process, for a supervisor to start it anew: every fact is on disk. A rejection that
 * nobody handled is only logged: it spoils nothing but what it was about. Only stacks are written down, because what hangs
 * on an error may hold a token.
 */
function endOnFault(log: Log): void {
  const stackOf = (fault: unknown) => (fault instanceof Error ? fault.stack : String(fault));
  process.on('unhandledRejection', (fault) => log('a failure nobody handled', { error: stackOf(fault) }));
  process.on('uncaughtException', (fault) => {
    log('ended by a fault', { error: stackOf(fault) });
    process.exit(1);
  });
}

/** Resolves at the first Ctrl-C or `kill`; a second one ends the process at once. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

/** @throws with the nearest command where none has this name. */
function known(name: string): string {
  if (Object.hasOwn(commands, name)) return name;
  const near = nearest(name, Object.keys(commands));
  throw new Error(
    `"${name}" is not a command.${near === undefined ? `\n\n${overview()}` : ` Did you mean "${near}"?`}`,
  );
}

/** `--help` and `--version` hold wherever they stand; the rest is the command's own. */
async function run(name: string, args: string[]): Promise<void> {
  const has = (...words: string[]) => [name, ...args].some((word) => words.includes(word));
  if (has('--version', '-v')) return commands.version!([]);
  if (has('--help', '-h')) return commands.help!(name.startsWith('-') ? [] : [name]);
  await commands[known(name)]!(args);
}

const [name = 'help', ...args] = process.argv.slice(2);
await run(name, args).catch(async (error: Error) => {
  console.error(plainly(error, name, await helpOf(name)));
  process.exitCode = 1;
  // Uploads that nobody waits for any more must not hold up the end.
  if (name === 'demo') process.exit();
});
