import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { functionsOf, readSource, typesOf } from './source.ts';

const sources = readSource();
const functions = sources.flatMap(functionsOf);

test('no function is longer than 60 lines, and nine in ten are shorter than 25', () => {
  const long = functions.filter(({ lines }) => lines > 60);
  expect(long.map(({ path, line, lines }) => `${path}:${line} has ${lines} lines`)).toEqual([]);
  const short = functions.filter(({ lines }) => lines < 25).length;
  expect(functions.length).toBeGreaterThan(1_000);
  expect(short / functions.length).toBeGreaterThan(0.9);
});

test('no file is longer than 250 lines', () => {
  const long = sources.filter(({ text }) => text.split('\n').length > 251);
  expect(long.map(({ path }) => path)).toEqual([]);
});

test('no folder has to be searched: 17 files, but for the formulas and the page', () => {
  const folders = Map.groupBy(sources, ({ path }) => dirname(path));
  const crowded = [...folders].filter(([folder, files]) => files.length > 17 && folder !== 'method');
  expect(crowded.map(([folder, files]) => `${folder} has ${files.length} files`)).toEqual([]);
});

test('a name of a type means one thing', () => {
  const places = Map.groupBy(
    sources.flatMap((source) => typesOf(source).map((name) => ({ name, path: source.path }))),
    ({ name }) => name,
  );
  const shared = [...places].filter(([, found]) => found.length > 1);
  expect(shared.map(([name, found]) => `${name}: ${found.map(({ path }) => path).join(', ')}`)).toEqual([]);
});
