import { addressOf } from './api.js';
import { changeKeepingFocus, make } from './dom.js';

/** Replaces what a part of the page shows; a keyboard user stays where they were. */
export function redraw(part, ...nodes) {
  changeKeepingFocus(part, () => part.replaceChildren(...nodes.filter(Boolean)));
}

/** The bar at the top: is the app connected, who am I, light or dark, bad days. */
export function drawTopbar(bar, { seen, isPanelOpen, switchPanel }) {
  const lamp = make('span', { class: `lamp${seen.connections > 0 ? ' on' : ''}`, 'aria-hidden': 'true' });
  const state = `${seen.app.name} is ${seen.connections > 0 ? '' : 'not '}connected`;
  const people = seen.people.map(({ id, name }) => make('option', { value: id, selected: id === seen.me.id }, name));
  const goTo = ({ target }) => location.assign(addressOf(target.value));
  const broken = seen.violations.filter(({ level }) => level === 'error').length;
  const days = broken > 0 ? `Bad days · ${broken} rule${broken === 1 ? '' : 's'} broken` : 'Bad days';
  const panelState = { 'aria-expanded': String(isPanelOpen), 'data-action': 'panel', onclick: switchPanel };
  const themeSwitch = () => {
    switchTheme();
    drawTopbar(bar, { seen, isPanelOpen, switchPanel });
  };
  redraw(
    bar,
    make('div', { class: 'where', role: 'status' }, lamp, state),
    make('label', {}, 'You are', make('select', { 'data-action': 'who', onchange: goTo }, ...people)),
    make('button', { type: 'button', 'data-action': 'theme', onclick: themeSwitch }, isDark() ? '☀ Light' : '☾ Dark'),
    make('button', { type: 'button', ...panelState }, days),
  );
}

/** Channels and the app; new messages elsewhere are counted. */
export function drawSidebar(bar, { seen, shown, unread, open }) {
  const entry = ({ id, name, sign, isHome = false }) => {
    const count = unread.get(id) ?? 0;
    const properties = {
      type: 'button',
      class: count > 0 ? 'unread' : '',
      'data-action': id,
      'aria-current': shown.channel === id ? 'page' : undefined,
      onclick: () => open(id, isHome),
    };
    const badge = count > 0 && make('span', { class: 'badge', 'aria-label': `${count} new` }, String(count));
    const mark = make('span', { class: 'sign', 'aria-hidden': 'true' }, sign);
    return make('button', properties, mark, make('span', {}, name), badge);
  };
  const isApp = ({ id }) => id.startsWith('D');
  const icon = () => make('img', { src: '/page/app.svg', alt: '' });
  redraw(
    bar,
    make('h1', {}, seen.teamName),
    make('h2', {}, 'Channels'),
    ...seen.channels.filter((channel) => !isApp(channel)).map((channel) => entry({ ...channel, sign: '#' })),
    make('h2', {}, 'Apps'),
    ...seen.channels.filter(isApp).map((channel) => entry({ ...channel, sign: icon(), isHome: true })),
  );
}

/** The tabs of the app: its Home and its messages. Arrow keys go from one to the other. */
export function appTabs(isHome, open) {
  const tab = (name, isHomeTab) =>
    make(
      'button',
      {
        type: 'button',
        role: 'tab',
        'data-action': `tab-${name}`,
        'aria-selected': String(isHome === isHomeTab),
        tabindex: isHome === isHomeTab ? 0 : -1,
        onclick: () => open(isHomeTab),
        onkeydown: ({ key, target }) => {
          if (key !== 'ArrowLeft' && key !== 'ArrowRight') return;
          const other = target.nextElementSibling ?? target.previousElementSibling;
          other.focus();
          other.click();
        },
      },
      name,
    );
  return make('div', { class: 'tabs', role: 'tablist' }, tab('Home', true), tab('Messages', false));
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

function switchTheme() {
  const theme = isDark() ? 'light' : 'dark';
  document.documentElement.dataset.theme = theme;
  localStorage.setItem('theme', theme);
}

/** Takes up the choice of light or dark made earlier, if there was one. */
export function restoreTheme() {
  const theme = localStorage.getItem('theme');
  if (theme) document.documentElement.dataset.theme = theme;
}
