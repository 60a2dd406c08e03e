import { readFileSync } from 'node:fs';

/** The version of the package, and the Node it runs on: what somebody who helps asks first. */
export function versionLine(): string {
  const about = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  return `modelpicker ${about.version} (Node ${process.versions.node})`;
}
