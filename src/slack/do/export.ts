import { send } from '../out/uploads.ts';
import { type Parts, tell, type Visitor } from '../parts.ts';
import { sentences } from '../say/sentences.ts';

/** All labels as a CSV file in the conversation between the bot and the one who asks; nobody else sees it. */
export async function sendExport({ task, client }: Parts, visitor: Visitor): Promise<void> {
  const bytes = Buffer.from(task.exportCsv());
  // A message opens the conversation without the right to open conversations.
  const { channel } = await client.chat.postMessage({ channel: visitor.user, text: sentences.exported.comment });
  const { file_id: id, upload_url: url } = await client.files.getUploadURLExternal({
    filename: 'labels.csv',
    length: bytes.length,
  });
  if (channel === undefined || id === undefined || url === undefined) throw new Error('Slack took no file.');
  await send(url, bytes);
  await client.files.completeUploadExternal({
    files: [{ id, title: sentences.exported.title }],
    channel_id: channel,
  });
  await tell(visitor, sentences.exported.sent);
}
