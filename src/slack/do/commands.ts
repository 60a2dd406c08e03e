import { nearest } from '../../nearest.ts';
import { sentences } from '../say/sentences.ts';

const names = [
  ...(['status', 'label', 'undo', 'history', 'models', 'people'] as const),
  ...(['rollback', 'deploy', 'unpin', 'pause', 'resume', 'export', 'help'] as const),
] as const;
type CommandName = (typeof names)[number];

export type Command =
  /** `rest` is what stands after the word, as it was typed. */
  | { readonly kind: 'command'; readonly name: CommandName; readonly person?: string; readonly rest: string }
  /** After `undo`: somebody who was not picked as a mention. */
  | { readonly kind: 'nobody'; readonly word: string }
  | { readonly kind: 'unknown'; readonly word: string; readonly nearest?: CommandName };

/** What was asked for in the text after `/modelpicker`; nothing at all asks for help. */
export function parseCommand(text: string): Command {
  const [word = '', ...rest] = text.trim().toLowerCase().split(/\s+/);
  const typed = text.trim().slice(word.length).trim();
  if (word === '') return { kind: 'command', name: 'help', rest: typed };
  const name = names.find((candidate) => candidate === word);
  if (name === undefined) {
    const near = nearest(word, names);
    return near === undefined ? { kind: 'unknown', word } : { kind: 'unknown', word, nearest: near };
  }
  const mention = /^<@([uw][a-z0-9]+)(\|[^>]*)?>$/.exec(rest[0] ?? '')?.[1]?.toUpperCase();
  if (name === 'undo' && rest[0] !== undefined && mention === undefined) return { kind: 'nobody', word: rest[0] };
  return { kind: 'command', name, rest: typed, ...(mention !== undefined && { person: mention }) };
}

export function helpText(): string {
  const lines = names.map((name) => `• \`/modelpicker ${name}\`: ${sentences.commands.help[name]}`);
  return [sentences.commands.intro, ...lines].join('\n');
}
