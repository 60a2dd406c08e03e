import { act, listen } from './api.js';
import { composer } from './composer.js';
import { announce, make, toast } from './dom.js';
import { appTabs, drawSidebar, drawTopbar, redraw, restoreTheme } from './frame.js';
import { nameOf, timeline } from './messages.js';
import { names } from './mrkdwn.js';
import { badDaysPanel } from './panel.js';
import { homeTab, modalWindow } from './views.js';

const parts = Object.fromEntries(['topbar', 'sidebar', 'main', 'panel'].map((id) => [id, document.getElementById(id)]));
const trouble = badDaysPanel(parts.panel);
const unread = new Map();

/** Everything this person sees; filled by the first thing the server tells. */
let seen = null;
/** What is open in the middle: a channel, or the app's Home tab. */
let shown = { channel: '', isHome: false };
let current = null;
let modal = null;
let home = null;
let end = null;

/** What the server tells, by kind. */
const tellings = {
  all({ seen: everything }) {
    seen = everything;
    for (const { id, name } of [...seen.people, ...seen.channels]) names.set(id, name);
    names.set(seen.app.user, seen.app.name);
    document.title = `${seen.me.name} · ${seen.teamName}`;
    modal ??= modalWindow(seen.app);
    modal.show(seen.modals);
    trouble.showSwitches(seen.badDays);
    trouble.showViolations(seen.violations);
    if (!seen.channels.some(({ id }) => id === shown.channel)) shown = { channel: seen.channels[0].id, isHome: false };
    topbar();
    main();
  },
  message({ message }) {
    const isNew = !seen.messages.some(({ channel, ts }) => channel === message.channel && ts === message.ts);
    seen.messages = seen.messages.filter(({ channel, ts }) => channel !== message.channel || ts !== message.ts);
    seen.messages.push(message);
    if (message.channel === shown.channel && !shown.isHome) {
      current.put(message);
      if (isNew) end.arrived();
    } else if (isNew) {
      unread.set(message.channel, (unread.get(message.channel) ?? 0) + 1);
      sidebar();
    }
    if (isNew) announce(`${nameOf(message.user, seen.app)}: ${message.text}`);
  },
  'message gone'({ channel, ts }) {
    seen.messages = seen.messages.filter((message) => message.channel !== channel || message.ts !== ts);
    if (channel === shown.channel) current?.remove(ts);
  },
  modals({ modals }) {
    seen.modals = modals;
    modal.show(modals);
  },
  home({ home: view }) {
    seen.home = view;
    home?.show(view);
  },
  violation({ violation }) {
    seen.violations.push(violation);
    trouble.showViolations(seen.violations);
    topbar();
    if (violation.level === 'error') toast(`Slack’s rule broken in ${violation.where}: ${violation.explanation}`);
  },
  connections({ count }) {
    if (!seen) return;
    seen.connections = count;
    topbar();
  },
  'bad days'({ badDays }) {
    seen.badDays = badDays;
    trouble.showSwitches(badDays);
  },
};

function topbar() {
  const switchPanel = () => {
    parts.panel.hidden = !parts.panel.hidden;
    topbar();
  };
  drawTopbar(parts.topbar, { seen, isPanelOpen: !parts.panel.hidden, switchPanel });
}

function sidebar() {
  drawSidebar(parts.sidebar, { seen, shown, unread, open });
}

async function open(channel, isHome) {
  shown = { channel, isHome };
  main();
  if (!isHome) return;
  const outcome = await act('home');
  if (outcome.kind === 'failed') toast(outcome.shown);
}

function main() {
  const channel = seen.channels.find(({ id }) => id === shown.channel);
  const isApp = channel.id.startsWith('D');
  if (!shown.isHome) unread.delete(channel.id);
  sidebar();
  const icon = isApp ? make('img', { src: '/page/app.svg', alt: '' }) : '#';
  const header = make('header', {}, icon, make('h2', {}, channel.name));
  const tabs = isApp && appTabs(shown.isHome, (isHome) => open(channel.id, isHome));
  const scroller = make('div', { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': 'Conversation' });
  home = shown.isHome ? homeTab() : null;
  current = shown.isHome ? null : timeline({ channel: channel.id, app: seen.app, messages: seen.messages });
  home?.show(seen.home);
  scroller.append(home?.root ?? current.list);
  const newer = make(
    'button',
    { type: 'button', class: 'newer', 'data-action': 'newer', hidden: true },
    '↓ New messages',
  );
  redraw(parts.main, header, tabs, scroller, newer, !shown.isHome && messageField(channel, isApp));
  end = shown.isHome ? null : followEnd(scroller, newer);
}

/** Keeps what was being written when the page is drawn again after the line was lost. */
function messageField(channel, isApp) {
  const before = document.getElementById('composer');
  const draft = before?.dataset.channel === channel.id ? before.value : '';
  const name = isApp ? channel.name : `#${channel.name}`;
  return composer({ channel: channel.id, name, commands: seen.commands, draft, sent: () => end.go() });
}

/**
 * The newest message stays in sight, also when a picture loads late. Whoever has scrolled up stays there, and is told of
 * new messages by a button.
 */
function followEnd(scroller, newer) {
  let isFollowing = true;
  let top = 0;
  const go = () => {
    isFollowing = true;
    newer.hidden = true;
    scroller.scrollTop = scroller.scrollHeight;
  };
  newer.addEventListener('click', go);
  scroller.addEventListener('scroll', () => {
    const isNear = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 40;
    // What grew below takes the end out of sight, too; only scrolling up is a wish to stay.
    if (isNear) isFollowing = true;
    else if (scroller.scrollTop < top) isFollowing = false;
    newer.hidden ||= isNear;
    top = scroller.scrollTop;
  });
  const observer = new ResizeObserver(() => isFollowing && go());
  observer.observe(scroller);
  observer.observe(scroller.firstElementChild);
  return {
    go,
    arrived() {
      newer.hidden = isFollowing;
    },
  };
}

restoreTheme();
listen((told) => tellings[told.kind]?.(told));
