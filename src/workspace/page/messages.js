import { act, fileAddress } from './api.js';
import { showBlocks, showText } from './blocks.js';
import { announce, changeKeepingFocus, make } from './dom.js';
import { names } from './mrkdwn.js';

const COLORS = ['#1264a3', '#2b7a5b', '#b5541b', '#8a3ab9', '#a3325c', '#4a6b1f'];

/** The messages of one channel, kept up to date one by one. */
export function timeline({ channel, app, messages }) {
  const list = make('ol', { class: 'timeline', role: 'list', 'aria-label': 'Messages' });
  const rows = new Map();

  function put(message) {
    const known = rows.get(message.ts);
    if (known) {
      changeKeepingFocus(known, () => fill(known, message));
      if (known.contains(document.activeElement)) announce(message.text);
      return;
    }
    const root = message.thread_ts === message.ts ? undefined : rows.get(message.thread_ts);
    const kind = `${message.onlyFor ? ' private' : ''}${root ? ' reply' : ''}`;
    const row = make('li', { class: `message${kind}`, 'data-ts': message.ts });
    rows.set(message.ts, row);
    list.insertBefore(row, root ? endOfThread(root) : (newerThan(message.ts) ?? null));
    fill(row, message);
    markDays();
  }

  function newerThan(ts) {
    const inChannel = [...list.querySelectorAll('.message:not(.reply)')];
    return inChannel.find(({ dataset }) => Number(dataset.ts) > Number(ts));
  }

  function fill(row, message) {
    let body = row.querySelector('.body');
    if (!body) {
      const mark = message.onlyFor && privateMark(message);
      body = make('div', { class: 'body' }, byline(message, app), make('div', { class: 'blocks' }));
      row.append(...(mark ? [mark] : []), avatar(message.user, app), body);
    }
    const blocks = body.querySelector('.blocks');
    if (message.blocks.length > 0) showBlocks(blocks, message.blocks, surfaceOf(message, row));
    else showText(blocks, message.text);
    blocks.append(...(message.files ?? []).map(sharedFile));
    body.querySelector('.edited')?.remove();
    if (message.isEdited) blocks.append(make('span', { class: 'edited' }, '(edited)'));
  }

  function markDays() {
    for (const mark of list.querySelectorAll('.day')) mark.remove();
    let day = '';
    for (const row of list.querySelectorAll('.message:not(.reply)')) {
      const at = new Date(Number(row.dataset.ts) * 1000);
      if (at.toDateString() === day) continue;
      day = at.toDateString();
      const isToday = day === new Date().toDateString();
      const written = isToday ? 'Today' : at.toLocaleDateString([], { weekday: 'long', month: 'long', day: 'numeric' });
      list.insertBefore(make('li', { class: 'day', role: 'presentation' }, written), row);
    }
  }

  for (const message of messages.filter((candidate) => candidate.channel === channel)) put(message);
  return {
    list,
    put,
    remove(ts) {
      rows.get(ts)?.remove();
      rows.delete(ts);
      markDays();
    },
  };
}

/** Replies stand below their message, as in its open thread; what they are inserted before. */
function endOfThread(root) {
  let next = root.nextElementSibling;
  while (next?.classList.contains('reply')) next = next.nextElementSibling;
  return next;
}

/** What a message's buttons do. */
function surfaceOf(message, row) {
  const place = { kind: 'message', channel: message.channel, ts: message.ts };
  const values = {};
  return {
    set(blockId, actionId, choice) {
      values[blockId] = { ...values[blockId], [actionId]: choice };
    },
    get: () => undefined,
    suggest: (blockId, actionId, query) => act('suggest', { place, blockId, actionId, query }),
    async press(blockId, actionId, choice) {
      row.querySelector('.trouble-line')?.remove();
      const outcome = await act('press', { place, blockId, actionId, choice, values });
      if (outcome.kind === 'done') return;
      const line = make('div', { class: 'trouble-line', role: 'alert' }, `⚠ ${outcome.shown ?? outcome.error}`);
      row.querySelector('.body').append(line);
    },
  };
}

/** A picture as it is, anything else as a link that saves it. */
function sharedFile({ id, name, title, mimetype, size }) {
  if (mimetype.startsWith('image/')) return make('img', { src: fileAddress(id), alt: title });
  const detail = `${name} · ${Math.max(1, Math.round(size / 1024))} kB`;
  const link = make('a', { href: fileAddress(id), download: name }, title);
  return make(
    'div',
    { class: 'shared-file' },
    make('img', { class: 'sign', src: '/page/file.svg', alt: '' }),
    make('div', {}, link, make('small', {}, detail)),
  );
}

function byline(message, app) {
  const at = new Date(Number(message.ts) * 1000);
  const time = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return make(
    'div',
    { class: 'byline' },
    make('b', {}, nameOf(message.user, app)),
    message.user === app.user && make('span', { class: 'app-mark' }, 'APP'),
    make('time', { datetime: at.toISOString(), title: at.toLocaleString() }, time),
  );
}

function privateMark({ channel, ts }) {
  const dismiss = make('button', { type: 'button', onclick: () => act('dismiss', { channel, ts }) }, 'Dismiss');
  const eye = make('img', { src: '/page/eye.svg', alt: '' });
  return make('div', { class: 'private-mark' }, eye, 'Only visible to you', dismiss);
}

/** The colored square of a person, or the app's picture. */
function avatar(user, app) {
  if (user === app.user) return make('img', { class: 'avatar', src: '/page/app.svg', alt: '' });
  const name = nameOf(user, app);
  const square = make('span', { class: 'avatar', 'aria-hidden': 'true' }, name.slice(0, 1).toUpperCase());
  square.style.background = COLORS[[...user].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % COLORS.length];
  return square;
}

/** How somebody is called. */
export function nameOf(user, app) {
  if (user === app.user) return app.name;
  return user === 'USLACKBOT' ? 'Slackbot' : (names.get(user) ?? user);
}
