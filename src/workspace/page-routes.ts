import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { type BadDays, badDaysChange } from './bad-days.ts';
import type { WorkspaceFile } from './files.ts';
import { readArguments } from './http-body.ts';
import { close, closeModal, submit, submitModal } from './person/modals.ts';
import { type Office, openHome, press, pressElement, query, suggest } from './person/people.ts';
import { taken, takeShortcut } from './person/shortcuts.ts';
import { typed, typeLine } from './person/typing.ts';
import { createVisibility } from './person/visibility.ts';
import type { Person } from './scene.ts';

const PAGE_FILES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Nothing but the workspace's own scripts runs in the page; pictures may come from the public web, as in Slack. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' https: data:";

/** What people see and do, over HTTP: used by the page, by tests and by the rehearsal alike. */
export type PageRoutes = {
  /** False when the path is none of the page's. */
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean>;
  /** The socket over which a page is told of changes; false when it is not for the page, or lacks the key. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, url: URL): boolean;
  close(): void;
};

/** Opens them; `key` is what a browser must know to use the page. */
export function createPageRoutes(setup: { office: Office; badDays: BadDays; key: string }): PageRoutes {
  const { office, badDays, key } = setup;
  const { state, socketMode } = office;
  const watchers = new WebSocketServer({ noServer: true });
  const visibility = createVisibility({ state, badDays, connectionCount: socketMode.connectionCount });

  function personOf(url: URL): Person {
    const wanted = url.searchParams.get('as');
    const person = state.people.find(({ id }) => id === wanted) ?? state.people[0];
    if (!person) throw new Error('a workspace needs at least one person');
    return person;
  }

  function fileFor(url: URL): WorkspaceFile | undefined {
    const id = url.searchParams.get('file') ?? '';
    return visibility.maySeeFile(personOf(url), id) ? state.files.get(id) : undefined;
  }

  const actions = actionsOf(office, badDays);

  async function act(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const action = actions[url.pathname.slice('/people/'.length)];
    if (!action || request.method !== 'POST') return sendJson(response, 404, { error: 'no such action' });
    try {
      sendJson(response, 200, await action(personOf(url), await readArguments(request)));
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      sendJson(response, 400, { error: z.prettifyError(error) });
    }
  }

  return {
    async handle(request, response, url) {
      const isPublic = url.pathname.startsWith('/page/');
      if (isPublic) return sendPageFile(response, url.pathname.slice('/page/'.length));
      if (!['/', '/file'].includes(url.pathname) && !url.pathname.startsWith('/people/')) {
        return false;
      }
      if (url.searchParams.get('key') !== key) {
        sendJson(response, 403, {
          error: 'This address lacks the key of this run: use the address the program printed.',
        });
      } else if (url.pathname === '/') await sendPageFile(response, 'index.html');
      else if (url.pathname === '/file') sendFile(response, fileFor(url));
      else if (url.pathname === '/people/seen') sendJson(response, 200, visibility.seenBy(personOf(url)));
      else await act(request, response, url);
      return true;
    },
    upgrade(request, socket, head, url) {
      if (url.pathname !== '/people/changes' || url.searchParams.get('key') !== key) return false;
      watchers.handleUpgrade(request, socket, head, (webSocket) => visibility.watch(personOf(url), webSocket));
      return true;
    },
    close() {
      for (const socket of watchers.clients) socket.terminate();
      watchers.close();
    },
  };
}

type Action = (person: Person, body: unknown) => unknown;

/** What a person can do: path → body checked → outcome. */
function actionsOf(office: Office, badDays: BadDays): Readonly<Record<string, Action>> {
  const { state, socketMode } = office;
  return {
    press: (person, body) => pressElement(office, person, press.parse(body)),
    suggest: (person, body) => suggest(office, person, query.parse(body)),
    type: (person, body) => typeLine(office, person, typed.parse(body)),
    submit: (person, body) => submitModal(office, person, submit.parse(body)),
    close: (person, body) => closeModal(office, person, close.parse(body)),
    home: (person) => openHome(office, person),
    shortcut: (person, body) => takeShortcut(office, person, taken.parse(body)),
    dismiss(person, body) {
      const { channel, ts } = z.object({ channel: z.string(), ts: z.string() }).parse(body);
      const message = state.findMessage(channel, ts);
      if (message?.onlyFor === person.id) state.removeMessage(message);
      return { kind: 'done', afterMs: 0 };
    },
    'bad-days'(_person, body) {
      Object.assign(badDays, badDaysChange.parse(body));
      state.tell({ kind: 'bad days' });
      return { kind: 'done', afterMs: 0 };
    },
    'drop-socket'(_person, body) {
      socketMode.drop(z.object({ how: z.enum(['refresh', 'disabled', 'cut']) }).parse(body).how);
      return { kind: 'done', afterMs: 0 };
    },
  };
}

/** Pictures are shown; anything else is only ever saved, so that no upload can act as a page of ours. */
function sendFile(response: ServerResponse, file: WorkspaceFile | undefined): void {
  if (!file?.bytes) {
    sendJson(response, 404, { error: 'no such file' });
    return;
  }
  const isPicture = file.mimetype.startsWith('image/');
  const name = encodeURIComponent(file.name);
  response.writeHead(200, {
    'content-type': isPicture ? file.mimetype : 'application/octet-stream',
    'content-disposition': `${isPicture ? 'inline' : 'attachment'}; filename*=UTF-8''${name}`,
    'cache-control': 'private, max-age=3600',
    'x-content-type-options': 'nosniff',
  });
  response.end(file.bytes);
}

async function sendPageFile(response: ServerResponse, name: string): Promise<boolean> {
  const type = PAGE_FILES[/^[a-z-]+\.(\w+)$/.exec(name)?.[1] ?? ''];
  if (type === undefined) return false;
  try {
    const content = await readFile(new URL(`./page/${name}`, import.meta.url));
    response.writeHead(200, {
      'content-type': type,
      'content-security-policy': POLICY,
      'cache-control': 'no-cache',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    response.end(content);
    return true;
  } catch {
    return false;
  }
}

/** Ends a response with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}
