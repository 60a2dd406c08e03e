import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { packageLine, versionIn } from '../settings/version.ts';

const require = createRequire(import.meta.url);

/**
 * This release, and what decodes images and runs models in it: where any of these differs, answers may, and what stands in the
 * queue may be read another way.
 */
export const release = [
  packageLine(),
  ...['onnxruntime-node', 'sharp'].map((name) => `${name} ${versionIn(aboutOf(require.resolve(name)))}`),
].join(', ');

/** The first package.json above a file; packages need not name theirs among what they export. */
function aboutOf(file: string): string {
  const about = join(dirname(file), 'package.json');
  return existsSync(about) && versionIn(about) !== undefined ? about : aboutOf(dirname(file));
}
