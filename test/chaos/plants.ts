import { cp, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

type Change = { readonly file: string; readonly from: string; readonly to: string };

/** Bugs that the play must find, each as changes to the source. */
export const plants: Readonly<Record<string, readonly Change[]>> = {
  /** A fact counts before its file is synced. */
  'skip-fsync': [{ file: 'src/store/disk.ts', from: 'await handle.sync();', to: '' }],
  /** Neither the bot nor the store minds a click that was answered before. */
  'drop-dedup': [
    { file: 'src/task/answers.ts', from: 'if (question.answer) {', to: 'if (Date.now() < 0 && question.answer) {' },
    { file: 'src/task/answers.ts', from: 'if (others.length >=', to: 'if (others.length < 0 && others.length >=' },
    {
      file: 'src/task/answers.ts',
      from: 'if (question.isRepeat ||',
      to: 'if (others.length >= 0 || question.isRepeat ||',
    },
    { file: 'src/store/lowdb-store.ts', from: '|| round.keys.has(facts[0].key)', to: '' },
    { file: 'src/store/lowdb-store.ts', from: '!round.keys.has(fact.key)', to: 'true' },
  ],
  /** A message goes out before there is a fact that says so. */
  'post-before-record': [
    { file: 'src/task/messages/post.ts', from: '!(await journal.record(round, before));', to: 'false;' },
    {
      file: 'src/task/messages/post.ts',
      from: 'await channel.post(message, { perhapsPosted, under });',
      to: 'await channel.post(message, { perhapsPosted, under }); await journal.record(round, before);',
    },
  ],
};

/** A copy of the project with a planted bug, in a temporary folder. Throws when the source to change is not there. */
export async function plant(name: string): Promise<string> {
  const changes = plants[name];
  if (!changes) throw new Error(`"${name}" is not a planted bug: ${Object.keys(plants).join(', ')}`);
  const copy = await mkdtemp(join(tmpdir(), 'modelpicker-plant-'));
  for (const part of ['src', 'test/chaos', 'scripts/chaos.ts', 'package.json']) {
    await cp(join(root, part), join(copy, part), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const { file, from, to } of changes) {
    const source = await readFile(join(copy, file), 'utf8');
    if (!source.includes(from)) throw new Error(`${file} has no "${from}" to plant a bug in.`);
    await writeFile(join(copy, file), source.replace(from, to));
  }
  return copy;
}
