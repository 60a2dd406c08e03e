import { make } from './dom.js';

/** Opens a list below (or above) its control, over everything else, also over an open modal. */
export function openPopup(popup, anchor, { wide = false } = {}) {
  anchor.after(popup);
  popup.setAttribute('popover', 'manual');
  popup.showPopover();
  place(popup, anchor, wide);
}

/** Puts a list where there is room for it, below its control or above; again whenever it has grown. */
export function place(popup, anchor, wide) {
  popup.style.maxHeight = '';
  const box = anchor.getBoundingClientRect();
  popup.style.minWidth = `${wide ? box.width : Math.max(box.width, 160)}px`;
  if (wide) popup.style.maxWidth = `${Math.max(box.width, 240)}px`;
  const { width, height } = popup.getBoundingClientRect();
  const [above, below] = [box.top - 12, innerHeight - box.bottom - 12];
  const isAbove = height > below && above > below;
  const shownHeight = Math.min(height, isAbove ? above : below);
  popup.style.maxHeight = `${shownHeight}px`;
  popup.style.left = `${Math.min(box.left, innerWidth - width - 8)}px`;
  popup.style.top = `${isAbove ? box.top - shownHeight - 4 : box.bottom + 4}px`;
}

/** A menu of actions behind a button: arrows move, Enter takes, Escape closes and gives the focus back. */
export function openMenu(button, entries) {
  const close = (giveBack) => {
    menu.remove();
    button.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside);
    if (giveBack) button.focus();
  };
  const outside = (event) => {
    if (!menu.contains(event.target)) close(false);
  };
  const items = entries.map(({ label, take }) =>
    make(
      'button',
      {
        type: 'button',
        role: 'menuitem',
        tabindex: -1,
        onclick: () => {
          close(true);
          take();
        },
      },
      label,
    ),
  );
  const menu = make(
    'div',
    { class: 'popup', role: 'menu', onkeydown: (event) => moveInMenu(event, items, close) },
    ...items,
  );
  openPopup(menu, button);
  button.setAttribute('aria-expanded', 'true');
  document.addEventListener('pointerdown', outside);
  items[0]?.focus();
}

function moveInMenu(event, items, close) {
  const at = items.indexOf(document.activeElement);
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
  if (event.key in steps) items[(steps[event.key] + items.length) % items.length]?.focus();
  else if (event.key === 'Escape' || event.key === 'Tab') close(true);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Slack's "are you sure" dialog; true when confirmed. */
export function askToConfirm(confirm) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = (isSure) => {
      dialog.close();
      dialog.remove();
      resolve(isSure);
    };
    const style = confirm.style === 'danger' ? 'danger' : 'primary';
    const yes = make(
      'button',
      { type: 'button', class: `button ${style}`, onclick: () => end(true) },
      confirm.confirm?.text ?? 'Yes',
    );
    const no = make(
      'button',
      { type: 'button', class: 'button', onclick: () => end(false) },
      confirm.deny?.text ?? 'Cancel',
    );
    const title = confirm.title?.text ?? 'Are you sure?';
    const dialog = make(
      'dialog',
      { 'aria-label': title },
      make('header', {}, make('h2', {}, title)),
      make('div', { class: 'content' }, confirm.text.text),
      make('footer', {}, no, yes),
    );
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      end(false);
    });
    document.body.append(dialog);
    dialog.showModal();
    no.focus();
  });
}
