import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { linesOf, readTextFile } from '../src/text-file.ts';

const encodings: Readonly<Record<string, (text: string) => Buffer>> = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 with a mark': (text) => Buffer.from(`\ufeff${text}`),
  'UTF-16, little end first': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'UTF-16, big end first': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
};

/** Longer than what is read at once; so many letters before it move every line by as much. */
const longText = (line: string, letters: number) => 'x'.repeat(letters) + line.repeat(Math.ceil(300_000 / line.length));

async function fileOf(bytes: Buffer): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-text-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'text'), bytes);
  return join(folder, 'text');
}

test.each(Object.keys(encodings))(
  'a file in %s has the same lines in pieces as at once, wherever a piece ends',
  async (name) => {
    for (const line of ['cat,dog\r\n', 'cat\r\r\n\n', 'Kätzchen,🐈\r', '\ufeffcat\n', 'no end of a line, ']) {
      for (let letters = 0; letters < 4; letters++) {
        const path = await fileOf(encodings[name]!(longText(line, letters)));
        const lines = readTextFile(path).split(/\r\n|\r|\n/);
        expect(
          [...linesOf(path)].join('|') === lines.join('|'),
          `${JSON.stringify(line)} after ${letters} letters`,
        ).toBe(true);
      }
    }
  },
);

test('bytes that are no text count as in a file read at once, and letters beyond ASCII may come late', async () => {
  const late = Buffer.from(`${longText('cat,dog\n', 3)}Kätzchen,🐈\n${longText('cat,dog\n', 2)}`);
  const broken = Buffer.from(late);
  for (let at = 0; at < broken.length; at += 65_535) broken[at] = 0xe2;
  for (const bytes of [late, broken, Buffer.from(''), Buffer.from('\n'), Buffer.from([0xff])]) {
    const path = await fileOf(bytes);
    expect([...linesOf(path)].join('|') === readTextFile(path).split('\n').join('|')).toBe(true);
  }
});
