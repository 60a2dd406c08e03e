import { make } from './dom.js';
import { withEmoji } from './emoji.js';

/** Names behind `<@U…>` and `<#C…>`; filled when the workspace is known. */
export const names = new Map();

/** Slack's mrkdwn as nodes, inside one element. */
export function mrkdwn(text) {
  const root = make('div', { class: 'rich', dir: 'auto' });
  const parts = text.split(/```\n?([\s\S]*?)\n?```/);
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 1) root.append(make('pre', {}, unescapeText(part)));
    else root.append(...lines(part.replace(index > 0 ? /^\n/ : /^$/, '')));
  }
  return root;
}

/** Plain text of a `plain_text` object: emoji, but no formatting. */
export function plain(text) {
  return withEmoji(text);
}

function lines(text) {
  const nodes = [];
  let quote = null;
  for (const [index, line] of text.split('\n').entries()) {
    const quoted = /^(?:&gt;|>)\s?(.*)$/.exec(line);
    if (quoted) {
      if (quote) quote.append(make('br'));
      else {
        quote = make('blockquote');
        nodes.push(quote);
      }
      quote.append(...inline(quoted[1]));
      continue;
    }
    if (index > 0 && !quote) nodes.push(make('br'));
    quote = null;
    nodes.push(...inline(line));
  }
  return nodes;
}

/** What begins a formatted run, in order of precedence. */
const RULES = [
  { pattern: /`([^`\n]+)`/, node: ([, inside]) => make('code', {}, unescapeText(inside)) },
  {
    pattern: /<([@#!][^>|]+|(?:https?:|mailto:)[^>|]+)(?:\|([^>]*))?>/,
    node: ([, target, label]) => reference(target, label),
  },
  { pattern: /(?<![\w*])\*(?=\S)([^*\n]*[^\s*])\*(?![\w*])/, node: ([, inside]) => make('b', {}, ...inline(inside)) },
  { pattern: /(?<![\w_])_(?=\S)([^_\n]*[^\s_])_(?![\w_])/, node: ([, inside]) => make('i', {}, ...inline(inside)) },
  { pattern: /(?<![\w~])~(?=\S)([^~\n]*[^\s~])~(?![\w~])/, node: ([, inside]) => make('s', {}, ...inline(inside)) },
];

function inline(text) {
  let first = null;
  for (const { pattern, node } of RULES) {
    const match = pattern.exec(text);
    if (match && (first === null || match.index < first.match.index)) first = { match, node };
  }
  if (!first) return text === '' ? [] : [withEmoji(unescapeText(text))];
  const { match, node } = first;
  const before = text.slice(0, match.index);
  const after = text.slice(match.index + match[0].length);
  return [...(before ? [withEmoji(unescapeText(before))] : []), node(match), ...inline(after)];
}

function reference(target, label) {
  if (target.startsWith('@')) return mention(`@${names.get(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith('#')) return mention(`#${names.get(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith('!date^')) return make('time', {}, date(target, label));
  if (target.startsWith('!')) return mention(`@${target.slice(1)}`);
  return link(target, label ? unescapeText(label) : unescapeText(target));
}

/** A link that can only lead to the web, and cannot reach back into this page. */
export function link(url, text) {
  const href = /^(https?|mailto):/.test(url) ? unescapeText(url) : '#';
  return make('a', { href, target: '_blank', rel: 'noopener noreferrer' }, text);
}

/** A highlighted name of a person or a channel. */
export function mention(text) {
  return make('span', { class: 'mention' }, text);
}

/** `!date^1392734382^{date_short} at {time}` in the reader's own time zone. */
function date(target, fallback) {
  const [, seconds, format] = target.split('^');
  const at = new Date(Number(seconds) * 1000);
  if (!format || Number.isNaN(at.getTime())) return fallback ?? target;
  return format.replace(/\{(\w+)\}/g, (_written, token) =>
    token.startsWith('time')
      ? at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
      : at.toLocaleDateString([], { dateStyle: token.includes('short') || token === 'date_num' ? 'medium' : 'long' }),
  );
}

function unescapeText(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
