import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { readTruthOf } from '../../src/demo/truth.ts';

let file: string;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-truth-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  file = join(folder, 'truth.csv');
});

const about = {
  batch: 'monday',
  images: ['cam1/a.jpg', 'b.jpg', 'c.jpg'].map((name) => ({ file: name, sha256: '' })),
  classes: ['red fox', 'badger'],
};

async function read(text: string | Uint8Array): Promise<Record<string, string> | string> {
  await writeFile(file, text);
  try {
    return Object.fromEntries(readTruthOf(file, about));
  } catch (error) {
    return (error as Error).message.replaceAll(file, 'truth.csv');
  }
}

const right = { 'cam1/a.jpg': 'red fox', 'b.jpg': '?', 'c.jpg': 'badger' };
const rows = ['file,class', 'cam1/a.jpg,red fox', 'b.jpg,?', 'c.jpg,badger', ''];

test('a truth is read with commas, semicolons, tabs, a mark in front, in UTF-16, with more columns, and with rows of other days', async () => {
  expect(await read(rows.join('\n'))).toEqual(right);
  expect(await read(rows.join('\r\n').replaceAll(',', ';'))).toEqual(right);
  expect(await read(rows.join('\n').replaceAll(',', '\t'))).toEqual(right);
  expect(await read(`\ufeff${rows.join('\n')}`)).toEqual(right);
  expect(await read(Buffer.from(`\ufeff${rows.join('\n')}`, 'utf16le'))).toEqual(right);
  expect(await read(rows.map((row) => (row === '' ? row : `${row},x`)).join('\n'))).toEqual(right);
  expect(await read(`${rows.join('\n')}yesterday.jpg,badger\n`)).toMatchObject(right);
});

test('everything that does not fit is said at once: each mistake with its first line and what to write', async () => {
  const text = await read(
    ['file,class', 'a.jpg,Red fox', 'days/B.JPG,badger', 'B.JPG,1', 'b.jpg,1', 'b.jpg,badgr', ''].join('\n'),
  );
  expect(text).toMatchInlineSnapshot(`
    "The true classes in truth.csv do not fit:
    - line 6: "b.jpg" is "badgr" here and "1" in line 5. Keep one of them.
    - line 2: "a.jpg" is called "cam1/a.jpg" in batch monday. Write file names as they stand in the batch's folder.
    - line 4: "B.JPG" is called "b.jpg" in batch monday. Write file names as they stand in the batch's folder.
    - no row for cam1/a.jpg and 1 more of the 3 images of batch monday. Add "cam1/a.jpg,CLASS".
    - line 5: "1" is a number, not a class. Write its name: counted from 0 that is "badger".
    - line 6: "badgr" is not a class of the models. Did you mean "badger", or "?" where the image shows none of them?"
  `);
});

test('a class nobody knows and a missing one are said with the classes there are', async () => {
  expect(await read('file,class\ncam1/a.jpg,crocodile\nb.jpg,\nc.jpg,badger\n')).toMatchInlineSnapshot(`
    "The true classes in truth.csv do not fit:
    - line 2 (and 1 more like it): "crocodile" is not a class of the models. Take one of red fox, badger, or "?" where the image shows none of them."
  `);
});

test('a table without the header, an empty file and one that is no table say what to write', async () => {
  expect(await read('b.jpg,badger\n')).toMatchInlineSnapshot(
    `"truth.csv: the first line is "b.jpg,badger", and must be "file,class". Write it above the rows."`,
  );
  expect(await read('')).toMatchInlineSnapshot(
    `"truth.csv: the first line is "", and must be "file,class". Write it above the rows."`,
  );
  expect(await read('file,class\nb.jpg,"badger\n')).toContain('""badger" is not a class of the models.');
});
