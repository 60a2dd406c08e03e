import { storePlace } from '../settings/folders.ts';
import type { Settings } from '../settings/settings.ts';
import { sentences } from '../slack/say/sentences.ts';
import { lookAtStore } from '../store/open-store.ts';
import { trustIn } from '../task/days/trust.ts';
import { readJournal } from '../task/journal.ts';

/** What `modelpicker trust` prints: how far what was announced has been true. The bot may be running. */
export async function describeTrust(settings: Settings, environment: NodeJS.ProcessEnv): Promise<string> {
  const store = await lookAtStore(storePlace(settings, environment));
  const { found, limits } = sentences.trust;
  return `${found(trustIn(readJournal(store)))}\n${limits}`.replaceAll('*', '').replaceAll('`', '"');
}
