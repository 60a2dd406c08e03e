import { versionLine } from '../../settings/version.ts';
import { type Parts, tell, type Visitor } from '../parts.ts';
import { sentences } from '../say/sentences.ts';
import { parseCommand } from './commands.ts';
import { showMistakes } from './days/mistakes.ts';
import { showTrend } from './days/trend.ts';
import { showTrust } from './days/trust.ts';
import { sendExport } from './export.ts';
import { showHelp } from './help.ts';
import { showHistory } from './history.ts';
import { openLane } from './labeling/lane.ts';
import { refusalOf } from './misread.ts';
import { pause, resume } from './pause.ts';
import { showPeople } from './people.ts';
import { offerEarlier, pin, unpin } from './rule.ts';
import { showModels, showPast, showStatus } from './status.ts';
import { undoLast } from './undo.ts';

const say = sentences.commands;

/** Does what somebody typed after `/modelpicker`, or after the bot's name; the answer is for them alone. */
export async function runCommand(parts: Parts, visitor: Visitor, text: string): Promise<void> {
  const command = parseCommand(text);
  if (command.kind !== 'command') return tell(visitor, refusalOf(parts, command));
  if (command.batch !== undefined) return onBatch(parts, visitor, command.name, command.batch);
  const isOfModel = command.name === 'models' && command.rest !== undefined;
  const needsWindow = command.name === 'label' || command.name === 'history' || isOfModel;
  if (needsWindow && !visitor.reply.opensWindows) return tell(visitor, say.needsWindow(command.name));
  switch (command.name) {
    case 'status':
      return showStatus(parts, visitor);
    case 'help':
      return showHelp(visitor);
    case 'version':
      return tell(visitor, versionLine());
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
      if (command.rest !== undefined) return showMistakes(parts, visitor, { model: command.rest });
      return showModels(parts, visitor);
    case 'trend':
      return showTrend(parts, visitor);
    case 'trust':
      return showTrust(parts, visitor);
    case 'people':
      return showPeople(parts, visitor);
    case 'rollback':
      return offerEarlier(parts, visitor, command.rest ?? '');
    case 'deploy':
      return pin(parts, visitor, command.rest ?? '');
    case 'unpin':
      return unpin(parts, visitor);
    case 'export':
      return sendExport(parts, visitor);
  }
}

/** `status` or `history` of one batch. One that never was is refused with the one nearest to it. */
async function onBatch(parts: Parts, visitor: Visitor, name: string, wanted: string): Promise<void> {
  const { task } = parts;
  const batches = task.batches();
  const batch = batches.find((one) => one.toLowerCase() === wanted.toLowerCase());
  if (batch === undefined) return tell(visitor, say.noBatch(wanted, name, nearestBatch(wanted, batches)));
  if (name === 'history') {
    return visitor.reply.opensWindows ? showHistory(parts, visitor, batch) : tell(visitor, say.needsWindow(name));
  }
  return batch === batches.at(-1) ? showStatus(parts, visitor) : showPast(parts, visitor, batch);
}

/** Names order batches: the last that is not after the wanted one, or else the first. */
function nearestBatch(wanted: string, batches: readonly string[]): string | undefined {
  return batches.findLast((batch) => batch.localeCompare(wanted, 'en', { numeric: true }) <= 0) ?? batches[0];
}
