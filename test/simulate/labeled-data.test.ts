import { describe, expect, test } from 'vitest';
import { readLabeledData } from '../../src/simulate/labeled-data.ts';
import { folderWith, int16, npy } from './folder.ts';

const csv = { 'predictions.csv': '0,1\n1,1\n2,1\n', 'oracle.csv': '0\n1\n3\n' };

describe('what can be read', () => {
  test('numpy files and CSV files with the same numbers are the same data', () => {
    const fromCsv = readLabeledData(folderWith(csv));
    const files = {
      'predictions.npy': npy('<i2', [3, 2], int16(0, 1, 1, 1, 2, 1)),
      'oracle.npy': npy('|i1', [3], Uint8Array.of(0, 1, 3)),
    };
    expect(readLabeledData(folderWith(files))).toEqual(fromCsv);
    expect(fromCsv.matrix).toEqual({ images: 3, models: 2, classCount: 4, classes: Int16Array.of(0, 1, 1, 1, 2, 1) });
    expect(fromCsv.oracle).toEqual(Int16Array.of(0, 1, 3));
  });

  test('prepared pools come along', () => {
    const pools = npy('<i4', [2, 2], new Uint8Array(Int32Array.of(0, 2, 1, 2).buffer));
    expect(readLabeledData(folderWith({ ...csv, 'pools.npy': pools })).pools).toEqual([
      Int32Array.of(0, 2),
      Int32Array.of(1, 2),
    ]);
  });
});

describe('what cannot be read says what was found where, and the cure', () => {
  const predictions = npy('<i2', [3, 2], int16(0, 1, 1, 1, 2, 1));
  const oracle = { 'oracle.csv': '0\n1\n3\n' };

  test.each<[string, Record<string, string | Uint8Array>, string]>([
    ['no predictions', oracle, 'no predictions.npy and no predictions.csv. Put one there.'],
    ['no oracle', { 'predictions.npy': predictions }, 'no oracle.npy and no oracle.csv. Put one there.'],
    [
      'floats',
      { ...oracle, 'predictions.npy': npy('<f8', [1, 1], new Uint8Array(8)) },
      'predictions.npy: numbers of type "<f8". Save class indices as little-endian int8, int16 or int32',
    ],
    [
      'big-endian numbers',
      { ...oracle, 'predictions.npy': npy('>i2', [1, 1], new Uint8Array(2)) },
      'predictions.npy: big-endian numbers (">i2"). Save',
    ],
    [
      'Fortran order',
      { ...oracle, 'predictions.npy': npy('<i2', [3, 2], new Uint8Array(12), 'True') },
      'predictions.npy: Fortran order. Save numpy.ascontiguousarray of it.',
    ],
    [
      'a truncated file',
      { ...oracle, 'predictions.npy': predictions.slice(0, -3) },
      'predictions.npy: 9 bytes of data where the shape (3, 2) needs 12. The file is cut off or damaged',
    ],
    [
      'a file cut off in its header',
      { ...oracle, 'predictions.npy': predictions.slice(0, 40) },
      'predictions.npy: its header is broken or cut off.',
    ],
    ['no numpy file at all', { ...oracle, 'predictions.npy': 'hello, world' }, 'predictions.npy: not an .npy file.'],
    [
      'one dimension too few',
      { ...oracle, 'predictions.npy': npy('<i2', [3], int16(1, 2, 3)) },
      'predictions.npy: shape (3). Give items x models, at least one of each.',
    ],
    [
      'an empty pool',
      { ...oracle, 'predictions.npy': npy('<i2', [0, 2], int16()) },
      'predictions.npy: shape (0, 2). Give items x models, at least one of each.',
    ],
    ['an empty CSV', { ...oracle, 'predictions.csv': '\n' }, 'predictions.csv: shape (0, 0). Give items x models'],
    [
      'different lengths',
      { ...csv, 'oracle.csv': '0\n1\n' },
      'oracle.csv: 2 items, but the predictions have 3. Make them equal.',
    ],
    [
      'several true classes for an item',
      { ...csv, 'oracle.csv': '0,1\n1,1\n3,1\n' },
      'oracle.csv: shape (3, 2). Give one true class for each item.',
    ],
    [
      'a negative class',
      { ...csv, 'predictions.csv': '0,1\n1,-1\n2,1\n' },
      'predictions.csv: class -1 at item 1, model 1 is out of range. Use 0 to 32767.',
    ],
    [
      'a class that is too large',
      { ...csv, 'oracle.csv': '0\n40000\n3\n' },
      'oracle.csv: class 40000 at item 1 is out of range. Use 0 to 32767.',
    ],
    [
      'a header',
      { ...csv, 'predictions.csv': 'resnet,vit\n0,1\n' },
      'predictions.csv, line 1: "resnet" is not a class index. Remove the header line.',
    ],
    [
      'NaN',
      { ...csv, 'predictions.csv': '0,1\n1,NaN\n2,1\n' },
      'predictions.csv, line 2: "NaN" is not a class index. Write class indices',
    ],
    [
      'floats in a CSV',
      { ...csv, 'oracle.csv': '0\n1\n2.5\n' },
      'oracle.csv, line 3: "2.5" is not a class index. Write class indices',
    ],
    [
      'a short line',
      { ...csv, 'predictions.csv': '0,1\n1\n2,1\n' },
      'predictions.csv, line 2: 1 columns, but line 1 has 2. Make them equal.',
    ],
    [
      'a pool with an item that does not exist',
      { ...csv, 'pools.npy': npy('<i4', [1, 1], new Uint8Array(Int32Array.of(3).buffer)) },
      'pools.npy: item 3 does not exist. Use 0 to 2.',
    ],
  ])('%s', (_, files, message) => {
    expect(() => readLabeledData(folderWith(files))).toThrow(message);
  });
});
