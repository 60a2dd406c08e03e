import { readFileSync } from 'node:fs';

/** The version of the package, and the Node it runs on: what somebody who helps asks first. */
export function versionLine(): string {
  return `${packageLine()} (Node ${process.versions.node})`;
}

/** The package and its version. */
export function packageLine(): string {
  return `modelpicker ${versionIn(new URL('../../package.json', import.meta.url))}`;
}

/** The version that a package.json names. */
export function versionIn(about: string | URL): string | undefined {
  return (JSON.parse(readFileSync(about, 'utf8')) as { version?: string }).version;
}
