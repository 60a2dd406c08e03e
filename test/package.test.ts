import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';

/** What `npm pack` puts into the tarball; it compiles first, as for the real one. */
let packed: string[];

beforeAll(() => {
  const printed = execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], { encoding: 'utf8' });
  const said = JSON.parse(printed.slice(printed.search(/^[[{]/m))) as PackedBy11 | PackedBy12;
  packed = Object.values(said)[0]!.files.map(({ path }) => path);
});

type Packed = { files: { path: string }[] };
type PackedBy11 = [Packed];
type PackedBy12 = { readonly [name: string]: Packed };

test('the package holds each file of the source compiled, and no TypeScript', () => {
  const source = globSync('**/*', { cwd: 'src' }).filter((path) => /\.\w+$/.test(path) && !path.endsWith('.wat'));
  const expected = source.map((path) => `dist/${path.replace(/\.ts$/, '.js')}`);
  expect(packed.filter((path) => path.startsWith('dist/')).sort()).toEqual(expected.sort());
  expect(packed.filter((path) => path.endsWith('.ts'))).toEqual([]);
});

test('beside it there is only what the commands read, and what people read first', () => {
  const places = new Set(packed.map((path) => /^(data\/\w+|[^/]+)/.exec(path)![0]));
  const read = [
    'modelpicker.js',
    'package.json',
    'manifest.yml',
    'data/demo',
    'modelpicker.example.yaml',
    '.env.example',
  ];
  expect([...places].sort()).toEqual(['dist', 'README.md', 'CHANGELOG.md', 'LICENSE', ...read].sort());
});

test('each thread and process that is started by its address is there', () => {
  const addresses = packed
    .filter((path) => path.startsWith('dist/') && path.endsWith('.js'))
    .flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/new URL\('(\.[^']*)', import\.meta\.url\)/g)].map(
        ([, to]) => new URL(to!, `file://${process.cwd()}/${path}`),
      ),
    );
  expect(addresses.length).toBeGreaterThan(6);
  expect(addresses.filter((address) => !existsSync(address)).map(String)).toEqual([]);
});
