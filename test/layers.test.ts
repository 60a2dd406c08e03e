import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importsOf, readSource } from './source.ts';

/** A row of the code map in docs/architecture.md: a folder, or a file that lies loose in `src`. */
type Place = { readonly name: string; readonly mayImport: readonly string[] };

/** Where a package may be imported. */
type PackageRule = { readonly name: string; readonly onlyIn: readonly string[] };

/** One import, planted in a file of its own line; `isForbidden` is what the code map says of it. */
type Planted = { readonly file: string; readonly code: string; readonly isForbidden: boolean };

const architecture = await readFile('docs/architecture.md', 'utf8');
const places: Place[] = readTable('may import').map(([where, , may]) => ({ name: where![0]!, mayImport: may! }));
const packages: PackageRule[] = readTable('only in').map(([name, where]) => ({ name: name![0]!, onlyIn: where! }));

/** The pure folders, and the one thing beside their own files that each may import. */
const pure = new Map([
  ['round', 'zod'],
  ['method', 'node:assert'],
]);

const sources = readSource();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelpicker-layers-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('every folder and every loose file of src has a row in the code map, and every row has its place', async () => {
  const entries = await readdir('src', { withFileTypes: true });
  const found = entries.map((entry) => entry.name);
  const named = places.map(({ name }) => name).filter((name) => !name.includes('/'));
  expect(named.sort()).toEqual(found.sort());
  const inhabited = new Set(sources.map(({ path }) => placeOf(path)?.name));
  expect(places.filter(({ name }) => !inhabited.has(name))).toEqual([]);
});

test('the code map points down only', () => {
  const upwards = places.flatMap(({ name, mayImport }, row) =>
    mayImport.filter((one) => places.findIndex((place) => place.name === one) <= row).map((one) => `${name} → ${one}`),
  );
  expect(upwards).toEqual([]);
});

test('Biome refuses every import that the code map forbids, and accepts every one that it allows', async () => {
  const planted = places.flatMap((place) => [...plantOurs(place), ...plantPackages(place)]);
  const refused = await lint(planted);
  expect(planted.filter(({ isForbidden }) => isForbidden).length).toBeGreaterThan(1_500);
  const passing = planted.filter((one) => one.isForbidden && !refused.has(one));
  const stopped = planted.filter((one) => !one.isForbidden && refused.has(one));
  expect({ passing: passing.map(describe), stopped: stopped.map(describe) }).toEqual({ passing: [], stopped: [] });
});

test('no import of src breaks the code map, whatever its kind', () => {
  const broken = sources
    .flatMap(importsOf)
    .filter(({ from, specifier }) => !isAllowed(placeOf(from)!, specifier))
    .map(({ from, specifier }) => `${from} → ${specifier}`);
  expect(broken).toEqual([]);
});

test('no file of src comes back to itself by its imports, those of types included', () => {
  const paths = new Set(sources.map(({ path }) => path));
  const graph = new Map(
    sources.map((source) => [
      source.path,
      importsOf(source)
        .map(({ specifier }) => specifier)
        .filter((one) => paths.has(one)),
    ]),
  );
  expect([...graph.values()].flat().length).toBeGreaterThan(paths.size);
  expect([...paths].flatMap((path) => circleFrom(path, graph) ?? [])).toEqual([]);
});

