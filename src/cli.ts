#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { type Log, logTo } from './log.ts';
import { nearest } from './nearest.ts';
import { loadDotenv } from './settings/dotenv.ts';
import { readSettings, readTokens } from './settings/settings.ts';

const usage = `modelpicker: which of your image classifiers fits today's data?

  modelpicker start    [--config FILE] [--debug]
                                         connect to Slack and work until stopped; --debug says why each step was chosen
  modelpicker status   [--config FILE]   where the newest round stands, and what is deployed
  modelpicker models   [--config FILE]   the pool: inputs, classes, sizes
  modelpicker check    [--config FILE]   try the settings, every model and the newest batch; all problems at once
  modelpicker demo     [--auto] [--debug] [--fresh] [--port N] [--config FILE --truth FILE]
                                         everything on this machine, with a local workspace in the browser;
                                         --auto plays the people as well; --fresh forgets earlier days
  modelpicker simulate DIR [options]     how many labels a strategy needs on labeled data (--help lists them)
  modelpicker label PREDICTIONS CLASSES BUDGET
                                         ask in the terminal which model is best
  modelpicker help

FILE is modelpicker.yaml by default. Tokens come from the environment: SLACK_BOT_TOKEN, SLACK_APP_TOKEN.`;

const config = { config: { type: 'string', default: 'modelpicker.yaml' } } as const;

/** Each command loads only what it needs: `status` must not wait for Slack's SDK. */
const commands: Record<string, (args: string[]) => Promise<void>> = {
  start: async (args) => {
    const { start } = await import('./start.ts');
    const { values } = parseArgs({ args, options: { ...config, debug: { type: 'boolean', default: false } } });
    const settings = readSettings(values.config);
    const log = logTo(process.stdout);
    endOnFault(log);
    loadDotenv('.env', process.env);
    const running = await start(settings, readTokens(process.env), log, values);
    const reason = await Promise.race([untilStopped().then(() => undefined), running.lost]);
    await running.stop(reason);
    if (reason !== undefined) {
      console.error(reason.message);
      process.exitCode = 1;
    }
    // Whatever still waits for Slack's answer must not hold up the end.
    process.exit();
  },
  status: async (args) => {
    const { describeStore } = await import('./terminal/status.ts');
    console.log(await describeStore(readSettings(configOf(args))));
  },
  models: async (args) => {
    const { describePool } = await import('./terminal/models.ts');
    console.log(await describePool(readSettings(configOf(args))));
  },
  check: async (args) => {
    const { checkEverything } = await import('./terminal/check.ts');
    const { text, isFine } = await checkEverything(readSettings(configOf(args)));
    console.log(text);
    if (!isFine) process.exitCode = 1;
  },
  demo: async (args) => {
    const { values } = parseArgs({
      args,
      options: {
        auto: { type: 'boolean', default: false },
        debug: { type: 'boolean', default: false },
        fresh: { type: 'boolean', default: false },
        port: { type: 'string', default: '8080' },
        config: { type: 'string' },
        truth: { type: 'string' },
      },
    });
    const { demo } = await import('./demo/demo.ts');
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new Error(`"${values.port}" is not a port. Use 1 to 65535, or 0 for any that is free.`);
    await demo({ ...values, port }, untilStopped);
  },
  simulate: async (args) => (await import('./simulate/simulate.ts')).simulate(args),
  label: async (args) => (await import('./terminal/label.ts')).labelInTerminal(args),
  help: async () => console.log(usage),
};

function configOf(args: string[]): string {
  return parseArgs({ args, options: config }).values.config;
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

const [name = 'help', ...args] = process.argv.slice(2);
const command = commands[name];
if (!command) {
  const near = nearest(name, Object.keys(commands));
  console.error(`"${name}" is not a command.${near === undefined ? `\n\n${usage}` : ` Did you mean "${near}"?`}`);
  process.exitCode = 1;
} else {
  await command(args).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
