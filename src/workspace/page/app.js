import { act, addressOf, listen } from './api.js';
import { composer } from './composer.js';
import { announce, make, toast } from './dom.js';
import { nameOf, timeline } from './messages.js';
import { names } from './mrkdwn.js';
import { badDaysPanel } from './panel.js';
import { homeTab, modalWindow } from './views.js';

const parts = Object.fromEntries(['topbar', 'sidebar', 'main', 'panel'].map((id) => [id, document.getElementById(id)]));
const trouble = badDaysPanel(parts.panel);

/** Everything this person sees; filled by the first thing the server tells. */
let seen = null;
/** What is open in the middle: a channel, or the app's Home tab. */
let shown = { channel: '', isHome: false };
let current = null;
let modal = null;
let home = null;
const unread = new Map();
let isAtEnd = true;

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
    const isKnown = seen.channels.some(({ id }) => id === shown.channel);
    if (!isKnown) shown = { channel: seen.channels[0].id, isHome: false };
    drawTopbar();
    drawMain();
  },
  message({ message }) {
    const isNew = !seen.messages.some(({ channel, ts }) => channel === message.channel && ts === message.ts);
    seen.messages = seen.messages.filter(({ channel, ts }) => channel !== message.channel || ts !== message.ts);
    seen.messages.push(message);
    if (message.channel === shown.channel && !shown.isHome) {
      if (message.user === seen.me.id) isAtEnd = true;
      current.put(message);
    } else if (isNew) {
      unread.set(message.channel, (unread.get(message.channel) ?? 0) + 1);
      drawSidebar();
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
    drawTopbar();
    if (violation.level === 'error') toast(`Slack’s rule broken in ${violation.where}: ${violation.explanation}`);
  },
  connections({ count }) {
    seen.connections = count;
    drawTopbar();
  },
  'bad days'({ badDays }) {
    seen.badDays = badDays;
    trouble.showSwitches(badDays);
  },
};

function drawTopbar() {
  const lamp = make('span', { class: `lamp${seen.connections > 0 ? ' on' : ''}`, 'aria-hidden': 'true' });
  const state = seen.connections > 0 ? `${seen.app.name} is connected` : `${seen.app.name} is not connected`;
  const people = seen.people.map(({ id, name }) => make('option', { value: id, selected: id === seen.me.id }, name));
  const who = make('select', { onchange: ({ target }) => location.assign(addressOf(target.value)) }, ...people);
  const errors = seen.violations.length;
  const days = errors > 0 ? `Bad days · ${errors} rule${errors === 1 ? '' : 's'} broken` : 'Bad days';
  parts.topbar.replaceChildren(
    make('div', { class: 'where', role: 'status' }, lamp, state),
    make('label', {}, 'You are', who),
    make('button', { type: 'button', 'data-action': 'theme', onclick: switchTheme }, isDark() ? '☀ Light' : '☾ Dark'),
    make('button', { type: 'button', 'aria-expanded': String(!parts.panel.hidden), onclick: switchPanel }, days),
  );
}

function drawSidebar() {
  const entry = ({ id, name, sign, isHome = false }) => {
    const count = unread.get(id) ?? 0;
    return make(
      'button',
      {
        type: 'button',
        class: count > 0 && !isHome ? 'unread' : '',
        'aria-current': shown.channel === id ? 'page' : undefined,
        onclick: () => open(id, isHome),
      },
      make('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
      make('span', {}, name),
      count > 0 && make('span', { class: 'badge', 'aria-label': `${count} new` }, String(count)),
    );
  };
  const channels = seen.channels
    .filter(({ id }) => !id.startsWith('D'))
    .map((channel) => entry({ ...channel, sign: '#' }));
  const own = seen.channels.find(({ id }) => id.startsWith('D'));
  const icon = make('img', { src: '/page/app.svg', alt: '' });
  parts.sidebar.replaceChildren(
    make('h1', {}, seen.teamName),
    make('h2', {}, 'Channels'),
    ...channels,
    make('h2', {}, 'Apps'),
    entry({ id: own.id, name: seen.app.name, sign: icon, isHome: true }),
  );
}

async function open(channel, isHome) {
  shown = { channel, isHome };
  drawMain();
  if (!isHome) return;
  const outcome = await act('home');
  if (outcome.kind === 'failed') toast(outcome.shown);
}

function drawMain() {
  const channel = seen.channels.find(({ id }) => id === shown.channel);
  const isApp = channel.id.startsWith('D');
  if (!shown.isHome) unread.delete(channel.id);
  drawSidebar();
  const icon = isApp ? make('img', { src: '/page/app.svg', alt: '' }) : '#';
  const header = make('header', {}, icon, make('h2', {}, channel.name));
  const tab = (name, isHome) =>
    make(
      'button',
      {
        type: 'button',
        role: 'tab',
        'aria-selected': String(shown.isHome === isHome),
        onclick: () => open(channel.id, isHome),
      },
      name,
    );
  const tabs = isApp && make('div', { class: 'tabs', role: 'tablist' }, tab('Home', true), tab('Messages', false));
  const scroller = make('div', { class: 'scroller', id: 'scroller', tabindex: 0, 'aria-label': 'Conversation' });
  home = null;
  current = null;
  if (shown.isHome) {
    home = homeTab();
    home.show(seen.home);
    scroller.append(home.root);
  } else {
    current = timeline({ channel: channel.id, app: seen.app, messages: seen.messages });
    scroller.append(current.list);
  }
  const name = isApp ? channel.name : `#${channel.name}`;
  const field = shown.isHome ? null : composer({ channel: channel.id, name, commands: seen.commands });
  parts.main.replaceChildren(...[header, tabs, scroller, field].filter(Boolean));
  followEnd(scroller);
}

/** The newest message stays in sight, also when a picture loads late, unless the person has scrolled away from it. */
function followEnd(scroller) {
  isAtEnd = !shown.isHome;
  scroller.addEventListener('scroll', () => {
    isAtEnd = !shown.isHome && scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 40;
  });
  const observer = new ResizeObserver(() => {
    if (isAtEnd) scroller.scrollTop = scroller.scrollHeight;
  });
  observer.observe(scroller);
  observer.observe(scroller.firstElementChild);
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

function switchTheme() {
  const theme = isDark() ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
  localStorage.setItem('theme', theme);
  drawTopbar();
  parts.topbar.querySelector('[data-action="theme"]').focus();
}

function switchPanel() {
  parts.panel.hidden = !parts.panel.hidden;
  drawTopbar();
}

const theme = localStorage.getItem('theme');
if (theme) document.documentElement.dataset.theme = theme;
listen((told) => tellings[told.kind]?.(told));
