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

/** Tells of every change; starts with everything, and again after the line was lost. */
export function listen(tell) {
  const source = new EventSource(path('people/changes'));
  source.addEventListener('message', (event) => tell(JSON.parse(event.data)));
}
