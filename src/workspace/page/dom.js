/**
 * Makes an element. Text becomes text nodes, never markup: nothing an app sends can run in the page.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} [properties] `class`, `on…` listeners, `data-…`/`aria-…` attributes
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

let lastId = 0;

/** An id no other element of the page has. */
export function newId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

/** What Tab can reach inside an element, in order. */
export function focusable(root) {
  const wanted = 'button, input, select, textarea, a[href], [tabindex="0"]';
  return [...root.querySelectorAll(wanted)].filter((element) => !element.disabled && element.tabIndex >= 0);
}

/**
 * Changes a part of the page without throwing a keyboard user out of it: if the focus was inside, it goes to the
 * element with the same action, else to the one in the same place, else to the part itself.
 */
export function changeKeepingFocus(root, change) {
  const before = root.contains(document.activeElement) ? document.activeElement : null;
  const action = before?.closest('[data-action]')?.dataset.action;
  const position = before ? focusable(root).indexOf(before) : -1;
  change();
  if (!before || root.contains(document.activeElement)) return;
  const candidates = focusable(root);
  const marked = [...root.querySelectorAll('[data-action]')].find((element) => element.dataset.action === action);
  const same = marked && candidates.find((element) => marked.contains(element));
  const next = same ?? candidates[Math.min(position, candidates.length - 1)];
  if (next) next.focus({ preventScroll: true });
  else {
    root.tabIndex = -1;
    root.focus({ preventScroll: true });
  }
}

/** Says something to screen readers. */
export function announce(text) {
  const region = document.getElementById('announcer');
  if (region) region.textContent = text;
}

/** A short notice in the corner. */
export function toast(text) {
  const notice = make('div', { class: 'toast' }, text);
  document.getElementById('toasts')?.append(notice);
  setTimeout(() => notice.remove(), 6000);
}
