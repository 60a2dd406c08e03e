import { act } from './api.js';
import { make } from './dom.js';

const ALWAYS = 1_000_000;

const TROUBLES = [
  ['rateLimited', 'Answer calls with 429'],
  ['serverErrors', 'Answer calls with 500'],
  ['lostReplies', 'Carry out, lose the reply'],
  ['duplicateDeliveries', 'Deliver clicks twice'],
  ['reorderedDeliveries', 'Deliver out of order'],
  ['lostDeliveries', 'Lose deliveries'],
  ['expiredTriggers', 'Expire triggers at once'],
  ['refusedCalls', 'Refuse calls (internal_error)'],
  ['refusedFilesInMessages', 'Refuse images in messages'],
  ['refusedFilesInViews', 'Refuse images in windows'],
  ['refusedFilesInNotes', 'Refuse images in notes'],
];

const DELAYS = [
  ['uploadDelayMs', 'Files take', 1500, 8000],
  ['replyDelayMs', 'Answers take', 0, 1500],
  ['pongDelayMs', 'Pongs take', 0, 6000],
];

/** Slack's bad days, to be switched on by hand, and the rules the app broke so far. */
export function badDaysPanel(panel) {
  const rules = make('ul');
  const switches = make('div');
  panel.append(
    make('h2', {}, 'Slack’s bad days'),
    make('p', {}, 'Makes this workspace behave as Slack does when things go wrong.'),
    switches,
    make('h3', {}, 'Connection'),
    make(
      'div',
      { class: 'block-actions' },
      button('Ask to reconnect', () => act('drop-socket', { how: 'refresh' })),
      button('Cut the line', () => act('drop-socket', { how: 'cut' })),
    ),
    make('h3', {}, 'Rules broken and warnings'),
    rules,
  );

  function showSwitches(badDays) {
    const focused = document.activeElement?.getAttribute('aria-label');
    const counts = TROUBLES.map(([name, label]) => {
      const left = badDays[name];
      const shown = left === 0 ? '' : left > ALWAYS / 2 ? 'on' : String(left);
      return row(label, shown, [
        button('×1', () => act('bad-days', { [name]: left > ALWAYS / 2 ? 1 : left + 1 }), `${label}: once`),
        button(left > 0 ? 'Off' : 'On', () => act('bad-days', { [name]: left > 0 ? 0 : ALWAYS }), `${label}: switch`),
      ]);
    });
    const delays = DELAYS.map(([name, label, usual, slow]) =>
      row(label, `${badDays[name] / 1000} s`, [
        button(
          badDays[name] > usual ? 'Usual' : 'Slow',
          () => act('bad-days', { [name]: badDays[name] > usual ? usual : slow }),
          `${label}: switch`,
        ),
      ]),
    );
    switches.replaceChildren(...counts, ...delays);
    if (focused)
      [...switches.querySelectorAll('button')].find((b) => b.getAttribute('aria-label') === focused)?.focus();
  }

  function showViolations(violations) {
    const items = [...violations]
      .reverse()
      .slice(0, 50)
      .map(({ level, where, code, explanation }) =>
        make('li', { class: `violation ${level}` }, make('b', {}, `${where}: ${code}`), make('div', {}, explanation)),
      );
    rules.replaceChildren(...(items.length > 0 ? items : [make('li', {}, make('p', {}, 'None so far.'))]));
  }

  return { showSwitches, showViolations };
}

function row(label, value, buttons) {
  return make(
    'div',
    { class: 'trouble' },
    label,
    make('span', { class: 'count' }, value),
    make('span', { class: 'block-actions' }, ...buttons),
  );
}

function button(text, onclick, label) {
  return make('button', { type: 'button', class: 'button small', 'aria-label': label, onclick }, text);
}
