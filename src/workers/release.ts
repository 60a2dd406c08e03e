import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/**
 * This release, and what decodes images and runs models in it: where any of these differs, answers may, and what stands in the
 * queue may be read another way.
 */
export const release = [
  `modelpicker ${versionIn(new URL('../../package.json', import.meta.url))}`,
  ...['onnxruntime-node', 'sharp'].map((name) => `${name} ${versionIn(aboutOf(require.resolve(name)))}`),
].join(', ');

/** The first package.json above a file; packages need not name theirs among what they export. */
function aboutOf(file: string): string {
  const about = join(dirname(file), 'package.json');
  return existsSync(about) && versionIn(about) !== undefined ? about : aboutOf(dirname(file));
}

function versionIn(about: string | URL): string | undefined {
  return (JSON.parse(readFileSync(about, 'utf8')) as { version?: string }).version;
}
