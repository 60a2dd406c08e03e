import { nearest } from '../nearest.ts';

/** What a command takes and does, as the overview and its own `--help` say it. */
type Help = { readonly takes: string; readonly does: string; readonly options: Readonly<Record<string, string>> };

const config = {
  '--config FILE': 'the settings, or a folder of them; again for each further task; modelpicker.yaml by default',
};
const debug = { '--debug': 'the log says why each step was chosen' };

const helps = {
  start: {
    takes: '[--config FILE] [--debug]',
    does: 'connect to Slack and work until stopped',
    options: { ...config, ...debug },
  },
  worker: {
    takes: '[--config FILE] [--threads N]',
    does: 'run the models of a bot that runs elsewhere, until stopped',
    options: { ...config, '--threads N': 'models at work at once; as many as there are cores by default' },
  },
  status: {
    takes: '[--config FILE]',
    does: 'where the newest round stands, and what is deployed',
    options: config,
  },
  trust: {
    takes: '[--config FILE]',
    does: 'how often what was announced has been true, by images drawn at random',
    options: config,
  },
  models: { takes: '[--config FILE]', does: 'the pool: inputs, classes, sizes', options: config },
  export: {
    takes: '[--config FILE] [--as FORM] [--batch NAME]',
    does: 'print the labels: one settled label an image',
    options: {
      ...config,
      '--as FORM':
        'csv (the default), jsonl (a manifest for training), or answers (CSV of every answer of all batches)',
      '--batch NAME': 'of this batch alone',
    },
  },
  migrate: {
    takes: '--to postgres|files [--config FILE]',
    does: 'move the facts between the data folder and a Postgres',
    options: { ...config, '--to PLACE': 'postgres: into the one that "store" names; files: out of it again' },
  },
  check: {
    takes: '[--config FILE]',
    does: 'try the settings, Slack, every model and the newest batch; all problems at once',
    options: config,
  },
  demo: {
    takes: '[--auto] [--debug] [--fresh] [--port N] [--config FILE --truth FILE]',
    does: 'everything on this machine, with a local workspace in the browser',
    options: {
      '--auto': 'plays the people as well, prints the conversation, and ends with the winners',
      ...debug,
      '--fresh': 'forgets earlier days',
      '--port N': 'where the workspace listens (8080); 0 for any that is free',
      '--config FILE': 'your own settings instead of the demo’s',
      '--truth FILE': 'a CSV of file,class: what the played people know',
    },
  },
} satisfies Record<string, Help>;

const columns = 20;

/** What `modelpicker help` prints. */
export function overview(): string {
  const lines = Object.entries(helps).map(([name, { does }]) => `  ${name.padEnd(columns)}${does}`);
  return `modelpicker: which of your image classifiers fits today's data?

${lines.join('\n')}
  ${'simulate DIR'.padEnd(columns)}how many labels a strategy needs on labeled data
  ${'label'.padEnd(columns)}ask in the terminal which model is best

modelpicker COMMAND --help says what a command takes; --version says which one this is.
Tokens come from the environment, or from .env beside you: SLACK_BOT_TOKEN, SLACK_APP_TOKEN.`;
}

/** What `--help` prints for one command. `simulate` and `label` bring a page of their own. */
export async function helpOf(command: string): Promise<string> {
  if (command === 'simulate') return (await import('../simulate/options.ts')).usage;
  if (command === 'label') return (await import('./label.ts')).usage;
  if (!(command in helps)) return overview();
  const { takes, does, options } = helps[command as keyof typeof helps];
  const lines = Object.entries(options).map(([option, what]) => `  ${option.padEnd(columns)}${what}`);
  return `modelpicker ${command} ${takes}: ${does}\n\n${lines.join('\n')}`;
}

/** What Node says of options, in words that name the cure; anything else stays as it is. `help` names the options there are. */
export function plainly(error: Error & { readonly code?: string }, command: string, help: string): string {
  const found = /'(-[^' ]*)/.exec(error.message)?.[1] ?? '';
  const more = `See modelpicker ${command} --help.`;
  switch (error.code) {
    case 'ERR_PARSE_ARGS_UNKNOWN_OPTION': {
      const near = nearest(found, help.match(/--[a-z-]+/g) ?? []);
      return `"${found}" is not an option of ${command}. ${near === undefined ? more : `Did you mean "${near}"?`}`;
    }
    case 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE':
      return error.message.includes('does not take')
        ? `"${found}" takes no value: write it alone.`
        : `"${found}" needs a value after it. ${more}`;
    case 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL':
      return `"${/'(.*?)'/.exec(error.message)?.[1]}" is not understood: ${command} takes options only. ${more}`;
  }
  return error.message;
}
