import { fileAddress } from './api.js';
import { make, newId } from './dom.js';
import { mrkdwn, names, plain } from './mrkdwn.js';
import { askToConfirm, openMenu } from './popup.js';
import { selectMenu } from './select.js';

/**
 * Where an element stands, and what happens when somebody uses it.
 *
 * @typedef {object} Surface
 * @property {(blockId: string, actionId: string, choice: unknown) => Promise<unknown>} press tells the app
 * @property {(blockId: string, actionId: string, choice: unknown) => void} set remembers what was filled in
 * @property {(blockId: string, actionId: string) => unknown} get what was filled in before
 * @property {(blockId: string, actionId: string, query: string) => Promise<{ options: object[] }>} suggest
 */

/** An interactive element or an image of a block. */
export function renderElement(element, block, surface, { tellsApp = true, label } = {}) {
  if (element.type === 'image') return picture(element);
  const where = [block.block_id, element.action_id];
  /** Remembers the choice and, outside of forms, tells the app after asking "are you sure". */
  const use = async (choice, control) => {
    surface.set(...where, choice);
    if (!tellsApp || !(await askToConfirm(element.confirm))) return;
    control?.setAttribute('aria-busy', 'true');
    await surface.press(...where, choice);
    control?.removeAttribute('aria-busy');
  };
  const node = KINDS[element.type]?.({ element, use, surface, where, label });
  if (!node) return make('span', {}, `[${element.type}]`);
  node.dataset.action = element.action_id;
  return node;
}

const KINDS = {
  button({ element, use }) {
    const control = make(
      'button',
      {
        type: 'button',
        class: `button ${element.style ?? ''}`,
        'aria-label': element.accessibility_label,
        onclick: () => {
          if (element.url) open(element.url, '_blank', 'noopener');
          use(null, control);
        },
      },
      plain(element.text.text),
    );
    return control;
  },

  overflow({ element, use }) {
    const entries = element.options.map(({ text, value }) => ({
      label: plain(text.text),
      take: () => use(value, control),
    }));
    const control = make(
      'button',
      {
        type: 'button',
        class: 'button small',
        'aria-label': 'More actions',
        'aria-haspopup': 'menu',
        'aria-expanded': 'false',
        onclick: () => openMenu(control, entries),
      },
      '⋯',
    );
    return control;
  },

  static_select: select,
  external_select: select,
  conversations_select: ({ element, ...rest }) =>
    select({ element: { ...element, options: conversations() }, ...rest }),

  users_select({ element, ...rest }) {
    const options = conversations().filter(({ value }) => /^[UW]/.test(value));
    const initial = options.find(({ value }) => value === element.initial_user);
    return select({ element: { ...element, options, initial_option: initial }, ...rest });
  },

  radio_buttons: (parts) => optionList({ ...parts, type: 'radio' }),
  checkboxes: (parts) => optionList({ ...parts, type: 'checkbox' }),

  plain_text_input({ element, use, surface, where, label }) {
    return make(element.multiline ? 'textarea' : 'input', {
      class: 'field',
      type: element.multiline ? undefined : 'text',
      rows: element.multiline ? 4 : undefined,
      'aria-label': label,
      autocomplete: 'off',
      placeholder: element.placeholder?.text,
      minlength: element.min_length,
      maxlength: element.max_length,
      autofocus: element.focus_on_load,
      value: surface.get(...where) ?? element.initial_value,
      oninput: ({ target }) => surface.set(...where, target.value),
      onchange: ({ target }) => use(target.value),
    });
  },
};

/** Channels and people, by name. */
function conversations() {
  return [...names].map(([value, name]) => ({ value, text: { type: 'plain_text', text: name } }));
}

function select({ element, use, surface, where, label }) {
  const all = element.options ?? element.option_groups?.flatMap((group) => group.options) ?? [];
  const before = all.find(({ value }) => value === surface.get(...where));
  return selectMenu(element, {
    label: label ?? element.placeholder?.text ?? 'Select an option',
    load: (query) => surface.suggest(...where, query),
    choose: (option) => use(option.value),
    chosen: before ?? element.initial_option,
  });
}

function optionList({ element, use, surface, where, label, type }) {
  const initial = element.initial_options?.map(({ value }) => value) ?? [element.initial_option?.value];
  const before = surface.get(...where) ?? initial;
  const chosen = new Set(Array.isArray(before) ? before : [before]);
  const name = newId('choice');
  const read = () => {
    const values = [...group.querySelectorAll('input:checked')].map((input) => input.value);
    return type === 'radio' ? (values[0] ?? null) : values;
  };
  const rows = element.options.map(({ text, value, description }, index) =>
    make(
      'label',
      {},
      make('input', {
        ...{ type, name, value },
        checked: chosen.has(value),
        autofocus: element.focus_on_load && index === 0,
        onchange: () => use(read()),
      }),
      make('span', {}, textOf(text), description && make('small', {}, plain(description.text))),
    ),
  );
  const group = make(
    'div',
    { class: 'options', role: type === 'radio' ? 'radiogroup' : 'group', 'aria-label': label },
    ...rows,
  );
  return group;
}

/** A text object. */
export function textOf(text) {
  return text.type === 'mrkdwn' ? mrkdwn(text.text) : make('span', { dir: 'auto' }, plain(text.text));
}

/** The picture of an image block or element. */
export function picture(image) {
  return make('img', { src: sourceOf(image), alt: image.alt_text });
}

/** Where the picture comes from. */
export function sourceOf({ image_url, slack_file }) {
  if (image_url) return image_url;
  return fileAddress(slack_file.id ?? /\/(F\w+)/.exec(slack_file.url)?.[1] ?? '');
}
