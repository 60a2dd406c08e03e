import { setTimeout as sleep } from 'node:timers/promises';
import { labelsCsv } from '../../task/labels/settled.ts';
import { whenWell } from '../out/clients.ts';
import { completeUpload, sendFile } from '../out/files/upload.ts';
import { errorCode } from '../out/refusals.ts';
import { type Parts, tell, type Visitor } from '../parts.ts';
import { sentences } from '../say/sentences.ts';

/** Slack may say that a file is there before it is (centaur #311). */
const sharedWithinMs = 15_000;

/** All labels as CSV files, every answer and one settled label an image, in the conversation between the bot and the one who asks; nobody else sees it. */
export async function sendExport({ task, client }: Parts, visitor: Visitor): Promise<void> {
  const bytes = Buffer.from(task.exportCsv());
  // A message opens the conversation without the right to open conversations.
  const { channel } = await whenWell(() =>
    client.chat.postMessage({ channel: visitor.user, text: sentences.exported.comment }),
  ).catch((error: unknown) => {
    if (errorCode(error) !== 'messages_tab_disabled') throw error;
    return { channel: null };
  });
  if (channel === null) return tell(visitor, sentences.exported.noTab);
  if (channel === undefined) throw new Error('Slack opened no conversation.');
  const settled = await sendFile(client, Buffer.from(labelsCsv(await task.settledLabels())), 'settled.csv');
  await completeUpload(client, { id: settled, title: sentences.exported.settled }, { channel_id: channel });
  const id = await sendFile(client, bytes, 'labels.csv');
  await completeUpload(client, { id, title: sentences.exported.title }, { channel_id: channel });
  await tell(visitor, (await isShared({ client }, id, channel)) ? sentences.exported.sent : sentences.exported.late);
}

async function isShared({ client }: Pick<Parts, 'client'>, id: string, channel: string): Promise<boolean> {
  const giveUpAt = performance.now() + sharedWithinMs;
  for (let waitMs = 250; performance.now() < giveUpAt; waitMs = Math.min(waitMs * 2, 2_000)) {
    const { file } = await whenWell(() => client.files.info({ file: id }));
    if (file?.ims?.includes(channel) || channel in (file?.shares?.private ?? {})) return true;
    await sleep(waitMs);
  }
  return false;
}
