import { act } from './api.js';
import { make, newId, toast } from './dom.js';

/** The message field: Enter sends, Shift+Enter breaks the line, `/` completes slash commands and their words. */
export function composer({ channel, name, commands, draft, sent }) {
  const listId = newId('completions');
  const list = make('ul', {
    class: 'completions',
    role: 'listbox',
    id: listId,
    'aria-label': 'Commands',
    hidden: true,
  });
  const field = make('textarea', {
    id: 'composer',
    'data-action': 'composer',
    'data-channel': channel,
    rows: 1,
    placeholder: `Message ${name}`,
    'aria-label': `Message ${name}`,
    role: 'combobox',
    'aria-expanded': 'false',
    'aria-controls': listId,
    oninput: () => complete(),
    onkeydown,
    onblur: () => hide(),
  });
  const button = make(
    'button',
    { type: 'button', class: 'icon-button send', 'aria-label': 'Send', onclick: () => send() },
    '➤',
  );
  field.value = draft;
  let offers = [];
  let active = 0;

  function complete() {
    offers = completions(field.value, commands);
    active = 0;
    show();
  }

  function show() {
    list.hidden = offers.length === 0;
    field.setAttribute('aria-expanded', String(!list.hidden));
    list.replaceChildren(
      ...offers.map(({ text, usage, what }, index) =>
        make(
          'li',
          {
            role: 'option',
            id: `${listId}-${index}`,
            'aria-selected': index === active,
            onpointerdown: (event) => {
              event.preventDefault();
              take(index);
            },
          },
          make('b', {}, text.trim()),
          usage && make('span', { class: 'usage' }, usage),
          what && make('span', { class: 'what' }, what),
        ),
      ),
    );
    if (list.hidden) field.removeAttribute('aria-activedescendant');
    else field.setAttribute('aria-activedescendant', `${listId}-${active}`);
    list.children[active]?.setAttribute('aria-selected', 'true');
  }

  function hide() {
    offers = [];
    show();
  }

  function take(index) {
    field.value = offers[index].text;
    complete();
  }

  async function send() {
    const text = field.value.trim();
    if (text === '') return;
    field.value = '';
    hide();
    sent();
    const outcome = await act('type', { channel, text });
    if (outcome.kind !== 'done') toast(outcome.shown ?? outcome.error);
  }

  function move(step) {
    active = (active + step + offers.length) % offers.length;
    show();
  }

  /** An unfinished word is completed first; a finished line is sent. */
  function enter() {
    const isUnfinished = offers.length > 0 && offers[active].text.trim() !== field.value.trim();
    return isUnfinished ? take(active) : send();
  }

  const listKeys = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Tab: () => take(active), Escape: hide };

  function onkeydown(event) {
    const inList = offers.length > 0 && !event.shiftKey ? listKeys[event.key] : undefined;
    const action = event.key === 'Enter' && !event.shiftKey ? enter : inList;
    if (!action) return;
    event.preventDefault();
    action();
  }

  return make('div', { class: 'composer' }, list, field, button);
}

function completions(text, commands) {
  const [, command, word] = /^(\/\S*)(?:\s(\S*))?$/.exec(text) ?? [];
  if (command === undefined) return [];
  if (word === undefined) {
    return commands
      .filter((known) => known.command.startsWith(command))
      .map((known) => ({ text: `${known.command} `, usage: known.usageHint, what: known.description }));
  }
  const words = commands.find((known) => known.command === command)?.words ?? [];
  return words.filter((known) => known.startsWith(word)).map((known) => ({ text: `${command} ${known}` }));
}
