import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

/** A page for people, and what it says. */
type Page = { readonly path: string; readonly text: string };

const paths = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...(await readdir('docs')).filter((name) => name.endsWith('.md')).map((name) => join('docs', name)),
];
const pages: Page[] = await Promise.all(paths.map(async (path) => ({ path, text: await readFile(path, 'utf8') })));

test('every link in the docs leads to a file that is there, and to a heading of it', () => {
  const targets = pages.flatMap((page) =>
    [...page.text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map((found) => ({
      page,
      to: found[1] ?? found[2]!,
    })),
  );
  const inside = targets.filter(({ to }) => !/^https?:/.test(to));
  expect(inside.length).toBeGreaterThan(40);
  expect(inside.filter(({ page, to }) => !leads(page, to)).map(({ page, to }) => `${page.path}: ${to}`)).toEqual([]);
});

test('every file of the project that the docs name is there', () => {
  const named = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/(?<![\w./-])(?:src|test|scripts|docs)\/[\w./-]*\w/g)].map(([file]) => ({ path, file })),
  );
  expect(named.length).toBeGreaterThan(100);
  // A pattern such as `docs/*-dark.png` ends at its folder.
  expect(named.filter(({ file }) => !existsSync(file)).map(({ path, file }) => `${path}: ${file}`)).toEqual([]);
});

test('every command of npm that the docs name is there, and knows the options they give it', async () => {
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> };
  const wrong: string[] = [];
  for (const { path, text } of pages) {
    for (const [, name, options] of text.matchAll(/npm run (?:-s )?([\w:]+)(?: -- ([^`\n#]*))?/g)) {
      if (scripts[name!] === undefined) wrong.push(`${path}: npm run ${name}`);
      else wrong.push(...(await unknownOptions(path, scripts[name!]!, options)));
    }
    for (const [, script, options] of text.matchAll(/npm exec -- node (scripts\/\S+\.ts)([^`\n#]*)/g))
      wrong.push(...(await unknownOptions(path, script!, options)));
  }
  expect(wrong).toEqual([]);
});

function leads({ path, text }: Page, to: string): boolean {
  const [file = '', heading] = to.split('#');
  const target = file === '' ? path : join(dirname(path), file);
  if (!existsSync(target)) return false;
  const there = target === path ? text : pages.find((page) => page.path === target)?.text;
  return heading === undefined || headingsOf(there ?? '').includes(heading);
}

/** As the addresses of headings are made: small letters, no marks, `-` for a space. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Options that a script of the project does not speak of; commands of the bot have help of their own. */
async function unknownOptions(path: string, command: string, options = ''): Promise<string[]> {
  const script = /scripts\/\S+\.ts/.exec(command)?.[0];
  if (script === undefined) return [];
  const source = await readFile(script, 'utf8');
  const given = [...options.matchAll(/--([a-z][a-z-]*)/g)].map(([, name]) => name!);
  return given.filter((name) => !source.includes(name)).map((name) => `${path}: ${script} --${name}`);
}
