/** Text made safe for Slack's mrkdwn: names of classes and models are other people's input. */

/** Stands in an emoji's name, where it is not seen, so that `:cat:` stays what somebody called their class. */
const unseen = '\u200b';

/** @see https://docs.slack.dev/messaging/formatting-message-text#escaping */
export function safe(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped.replaceAll(/:(?=[\w+'-]+:)/g, `:${unseen}`);
}

/** A name in bold. Formatting marks inside it are replaced by look-alikes, which Slack leaves alone. */
export function bold(name: string): string {
  return `*${safe(isolate(clip(plain(name), 75)))}*`;
}

/** A mention, which Slack shows as the person's name. */
export function person(id: string): string {
  return `<@${id}>`;
}

/** At most `max` characters; the cut keeps the end, where long names usually differ. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = Math.floor(max / 3);
  return `${cut(text, max - end - 1)}…${cutStart(text, end)}`;
}

/** A moment in the reader's own time zone; Slack falls back to UTC where it cannot. */
export function moment(iso: string): string {
  const seconds = Math.floor(Date.parse(iso) / 1000);
  return `<!date^${seconds}^{date_short_pretty} {time}|${iso.slice(0, 16).replace('T', ' ')} UTC>`;
}

/** A day in the reader's own time zone: "today", "Nov 2, 2026". */
export function day(iso: string): string {
  return `<!date^${Math.floor(Date.parse(iso) / 1000)}^{date_short_pretty}|${iso.slice(0, 10)}>`;
}

/** Words that lead to an address. */
export function link(address: string, words: string): string {
  return `<${address}|${words}>`;
}

/** A name in plain words for `text`, which stands in notifications and is read by screen readers. */
export function isolate(name: string): string {
  const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
  return rightToLeft.test(name) ? `\u2068${name}\u2069` : name;
}

const lookAlikes: Record<string, string> = { '*': '∗', '~': '∼', '`': 'ˋ', '\n': ' ' };
/** An underscore at the edge of a word begins or ends italics; within one it is a letter. */
const italics = /(?<![\p{L}\p{N}_])_|_(?![\p{L}\p{N}_])/gu;

function plain(name: string): string {
  return name
    .replaceAll(/[*~`\n]/g, (mark) => lookAlikes[mark] ?? mark)
    .replaceAll(italics, '＿')
    .trim();
}

/** Never cuts an emoji into half a surrogate pair. */
function cut(text: string, max: number): string {
  return text.slice(0, max).replace(/[\ud800-\udbff]$/, '');
}

function cutStart(text: string, max: number): string {
  return text.slice(-max).replace(/^[\udc00-\udfff]/, '');
}
