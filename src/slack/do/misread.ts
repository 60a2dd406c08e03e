import type { Parts } from '../parts.ts';
import { sentences } from '../say/sentences.ts';
import { type Command, helpText } from './commands.ts';

const say = sentences.commands;

/** Words that are not understood are refused, and nothing is done; the nearest command is named. */
export function refusalOf({ task }: Parts, command: Exclude<Command, { kind: 'command' }>): string {
  switch (command.kind) {
    case 'unknown':
      return command.nearest === undefined
        ? `${say.unknown(command.word)}\n${helpText()}`
        : say.unknown(command.word, command.nearest);
    case 'left over':
      return say.leftOver(command.name, command.word, command.nearest);
    case 'nobody': {
      const labeled = [...new Set(task.history().map(({ annotator }) => annotator))];
      return say.nobody(command.word, labeled, command.nearest);
    }
  }
}
