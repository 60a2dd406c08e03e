import { expect, test } from 'vitest';
import type { DescribedModel } from '../../../../src/predictions/onnx/describe/described-model.ts';
import { labelSetOf } from '../../../../src/predictions/onnx/describe/label-set.ts';
import { describeOne } from './one-model.ts';

const PLAIN = { mean: [0], std: [1], width: 8, height: 8 };
const COLORS = ['red', 'green', 'blue'];

/** A model with this in its config.json. */
const named = (config: object, own: object = {}) =>
  describeOne({ files: { 'config.json': config, 'modelpicker.json': { ...PLAIN, ...own } } });

const setOf = (models: DescribedModel[], wanted?: string[]) => {
  const { classes, models: kept, classMaps, leftOut } = labelSetOf(models, wanted);
  return { classes, kept: kept.length, classMaps, leftOut: leftOut.map(({ reason }) => reason) };
};

test.each([
  ['a dict by index, in any order', { id2label: { 2: 'blue', 0: 'red', 1: 'green' } }],
  ['a list', { id2label: COLORS }],
  ['the reverse', { label2id: { green: 1, red: 0, blue: 2 } }],
  ['timm’s list', { label_names: COLORS }],
  ['null for one, and the other', { id2label: null, label_names: COLORS }],
])('class names are read from %s', async (_, config) => {
  expect((await named(config)).classes).toEqual(COLORS);
});

test('they are read from labels.txt, one a line, numbered or not', async () => {
  const files = { 'modelpicker.json': PLAIN };
  expect((await describeOne({ files: { ...files, 'labels.txt': 'red\r\ngreen\r\nblue\r\n' } })).classes).toEqual(
    COLORS,
  );
  expect((await describeOne({ files: { ...files, 'labels.txt': '0 red\n1 green\n2 blue\n' } })).classes).toEqual(
    COLORS,
  );
});

test.each([
  ['none is number 1', { 0: 'red', 2: 'green', 3: 'blue' }],
  ['no name for class 1', { 0: 'red', 1: null, 2: 'blue' }],
  ['names 1 class', { 0: 'red' }],
])('names that do not fit leave the model out: %s', async (reason, id2label) => {
  await expect(named({ id2label })).rejects.toThrow(reason);
  expect((await named({ id2label }, { classes: COLORS })).classes).toEqual(COLORS);
});

test('LABEL_0 is no name: such a model takes the names of the others, in its order', async () => {
  const filler = await named({ id2label: { 0: 'LABEL_0', 1: 'LABEL_1', 2: 'LABEL_2' } });
  expect(filler.classes).toBeUndefined();
  expect(setOf([filler, await named({ id2label: COLORS })])).toEqual({
    classes: COLORS,
    kept: 2,
    classMaps: [undefined, undefined],
    leftOut: [],
  });
  expect(setOf([filler], COLORS)).toMatchObject({ classes: COLORS, kept: 1 });
  expect(() => setOf([filler])).toThrow('Nobody names the classes: put "classes" into the settings');
});

test('bare numbers are names where there are no better ones', async () => {
  const numbered = await named({ id2label: { 0: 0, 1: '1', 2: 2 } });
  expect(setOf([numbered])).toMatchObject({ classes: ['0', '1', '2'], kept: 1 });
  expect(setOf([numbered, await named({ id2label: COLORS })])).toMatchObject({ classes: COLORS, kept: 2, leftOut: [] });
});

test('the label set is the one of most models, not of the one with the longest list', async () => {
  const colors = [await named({ id2label: COLORS }), await named({ id2label: ['blue', 'red', 'green'] })];
  const stranger = await named({ id2label: ['a', 'b', 'c', 'd', 'e'] });
  expect(setOf([stranger, ...colors])).toMatchObject({
    classes: COLORS,
    kept: 2,
    leftOut: [expect.stringContaining('its class "a"')],
  });
  const wider = await named({ id2label: ['background', ...COLORS] });
  expect(setOf([wider, ...colors].slice(0, 2))).toMatchObject({ classes: ['background', ...COLORS] });
});

test('equal names are two classes, never one', async () => {
  const cranes = await named({ id2label: ['crane', 'owl', 'crane'] });
  const turned = await named({ id2label: ['owl', 'crane', 'crane'] });
  expect(setOf([cranes, turned])).toEqual({
    classes: ['crane', 'owl', 'crane (2)'],
    kept: 2,
    classMaps: [undefined, [1, 0, 2]],
    leftOut: [],
  });
});

test('classes that the settings name for this very model overrule its config; those for all models do not', async () => {
  const files = { 'config.json': { id2label: ['a', 'b', 'c'] }, 'modelpicker.json': PLAIN };
  const classesBy = async (match: string) =>
    (await describeOne({ files, descriptions: [{ match, classes: COLORS }] })).classes;
  expect(await classesBy('net')).toEqual(COLORS);
  expect(await classesBy('*')).toEqual(['a', 'b', 'c']);
});

test('a class that the label set does not have is named with the place it stands in', async () => {
  const other = await named({ id2label: ['red', 'green', 'violet'] });
  const { leftOut } = setOf([other], COLORS);
  expect(leftOut).toEqual([
    expect.stringContaining('its class "violet" (config.json) is none of the 3 of the label set'),
  ]);
});
