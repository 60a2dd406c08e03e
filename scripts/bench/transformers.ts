import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const VERSION = '4.3.1';

/**
 * Installs transformers.js into a folder: its 470 MB are for the comparison alone, so nothing depends on it. `undefined`
 * where no package comes in.
 */
export function installTransformers(folder: string): string | undefined {
  const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
  try {
    execFileSync('npm', [...args, `@huggingface/transformers@${VERSION}`], { stdio: 'ignore' });
    return join(folder, 'node_modules/@huggingface/transformers/dist/transformers.node.mjs');
  } catch {
    return undefined;
  }
}
