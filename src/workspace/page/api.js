const address = new URLSearchParams(location.search);
const key = address.get('key') ?? '';

/** Who the person in front of this page is; the first one when the address does not say. */
export const as = address.get('as') ?? '';

function path(name, more = {}) {
  return `/${name}?${new URLSearchParams({ key, as, ...more })}`;
}

/** Does something as this person; gives the outcome. */
export async function act(action, body = {}) {
  const headers = { 'content-type': 'application/json' };
  try {
    const response = await fetch(path(`people/${action}`), { method: 'POST', headers, body: JSON.stringify(body) });
    return await response.json();
  } catch {
    return { kind: 'failed', shown: 'The workspace has stopped. Start it again and reload.' };
  }
}

/** Address of an uploaded file. */
export function fileAddress(fileId) {
  return path('file', { file: fileId });
}

/** Address of this page for somebody else. */
export function addressOf(person) {
  return `/?${new URLSearchParams({ key, as: person })}`;
}

const RETRY_MS = 1000;

/**
 * Tells of every change; starts with everything, and again after the line was lost.
 * A WebSocket, because a browser allows only six event streams to one address, and people open many tabs.
 */
export function listen(tell) {
  const socket = new WebSocket(path('people/changes'));
  socket.addEventListener('message', (event) => tell(JSON.parse(event.data)));
  socket.addEventListener('close', () => {
    tell({ kind: 'connections', count: 0 });
    setTimeout(() => listen(tell), RETRY_MS);
  });
}
