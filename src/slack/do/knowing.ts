import { send } from '../out/uploads.ts';
import { type Parts, say, type Visitor } from '../parts.ts';
import { guidelinesView } from '../say/guidelines.ts';
import { historyView, type Reader } from '../say/history.ts';
import { closedHome, homeView } from '../say/home.ts';
import { noticeView } from '../say/lane.ts';
import { sentences } from '../say/sentences.ts';
import { isEarly, renderModels, renderPicture, renderStatus } from '../say/status.ts';
import { helpText } from './commands.ts';

/** Says at once in words where the batch stands, and shows the picture when it has reached Slack. */
export async function showStatus({ bot, channel }: Parts, visitor: Visitor): Promise<void> {
  const status = await bot.status();
  await visitor.reply.note(renderStatus(status));
  if (status.kind !== 'round' || isEarly(status)) return;
  const picture = await channel.pictureOf(status.standing);
  if (picture !== undefined) await visitor.reply.note(renderPicture(status.standing, picture));
}

export async function showModels({ bot }: Parts, visitor: Visitor): Promise<void> {
  await visitor.reply.note(renderModels(await bot.status()));
}

/** Who said what in a batch; in the newest where none is named. */
export async function showHistory(parts: Parts, visitor: Visitor, batch?: string): Promise<void> {
  await visitor.reply.open(historyView(parts.bot.history(batch), readerOf(parts, visitor.user)));
}

export function readerOf({ access, channel }: Parts, user: string): Reader {
  return { user, isAdmin: access.isAdmin(user), fileOf: channel.images.fileOf };
}

export async function showHelp(visitor: Visitor): Promise<void> {
  await say(visitor, helpText());
}

export async function explainChoice(visitor: Visitor): Promise<void> {
  // In a window, because private notes stand below everything said since the card was posted.
  await visitor.reply.open(noticeView(sentences.why));
}

/** What the classes mean. Example images that are not on Slack yet follow. */
export async function showGuidelines({ settings, channel }: Parts, visitor: Visitor): Promise<void> {
  const guidelines = settings.guidelines ?? {};
  const asImage = (path: string) => ({ key: `guideline:${path}`, file: path });
  const view = () => guidelinesView(guidelines, (path) => channel.images.fileOf(asImage(path)));
  const local = Object.values(guidelines)
    .flatMap(({ image }) => (image === undefined || image.startsWith('https://') ? [] : [asImage(image)]))
    .filter((image) => channel.images.fileOf(image) === undefined);
  const window = await visitor.reply.open(view());
  if (local.length === 0) return;
  await Promise.all(local.map((image) => channel.images.waitFor(image, 30_000)));
  await visitor.reply.update(window, view());
}

/** App Home as this person may see it; `note` says what they have just done there. */
export async function publishHome(parts: Parts, user: string, note?: string): Promise<void> {
  const { bot, access, settings, client } = parts;
  const history = bot.history();
  const view = homeView({
    reader: readerOf(parts, user),
    mayLabel: access.wasSeenInChannel(user),
    channel: settings.channel,
    status: await bot.status(),
    mine: history.filter((entry) => entry.annotator === user),
    results: bot.results(),
    ...(note !== undefined && { note }),
  });
  await client.views.publish({ user_id: user, view });
}

export async function publishClosedHome({ client }: Parts, user: string, refusal: string): Promise<void> {
  await client.views.publish({ user_id: user, view: closedHome(refusal) });
}

/** All labels as a CSV file in the conversation between the bot and the one who asks; nobody else sees it. */
export async function sendExport({ bot, client }: Parts, visitor: Visitor): Promise<void> {
  const bytes = Buffer.from(bot.exportCsv());
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
  await say(visitor, sentences.exported.sent);
}
