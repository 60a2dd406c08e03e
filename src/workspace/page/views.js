import { act } from './api.js';
import { showBlocks } from './blocks.js';
import { changeKeepingFocus, focusable, make, toast } from './dom.js';

/** What was filled in, by view id; survives updates of the view. */
const filledIn = new Map();

/** What the elements of a modal or of the Home tab do. */
function surfaceOf(view) {
  const place = { kind: 'view', id: view.id };
  const values = filledIn.get(view.id) ?? {};
  filledIn.set(view.id, values);
  return {
    set(blockId, actionId, choice) {
      values[blockId] = { ...values[blockId], [actionId]: choice };
    },
    get: (blockId, actionId) => values[blockId]?.[actionId],
    suggest: (blockId, actionId, query) => act('suggest', { place, blockId, actionId, query }),
    async press(blockId, actionId, choice) {
      const outcome = await act('press', { place, blockId, actionId, choice, values });
      if (outcome.kind === 'failed') toast(outcome.shown);
    },
  };
}

/** The Home tab of the app. */
export function homeTab() {
  const blocks = make('div', { class: 'blocks' });
  const root = make('div', { class: 'home' }, blocks);
  return {
    root,
    show(home) {
      const nothing = [
        { type: 'section', text: { type: 'mrkdwn', text: '_The app has not published its Home tab yet._' } },
      ];
      changeKeepingFocus(root, () => showBlocks(blocks, home?.blocks ?? nothing, surfaceOf(home ?? { id: '' })));
    },
  };
}

/** The modal on top of the stack, in a dialog that keeps the focus inside. */
export function modalWindow(app) {
  const title = make('h2', { id: 'modal-title' });
  const blocks = make('div', { class: 'blocks' });
  const cancel = make('button', { type: 'button', class: 'button', onclick: () => close(false) });
  const submit = make('button', { type: 'submit', class: 'button primary' });
  const shut = make(
    'button',
    { type: 'button', class: 'icon-button', 'aria-label': 'Close', onclick: () => close(true) },
    '✕',
  );
  const trouble = make('div', { class: 'field-error', role: 'alert' });
  const picture = make('img', { src: '/page/app.svg', alt: app.name });
  const form = make(
    'form',
    { novalidate: true, onsubmit: send },
    make('div', { class: 'content' }, blocks, trouble),
    make('footer', {}, cancel, submit),
  );
  const dialog = make('dialog', { 'aria-labelledby': 'modal-title' }, make('header', {}, picture, title, shut), form);
  let view = null;
  document.body.append(dialog);
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault();
    close(false);
  });
  dialog.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) form.requestSubmit();
  });

  async function close(all) {
    if (view) await act('close', { view: view.id, all });
  }

  async function send(event) {
    event.preventDefault();
    if (!view || submit.hidden || submit.getAttribute('aria-busy')) return;
    submit.setAttribute('aria-busy', 'true');
    const outcome = await act('submit', { view: view.id, values: filledIn.get(view.id) ?? {} });
    submit.removeAttribute('aria-busy');
    showErrors(outcome.errors ?? {});
    trouble.textContent = outcome.kind === 'failed' ? outcome.shown : '';
  }

  function showErrors(errors) {
    let first = null;
    for (const place of dialog.querySelectorAll('[data-error-of]')) {
      place.textContent = errors[place.dataset.errorOf] ?? '';
      if (place.textContent) first ??= place.parentElement;
    }
    if (first) focusable(first)[0]?.focus();
  }

  function fill(next) {
    title.textContent = next.title.text;
    cancel.textContent = next.close?.text ?? 'Cancel';
    submit.hidden = next.submit === null;
    submit.textContent = next.submit?.text ?? '';
    trouble.textContent = '';
    showBlocks(blocks, next.blocks, surfaceOf(next));
  }

  return {
    show(stack) {
      const next = stack.at(-1) ?? null;
      const isSame = next !== null && next.id === view?.id;
      if (!next) {
        view = null;
        dialog.close();
        // The button that opened it may have been exchanged meanwhile.
        if (document.activeElement === document.body) document.getElementById('composer')?.focus();
        return;
      }
      // What stands in another window, even about the same question, sends what was filled in there.
      if (!isSame) blocks.replaceChildren();
      const isNextQuestion = view !== null && fieldsOf(view) !== fieldsOf(next);
      view = next;
      changeKeepingFocus(dialog, () => fill(next));
      if (!dialog.open) dialog.showModal();
      // Other fields than before: whoever pressed "Next" goes on with the first of them.
      if (isNextQuestion || !isSame) (dialog.querySelector('[autofocus]') ?? focusable(blocks)[0] ?? shut).focus();
    },
  };
}

/** The fields of a form, to tell a corrected form from the next one. */
function fieldsOf({ blocks }) {
  return blocks
    .filter(({ type }) => type === 'input')
    .map(({ block_id }) => block_id)
    .join();
}
