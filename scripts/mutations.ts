/**
 * Removes one condition at a time from a copy of the project and runs the tests that stand guard over it: each must
 * notice. A change whose text is not in the source any more is an error, as it would prove nothing.
 *
 *     npm exec -- node scripts/mutations.ts                all of them, some 5 s each
 *     npm exec -- node scripts/mutations.ts hasNews lease  those whose names have one of these words
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { daysMutations } from './mutations/days.ts';
import { type Mutation, mutations } from './mutations/list.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const words = process.argv.slice(2);
const chosen = [...mutations, ...daysMutations].filter(
  ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
);
if (chosen.length === 0) throw new Error(`No mutation is called ${words.join(' or ')}.`);

const copy = await copyProject();
try {
  const tests = [...new Set(chosen.flatMap((mutation) => mutation.tests))];
  const before = await runTests(tests);
  if (before.code !== 0) throw new Error(`The tests fail without any change already:\n${before.output.slice(-3_000)}`);
  let survivors = 0;
  for (const mutation of chosen) if (!(await isKilled(mutation))) survivors += 1;
  console.log(`${chosen.length} mutations, ${survivors} survived`);
  if (survivors > 0) process.exitCode = 1;
} finally {
  await rm(copy, { recursive: true });
}

async function copyProject(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-mutations-'));
  const parts = [
    'src',
    'test',
    'package.json',
    'vitest.config.ts',
    'tsconfig.json',
    'modelpicker.example.yaml',
    'manifest.yml',
  ];
  for (const part of parts) await cp(join(root, part), join(folder, part), { recursive: true });
  for (const part of ['node_modules', 'data']) await symlink(join(root, part), join(folder, part));
  return folder;
}

async function isKilled({ name, file, from, to, tests }: Mutation): Promise<boolean> {
  const path = join(copy, file);
  const source = await readFile(path, 'utf8');
  if (!source.includes(from)) throw new Error(`${file} has no "${from}" any more: correct the mutation "${name}".`);
  await writeFile(path, source.replaceAll(from, to));
  const { code, output } = await runTests(tests);
  await writeFile(path, source);
  const by = /(?:FAIL|×) +(.+)/.exec(output)?.[1]?.replace(/ \d+ ?ms$/, '');
  if (code !== 0 && by === undefined) throw new Error(`"${name}" did not run:\n${output.slice(-3_000)}`);
  console.log(code === 0 ? `SURVIVED  ${name}` : `killed    ${name}  by  ${by}`);
  return code !== 0;
}

async function runTests(tests: readonly string[]): Promise<{ code: number; output: string }> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--bail', '1', '--testTimeout', '60000', '--hookTimeout', '60000', ...tests];
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' };
  const child = spawn(process.execPath, args, { cwd: copy, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      output += String(text);
    });
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}
