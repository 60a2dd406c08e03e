import { make, newId } from './dom.js';
import { openPopup, place } from './popup.js';

const DEBOUNCE_MS = 150;
/** Slack's own default. */
const MIN_QUERY = 3;

/**
 * A select menu with typeahead: `static_select` filters its own options, `external_select` asks the app.
 *
 * @param {object} element the Block Kit element
 * @param {{ label: string, load: (query: string) => Promise<{ options: object[], shown?: string }>,
 *   choose: (option: object) => void, chosen?: object }} options
 */
export function selectMenu(element, { label, load, choose, chosen }) {
  const listId = newId('list');
  const list = make('ul', { class: 'popup', role: 'listbox', id: listId, 'aria-label': label });
  const input = make('input', {
    type: 'text',
    role: 'combobox',
    autocomplete: 'off',
    'aria-expanded': 'false',
    'aria-controls': listId,
    'aria-autocomplete': 'list',
    'aria-label': label,
    placeholder: element.placeholder?.text ?? 'Select an option',
    value: chosen?.text.text,
    autofocus: element.focus_on_load,
  });
  let current = chosen;
  let shown = [];
  let active = -1;
  let timer;
  let turn = 0;

  const isOpen = () => list.isConnected;
  const close = () => {
    clearTimeout(timer);
    turn += 1;
    list.remove();
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
    input.value = current?.text.text ?? '';
  };
  const take = (option) => {
    current = option;
    close();
    choose(option);
  };
  const highlight = (index) => {
    active = index;
    for (const [at, row] of [...list.querySelectorAll('[role="option"]')].entries()) {
      row.setAttribute('aria-selected', String(at === active));
      if (at !== active) continue;
      row.scrollIntoView({ block: 'nearest' });
      input.setAttribute('aria-activedescendant', row.id);
    }
  };
  const say = (text) => {
    shown = [];
    list.replaceChildren(make('li', { class: 'empty' }, text));
    if (isOpen()) place(list, input, true);
  };
  const show = (options, empty) => {
    shown = options;
    const rows = options.map((option) =>
      make(
        'li',
        { role: 'option', id: newId('option'), onpointerdown: (event) => pick(event, option) },
        ...optionText(option),
      ),
    );
    if (rows.length === 0) say(empty);
    else list.replaceChildren(...rows);
    if (isOpen()) place(list, input, true);
    highlight(rows.length > 0 ? 0 : -1);
  };
  const pick = (event, option) => {
    event.preventDefault();
    take(option);
  };
  const look = async (query) => {
    turn += 1;
    const mine = turn;
    if (element.type !== 'external_select') {
      show(filter(element, query), 'No matches');
      return;
    }
    const least = element.min_query_length ?? MIN_QUERY;
    if (query.length < least) {
      say(`Type at least ${least} character${least === 1 ? '' : 's'}`);
      return;
    }
    if (shown.length === 0) say('Loading…');
    const answer = await load(query);
    if (mine === turn && isOpen()) show(answer.options, answer.shown ?? 'No matches');
  };
  const open = () => {
    if (isOpen()) return;
    openPopup(list, input, { wide: true });
    input.setAttribute('aria-expanded', 'true');
  };
  /** With everything on offer; what is typed next replaces what stands there. */
  const browse = () => {
    if (isOpen()) return;
    open();
    input.select();
    look('');
  };

  input.addEventListener('click', browse);
  input.addEventListener('blur', close);
  input.addEventListener('input', () => {
    open();
    clearTimeout(timer);
    if (element.type !== 'external_select') {
      look(input.value);
      return;
    }
    // Enter must never take what was on offer for fewer letters: nothing is, until the app has answered for these.
    turn += 1;
    say('Loading…');
    timer = setTimeout(() => look(input.value), DEBOUNCE_MS);
  });
  const move = (step) => {
    if (!isOpen()) browse();
    else if (shown.length > 0) highlight((active + step + shown.length) % shown.length);
  };
  const keys = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => (shown[active] ? take(shown[active]) : undefined),
    Escape: close,
  };
  input.addEventListener('keydown', (event) => {
    const isArrow = event.key.startsWith('Arrow');
    if (!Object.hasOwn(keys, event.key) || (!isArrow && !isOpen())) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  });
  return make('span', { class: 'choice' }, input);
}

/** Prefix matches first, as Slack's client does. */
function filter(element, query) {
  const all = element.options ?? element.option_groups.flatMap((group) => group.options);
  const wanted = query.toLowerCase();
  const starts = all.filter(({ text }) => text.text.toLowerCase().startsWith(wanted));
  const holds = all.filter((option) => !starts.includes(option) && option.text.text.toLowerCase().includes(wanted));
  return [...starts, ...holds];
}

function optionText({ text, description }) {
  return [text.text, description && make('small', {}, description.text)];
}
