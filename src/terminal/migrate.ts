import { roundsFolder, storePlace } from '../settings/folders.ts';
import type { Settings } from '../settings/settings.ts';
import { count } from '../slack/say/numbers.ts';
import { type Moved, moveIntoFiles, moveIntoPostgres } from '../store/move.ts';

/**
 * What `modelpicker migrate` does and prints: it moves a task's facts between its data folder and the Postgres of its settings.
 *
 * @throws where `to` is neither, the settings name no Postgres, or the facts cannot be moved; then nothing was moved.
 */
export async function migrate(
  settings: Settings,
  to: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const place = storePlace(settings, environment);
  if ('folder' in place) {
    throw new Error(
      `${settings.file} names no "store": write the Postgres there, e.g. store: postgres://db/modelpicker.`,
    );
  }
  const ends = { folder: roundsFolder(settings), postgres: place };
  if (to === 'postgres') return sayMoved(settings.name, await moveIntoPostgres(ends), 'The bot goes on from there.');
  const next = 'Take "store" out of the settings now, or the bot starts from nothing.';
  if (to === 'files') return sayMoved(settings.name, await moveIntoFiles(ends), next);
  throw new Error(`Where to? Use --to postgres, or --to files${to === undefined ? '' : `; "${to}" is neither`}.`);
}

function sayMoved(task: string, { from, to, rounds, facts, sha256, keptAs, wasThere }: Moved, next: string): string {
  const of = `${count(facts, 'fact')} of ${count(rounds, 'round')}`;
  return [
    wasThere
      ? `Task ${task}: the ${of} were in ${to} already, from an earlier move.`
      : `Task ${task}: moved ${of} from ${from} to ${to}.`,
    `Read back, they are the same to the bit and tell the same rounds (sha256 ${sha256}).`,
    `The old ones are kept as ${keptAs}.`,
    next,
  ].join('\n');
}
