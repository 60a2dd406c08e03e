/**
 * Compiles `src` to `dist`, for the package: Node runs no TypeScript below `node_modules`. Files that are not TypeScript (the
 * page, WebAssembly) come along. Runs by itself before `npm pack`; a clone never uses `dist`.
 *
 * Run: npm exec -- node scripts/build-package.ts
 */
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
const tsc = join(root, 'node_modules/typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.package.json'], { cwd: root, stdio: 'inherit' });
cpSync(join(root, 'src'), dist, { recursive: true, filter: (path) => !/\.(ts|wat)$/.test(path) });
for (const file of globSync('**/*.js', { cwd: dist, exclude: ['workspace/page/**'] })) nameCompiled(join(dist, file));

/** The compiler renames what is imported, not the threads and processes that are started by address. */
function nameCompiled(file: string): void {
  const text = readFileSync(file, 'utf8');
  const renamed = text.replaceAll(
    /new URL\('(\.[^']*)\.ts', import\.meta\.url\)/g,
    "new URL('$1.js', import.meta.url)",
  );
  if (renamed !== text) writeFileSync(file, renamed);
}
