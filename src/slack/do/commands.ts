import { nearest } from '../../nearest.ts';
import { sentences } from '../say/sentences.ts';

const names = [
  ...(['status', 'label', 'undo', 'history', 'models', 'trend', 'trust', 'people'] as const),
  ...(['rollback', 'deploy', 'unpin', 'pause', 'resume', 'export', 'help', 'version'] as const),
] as const;
type CommandName = (typeof names)[number];

/** `nearest`: the command that was perhaps meant by a word nobody knows. */
type Misread = { readonly word: string; readonly nearest?: CommandName };

/** What follows a command: `person` after `undo`, `batch` after `status` and `history`, `rest` after `deploy`, `rollback` and `models`. */
type Following = { readonly person?: string; readonly batch?: string; readonly rest?: string };

/** What a text after `/modelpicker` asks for, or why nobody can tell. */
export type Command =
  | ({ readonly kind: 'command'; readonly name: CommandName } & Following)
  /** After `undo`: somebody who was not picked as a mention. */
  | ({ readonly kind: 'nobody' } & Misread)
  /** A word too many after a command, which is then not done. */
  | ({ readonly kind: 'left over'; readonly name: CommandName } & Misread)
  | ({ readonly kind: 'unknown' } & Misread);

/** As people ask for help anywhere, also after another command. */
const helpWords = ['help', '--help', '-h', '?'];

/** As on the command line. */
const versionWords = ['version', '--version', '-v'];

/** What was asked for in the text after `/modelpicker`; nothing at all asks for help. */
export function parseCommand(text: string): Command {
  const [, word = 'help', typed = ''] = /^\s*(\S+)\s*([\s\S]*?)\s*$/.exec(text) ?? [];
  if (versionWords.includes(word.toLowerCase())) return { kind: 'command', name: 'version' };
  const asked = helpWords.includes(word.toLowerCase()) ? 'help' : word.toLowerCase();
  const name = names.find((candidate) => candidate === asked);
  if (name === undefined) return { kind: 'unknown', ...misread(word) };
  return helpWords.includes(typed.toLowerCase()) ? { kind: 'command', name: 'help' } : following(name, typed);
}

/** `typed`: what stands after the command's name. */
function following(name: CommandName, typed: string): Command {
  // Names of models may have spaces in them.
  if (name === 'deploy' || name === 'rollback' || (name === 'models' && typed !== ''))
    return { kind: 'command', name, rest: typed };
  const [first, second] = typed.split(/\s+/).filter(Boolean);
  const takesOne = name === 'undo' || name === 'status' || name === 'history';
  const extra = takesOne ? second : first;
  if (extra !== undefined) return { kind: 'left over', name, ...misread(extra) };
  if (first === undefined) return { kind: 'command', name };
  if (name !== 'undo') return { kind: 'command', name, batch: first };
  const person = /^<@([uw][a-z0-9]+)(\|[^>]*)?>$/i.exec(first)?.[1]?.toUpperCase();
  return person === undefined ? { kind: 'nobody', ...misread(first) } : { kind: 'command', name, person };
}

function misread(word: string): Misread {
  const near = nearest(word.toLowerCase(), names);
  return near === undefined ? { word } : { word, nearest: near };
}

/** Every command with what it does, as `help` shows them. */
export function helpText(): string {
  const lines = names.map((name) => `• \`/modelpicker ${name}\`: ${sentences.commands.help[name]}`);
  return [sentences.commands.intro, ...lines].join('\n');
}
