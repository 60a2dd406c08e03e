/**
 * Does what somebody does who gets the package: packs it, installs the tarball in an empty folder with npm 11 and npm 12, and
 * plays the demo there on Node 22 to its end. Prints the installed size without other platforms' binaries. Takes some minutes
 * and the npm registry; where that is not reached, it says so and tries nothing.
 *
 * Run: npm exec -- node scripts/try-package.ts
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, lstatSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Megabytes that an installation may take on linux x64. */
const SIZE_LIMIT = 120;
/** Packages of developers that must not come along. */
const developersOnly = ['typescript', 'vitest', 'node', '@biomejs'];

const folder = mkdtempSync(join(tmpdir(), 'modelpicker-package-'));
try {
  if (spawnSync('npm', ['ping'], { cwd: root }).status !== 0) {
    console.log('skipped: the npm registry is not reached, so nothing can be installed');
  } else tryAll();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function tryAll(): void {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root });
  const [tarball] = globSync('*.tgz', { cwd: folder });
  const tools = emptyFolder('tools');
  const programs = ['node@22', 'npm11@npm:npm@11', 'npm12@npm:npm@12'];
  // Node's package fetches its program with a script, which npm 12 runs only for those it is told of.
  writeFileSync(join(tools, 'package.json'), JSON.stringify({ allowScripts: { node: true } }));
  run('npm', ['install', '--no-audit', '--no-fund', ...programs], { cwd: tools });
  const path = [join(tools, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  for (const npm of ['npm11', 'npm12']) tryWith(join(tools, 'node_modules', npm, 'bin'), join(folder, tarball!), path);
}

function tryWith(npm: string, tarball: string, path: string): void {
  const cwd = emptyFolder(npm.includes('npm11') ? 'with-npm11' : 'with-npm12');
  const env = { ...process.env, PATH: path, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  const node = (...args: string[]) => run('node', args, { cwd, env });
  const npmVersion = node(join(npm, 'npm-cli.js'), '--version');
  node(join(npm, 'npm-cli.js'), 'install', '--no-audit', '--no-fund', tarball);
  const megabytes = sizeOf(join(cwd, 'node_modules'));
  const extra = developersOnly.filter((name) => globSync(name, { cwd: join(cwd, 'node_modules') }).length > 0);
  if (extra.length > 0) throw new Error(`a developer's package is installed: ${extra.join(', ')}`);
  if (megabytes > SIZE_LIMIT) throw new Error(`${megabytes} MB are installed, more than ${SIZE_LIMIT}`);
  const conversation = node(join(npm, 'npx-cli.js'), 'modelpicker', 'demo', '--auto');
  const winners = conversation.match(/^Batch \S+, announced: [^:\s]+/gm) ?? [];
  if (winners.length === 0) throw new Error('the demo ended without a winner');
  const versions = `npm ${npmVersion.trim()}, Node ${node('--version').trim()}`;
  console.log(`${versions}: ${megabytes} MB installed, the demo ended with code 0\n  ${winners.join('\n  ')}`);
}

/** What a program prints; its failure is thrown with what it said. */
function run(program: string, args: readonly string[], options: { cwd: string; env?: NodeJS.ProcessEnv }): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { ...options, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${error ?? stderr}`);
}

function emptyFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

/** Megabytes on disk, without the binaries that ONNX Runtime's package brings for other platforms. */
function sizeOf(modules: string): number {
  const own = `bin/napi-v6/${process.platform}/${process.arch}/`;
  const files = globSync('**/*', { cwd: modules }).filter(
    (path) => !path.includes('/bin/napi-v6/') || path.includes(own),
  );
  const blocks = files.map((path) => lstatSync(join(modules, path)).blocks);
  return Math.round((blocks.reduce((sum, count) => sum + count, 0) * 512) / 2 ** 20);
}