/** The names in backticks of each cell, for each row of the table whose last heading is this. */
function readTable(heading: string): string[][][] {
  const [, table = ''] = architecture.split(`| ${heading} |\n`);
  const lines = table.split('\n').slice(1);
  const rows = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('|')),
  );
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => [...cell.matchAll(/`([^`]+?)\/?`/g)].map(([, name]) => name!)),
  );
}

/** The most particular row that a path of `src` belongs to. */
function placeOf(path: string): Place | undefined {
  return places
    .filter(({ name }) => path === name || path.startsWith(`${name}/`))
    .reduce<Place | undefined>((best, one) => (best && best.name.length > one.name.length ? best : one), undefined);
}

/** What the two tables say of an import; of packages that no row names, they say nothing. */
function isAllowed(from: Place, specifier: string): boolean {
  const to = placeOf(specifier);
  if (to) return to.name === from.name || from.mayImport.includes(to.name);
  const exception = pure.get(from.name);
  if (exception) return specifier === exception;
  const rule = packages.find(({ name }) => `${specifier}/`.startsWith(`${name.replace('/*', '')}/`));
  return !rule || rule.onlyIn.includes(from.name);
}

/** An import of each place by this one: by value and by type, from the folder itself and from two folders down. */
function plantOurs(from: Place): Planted[] {
  return places.flatMap((to) =>
    to.name === from.name ? [] : filesOf(from).flatMap((file) => plantAt(from, to, file)),
  );
}

function plantAt(from: Place, to: Place, file: string): Planted[] {
  return filesOf(to).flatMap((target) => {
    const path = relative(dirname(file), target);
    const specifier = path.startsWith('.') ? path : `./${path}`;
    return plantKinds(file, specifier, !from.mayImport.includes(to.name));
  });
}

function plantPackages(from: Place): Planted[] {
  const names = packages.map(({ name }) => name.replace('*', 'bolt'));
  const builtins = ['node:fs', 'node:fs/promises', 'node:process', 'node:assert'];
  return [...names, ...builtins].flatMap((name) =>
    filesOf(from).flatMap((file) => plantKinds(file, name, !isAllowed(from, name))),
  );
}

function plantKinds(file: string, specifier: string, isForbidden: boolean): Planted[] {
  const kinds = [
    `import { planted } from '${specifier}';`,
    `import type { Planted } from '${specifier}';`,
    `export type { Planted } from '${specifier}';`,
    `await import('${specifier}');`,
  ];
  return kinds.map((code) => ({ file, code, isForbidden }));
}

/** A file of the place itself, and one two folders down; a loose file is its own. */
function filesOf({ name }: Place): string[] {
  return name.endsWith('.ts') ? [name] : [`${name}/planted.ts`, `${name}/one/two/planted.ts`];
}

/** The planted imports that Biome refuses with the project's own settings, in one run over a folder of nothing else. */
async function lint(planted: readonly Planted[]): Promise<Set<Planted>> {
  const settings = JSON.parse(await readFile('biome.json', 'utf8'));
  await writeFile(join(folder, 'biome.json'), JSON.stringify({ ...settings, $schema: undefined, vcs: undefined }));
  const files = Map.groupBy(planted, ({ file }) => file);
  for (const [file, lines] of files) {
    const path = join(folder, 'src', file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, lines.map(({ code }) => code).join('\n'));
  }
  const options = ['lint', '--only=style/noRestrictedImports', '--max-diagnostics=none', '--reporter=json', '.'];
  const biome = join(process.cwd(), 'node_modules/.bin/biome');
  const stdout = await promisify(execFile)(biome, options, { cwd: folder, maxBuffer: 1e8 }).then(
    (done) => done.stdout,
    (failed: { stdout: string }) => failed.stdout,
  );
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { category: string; location: { path: string; start: { line: number } } }[];
  };
  const refused = diagnostics.filter(({ category }) => category === 'lint/style/noRestrictedImports');
  return new Set(refused.map(({ location: { path, start } }) => files.get(relative('src', path))![start.line - 1]!));
}

function describe({ file, code }: Planted): string {
  return `${file}: ${code}`;
}

/** The shortest way from a file back to itself, if there is one. */
function circleFrom(start: string, graph: ReadonlyMap<string, readonly string[]>): string | undefined {
  const ways = new Map([[start, start]]);
  for (const [path, way] of ways) {
    for (const next of graph.get(path)!) {
      if (next === start) return `${way} → ${start}`;
      if (!ways.has(next)) ways.set(next, `${way} → ${next}`);
    }
  }
  return undefined;
}
