import { make } from './dom.js';
import { withEmoji } from './emoji.js';
import { link, mention, names } from './mrkdwn.js';

/** A `rich_text` block. */
export function richText(block) {
  return make('div', { class: 'rich', dir: 'auto' }, ...block.elements.map(part));
}

function part(element) {
  if (element.type === 'rich_text_list') {
    const items = element.elements.map((item) => make('li', {}, ...item.elements.map(piece)));
    return make(element.style === 'ordered' ? 'ol' : 'ul', {}, ...items);
  }
  const pieces = element.elements.map(piece);
  if (element.type === 'rich_text_quote') return make('blockquote', {}, ...pieces);
  return make(element.type === 'rich_text_preformatted' ? 'pre' : 'div', {}, ...pieces);
}

function piece(element) {
  switch (element.type) {
    case 'link':
      return link(element.url, element.text ?? element.url);
    case 'user':
      return mention(`@${names.get(element.user_id) ?? element.user_id}`);
    case 'channel':
      return mention(`#${names.get(element.channel_id) ?? element.channel_id}`);
    case 'emoji':
      return withEmoji(`:${element.name}:`);
    default:
      return styled(element.text, element.style ?? {});
  }
}

function styled(text, style) {
  const tags = [
    style.code && 'code',
    style.bold && 'b',
    style.italic && 'i',
    style.strike && 's',
    style.underline && 'u',
  ];
  const withBreaks = text.split('\n').flatMap((line, index) => (index > 0 ? [make('br'), line] : [line]));
  const inside = make('span', {}, ...withBreaks);
  return tags.filter(Boolean).reduce((node, tag) => make(tag, {}, node), inside);
}

/** A `markdown` block: headings, lists, bold, italic, code and links of standard Markdown. */
export function markdown(text) {
  const root = make('div', { class: 'rich', dir: 'auto' });
  let list = null;
  for (const line of text.split('\n')) {
    const item = /^\s*(?:[-*]|(\d+)\.)\s+(.*)$/.exec(line);
    if (item) {
      if (!list) {
        list = make(item[1] ? 'ol' : 'ul');
        root.append(list);
      }
      list.append(make('li', {}, ...marked(item[2])));
      continue;
    }
    list = null;
    const heading = /^(#{1,4})\s+(.*)$/.exec(line);
    root.append(make(heading ? 'h4' : 'div', {}, ...marked(heading ? heading[2] : line)));
  }
  return root;
}

function marked(text) {
  const match = /\*\*(.+?)\*\*|\*(.+?)\*|`(.+?)`|\[(.+?)\]\((.+?)\)/.exec(text);
  if (!match) return [withEmoji(text)];
  const [whole, bold, italic, code, label, url] = match;
  let node = make('code', {}, code ?? '');
  if (bold) node = make('b', {}, ...marked(bold));
  else if (italic) node = make('i', {}, ...marked(italic));
  else if (url) node = link(url, label);
  return [withEmoji(text.slice(0, match.index)), node, ...marked(text.slice(match.index + whole.length))];
}
