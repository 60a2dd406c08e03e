import { type Parts, tell, type Visitor } from '../parts.ts';
import { sentences } from '../say/sentences.ts';
import { helpText, parseCommand } from './commands.ts';
import { sendExport } from './export.ts';
import { showHelp } from './help.ts';
import { showHistory } from './history.ts';
import { openLane } from './labeling/lane.ts';
import { pause, resume } from './pause.ts';
import { showPeople } from './people.ts';
import { offerEarlier, pin, unpin } from './rule.ts';
import { showModels, showStatus } from './status.ts';
import { undoLast } from './undo.ts';

/** Does what somebody typed after `/modelpicker`; the answer is for them alone. */
export async function runCommand(parts: Parts, visitor: Visitor, text: string): Promise<void> {
  const command = parseCommand(text);
  if (command.kind === 'unknown') {
    const unknown = sentences.commands.unknown(command.word, command.nearest);
    return tell(visitor, command.nearest === undefined ? `${unknown}\n${helpText()}` : unknown);
  }
  if (command.kind === 'nobody') return tell(visitor, sentences.commands.nobody(command.word));
  switch (command.name) {
    case 'status':
      return showStatus(parts, visitor);
    case 'help':
      return showHelp(visitor);
    case 'label':
      return openLane(parts, visitor);
    case 'pause':
      return pause(parts, visitor);
    case 'resume':
      return resume(parts, visitor);
    case 'undo':
      return undoLast(parts, visitor, command.person);
    case 'history':
      return showHistory(parts, visitor);
    case 'models':
      return showModels(parts, visitor);
    case 'people':
      return showPeople(parts, visitor);
    case 'rollback':
      return offerEarlier(parts, visitor, command.rest);
    case 'deploy':
      return pin(parts, visitor, command.rest);
    case 'unpin':
      return unpin(parts, visitor);
    case 'export':
      return sendExport(parts, visitor);
  }
}
