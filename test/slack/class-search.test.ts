import { expect, test } from 'vitest';
import { searchClasses } from '../../src/slack/do/labeling/class-search.ts';

const classes = ['wildcat', 'dog', 'big cat', 'tomcat, domestic', 'Catfish', 'École', 'scatter'];
const found = (query: string) => searchClasses(classes, query).map((index) => classes[index]);

test('names that start with it come first, then words that do, then names that contain it', () => {
  expect(found('cat')).toEqual(['Catfish', 'big cat', 'wildcat', 'tomcat, domestic', 'scatter']);
  expect(found('domes')).toEqual(['tomcat, domestic']);
});

test('case and accents do not matter', () => {
  expect(found(' ECOLE ')).toEqual(['École']);
});

test('nothing typed shows everything, nothing found shows nothing, and 100 is the most', () => {
  expect(found('')).toEqual(classes);
  expect(found('zebra')).toEqual([]);
  expect(
    searchClasses(
      Array.from({ length: 1_000 }, (_, index) => `class ${index}`),
      'class',
    ),
  ).toHaveLength(100);
});
