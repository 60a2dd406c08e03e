#!/usr/bin/env node
/**
 * The door to the command line, in plain JavaScript. A clone has `src`, which runs as it is from Node 24 on (an older one would
 * say "Unknown file extension"); it comes with the packages for development, and after `npm install --omit=dev` the machine's own
 * runs. The package that `npm pack` makes has `dist` alone, compiled, for Node 22.
 */
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const isClone = existsSync(new URL('src', import.meta.url));
const needed = isClone ? 24 : 22;
const found = process.versions.node;
if (Number(found.split('.')[0]) < needed) {
  const cure = isClone ? ', or run "npm install" without --omit=dev, which brings it along' : '';
  console.error(
    `Model Picker needs Node ${needed} or newer, and this is Node ${found}. Install a newer one from nodejs.org${cure}.`,
  );
  process.exitCode = 1;
} else {
  keepCompiled();
  await import(isClone ? './src/cli.ts' : './dist/cli.js');
}

/**
 * What was compiled once is read again by the next command, and by the threads and processes of this one, which then start in a
 * third of the time. Where nothing can be written, all is as it would be without.
 */
function keepCompiled() {
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/modelpicker', import.meta.url));
  module.enableCompileCache?.();
}
