import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readPredicted } from '../predictions/kept.ts';
import { clicksOf } from '../round/round.ts';
import { labelsFolder, predictionsFolder, storePlace } from '../settings/folders.ts';
import type { Settings } from '../settings/settings.ts';
import { lookAtStore } from '../store/open-store.ts';
import { openBeliefLog } from '../task/beliefs/log.ts';
import { readJournal } from '../task/journal.ts';
import { type BatchLabels, labelsCsv, manifestOf, settledOf } from '../task/labels/settled.ts';

/** In which forms labels can be had: one settled label an image as CSV or JSON lines, or every answer as CSV. */
const forms = ['csv', 'jsonl', 'answers'] as const;

/**
 * What `modelpicker export` prints, and a line for each batch it had to leave out because its predictions are gone. The bot
 * may be running.
 *
 * @throws where `as` is not a form, or there is no such batch.
 */
export async function exportLabels(
  settings: Settings,
  { as, batch }: { readonly as: string; readonly batch?: string },
  environment: NodeJS.ProcessEnv,
): Promise<{ text: string; leftOut: readonly string[] }> {
  const form = forms.find((one) => one === as);
  if (form === undefined) throw new Error(`"${as}" is not a form of export. Use ${forms.join(', ')}.`);
  const journal = readJournal(await lookAtStore(storePlace(settings, environment)));
  const names = batch === undefined ? journal.names() : journal.names().filter((name) => name === batch);
  if (batch !== undefined && names.length === 0) {
    throw new Error(`There is no round of batch "${batch}". There are: ${journal.names().join(', ') || 'none yet'}.`);
  }
  if (form === 'answers') return { text: journal.csv(), leftOut: [] };
  const leftOut: string[] = [];
  const labels: BatchLabels[] = [];
  for (const name of names) {
    const predicted = await readPredicted(predictionsFolder(settings, name));
    const round = journal.round(name);
    if (!predicted) leftOut.push(leftOutLine(settings, name));
    else {
      const beliefs = openBeliefLog({ matrix: predicted.predictions, rules: round.opened.rules });
      labels.push(settledOf(round, predicted, beliefs.review(clicksOf(round))));
    }
  }
  return { text: form === 'csv' ? labelsCsv(labels) : labels.map(manifestOf).join(''), leftOut };
}

/** Its settled labels were written down before its predictions were removed as old. */
function leftOutLine(settings: Settings, batch: string): string {
  const written = join(labelsFolder(settings), `${batch}.jsonl`);
  const where = existsSync(written) ? `; its settled labels are in ${written}` : '';
  return `Left out: batch ${batch}, because its predictions are gone${where}.`;
}
