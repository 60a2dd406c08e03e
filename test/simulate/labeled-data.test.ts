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

const predicted = [0, 1, 1, 1, 2, 1];
const bytesOf = (array: { buffer: ArrayBufferLike }) => new Uint8Array(array.buffer as ArrayBuffer);
const bigEndian = (bytes: Uint8Array, size: number) => {
  const turned = Buffer.from(bytes);
  return size === 2 ? turned.swap16() : size === 4 ? turned.swap32() : turned.swap64();
};

describe('the same numbers are read from whatever numpy saves', () => {
  const rows = (data: readonly number[]) => [0, 2, 4, 1, 3, 5].map((place) => data[place]!);
  test.each<[string, string, Uint8Array, string?]>([
    ['int8', '|i1', bytesOf(Int8Array.from(predicted))],
    ['int32', '<i4', bytesOf(Int32Array.from(predicted))],
    ['int64, the default', '<i8', bytesOf(BigInt64Array.from(predicted, BigInt))],
    ['uint8', '|u1', Uint8Array.from(predicted)],
    ['uint16', '<u2', bytesOf(Uint16Array.from(predicted))],
    ['uint32', '<u4', bytesOf(Uint32Array.from(predicted))],
    ['uint64', '<u8', bytesOf(BigUint64Array.from(predicted, BigInt))],
    ['half floats', '<f2', bytesOf(Float16Array.from(predicted))],
    ['floats', '<f4', bytesOf(Float32Array.from(predicted))],
    ['doubles', '<f8', bytesOf(Float64Array.from(predicted))],
    ['big-endian int16', '>i2', bigEndian(bytesOf(Int16Array.from(predicted)), 2)],
    ['big-endian int64', '>i8', bigEndian(bytesOf(BigInt64Array.from(predicted, BigInt)), 8)],
    ['big-endian doubles', '>f8', bigEndian(bytesOf(Float64Array.from(predicted)), 8)],
    ['Fortran order', '<i8', bytesOf(BigInt64Array.from(rows(predicted), BigInt)), 'True'],
  ])('%s', (_, type, bytes, order) => {
    const { matrix } = readLabeledData(folderWith({ ...csv, 'predictions.npy': npy(type, [3, 2], bytes, order) }));
    expect([...matrix.classes]).toEqual(predicted);
  });

  test('a column of true classes, a row of them, and true or false', () => {
    for (const shape of [[3, 1], [1, 3], [3]]) {
      const oracle = npy('|b1', shape, Uint8Array.of(1, 0, 1));
      const files = { 'predictions.csv': csv['predictions.csv'], 'oracle.npy': oracle };
      expect(readLabeledData(folderWith(files)).oracle).toEqual(Int16Array.of(1, 0, 1));
    }
  });

  test('classes by name', () => {
    const inBytes = (...words: string[]) =>
      Buffer.concat(words.map((word) => Buffer.from(word.padEnd(3, '\0'), 'latin1')));
    const inUtf32 = (...words: string[]) =>
      bytesOf(Uint32Array.from(words.flatMap((word) => [...word.padEnd(3, '\0')].map((one) => one.codePointAt(0)!))));
    const files = {
      'predictions.npy': npy('<U3', [3, 2], inUtf32('cat', 'dog', 'dog', 'dog', 'elk', 'dog')),
      'oracle.npy': npy('|S3', [3], inBytes('cat', 'dog', 'fox')),
    };
    const { matrix, oracle } = readLabeledData(folderWith(files));
    expect([...matrix.classes]).toEqual(predicted);
    expect([matrix.classCount, ...oracle]).toEqual([4, 0, 1, 3]);
  });
});

describe('the same numbers are read from text, however it was saved', () => {
  const utf16 = (words: string) => Buffer.from(`\ufeff${words}`, 'utf16le');
  test.each<[string, string | Uint8Array, string | Uint8Array]>([
    ['pandas, with its header and index', ',resnet,vit\n0,0,1\n1,1,1\n2,2,1\n', ',label\n0,0\n1,1\n2,3\n'],
    [
      'pandas, with the names of files',
      'file,resnet,vit\na.png,0,1\nb.png,1,1\nc.png,2,1\n',
      'a.png,0\nb.png,1\nc.png,3\n',
    ],
    ['pandas without its index', 'resnet,vit\n0,1\n1,1\n2,1\n', 'label\n0\n1\n3\n'],
    ['one with a header, one without', 'resnet,vit\n0,1\n1,1\n2,1\n', '0\n1\n3\n'],
    ['floats with a decimal comma', 'a;b\n0,0;1,0\n1,0;1,0\n2,0;1,0\n', 'y\n0,0\n1,0\n3,0\n'],
    ['numpy.savetxt, with spaces', '0.000e+00 1.000e+00\n1.0e+00 1.0e+00\n2e+00 1e+00\n', '0.0e+00\n1.0e+00\n3e+00\n'],
    ['numpy.savetxt, with a comment', '# resnet, vit\n0,1\n1,1\n2,1\n', '# y\n0\n1\n3\n'],
    ['R: write.csv', '"","a","b"\n"1",0,1\n"2",1,1\n"3",2,1\n', '"","x"\n"1",0\n"2",1\n"3",3\n'],
    ['R: write.table', '"a" "b"\n"1" 0 1\n"2" 1 1\n"3" 2 1\n', '"x"\n"1" 0\n"2" 1\n"3" 3\n'],
    ['a spreadsheet', '\ufeffa;b\r\n0;1\r\n1;1\r\n2;1\r\n', 'sep=;\r\ny\r\n0\r\n1\r\n3\r\n'],
    ['a spreadsheet’s Unicode text', utf16('a\tb\r\n0\t1\r\n1\t1\r\n2\t1\r\n'), utf16('y\r\n0\r\n1\r\n3\r\n')],
    ['quotes, empty lines and line ends of old', '"a","b"\r"0","1"\r\r"1","1"\r"2","1"\r', '"0"\r"1"\r"3"\r'],
    ['classes by name', 'a,b\ncat,"elk, old"\n"elk, old","elk, old"\nfox,"elk, old"', 'y\ncat\n"elk, old"\nyak\n'],
  ])('%s', (_, predictions, oracle) => {
    const data = readLabeledData(folderWith({ 'predictions.csv': predictions, 'oracle.csv': oracle }));
    expect([...data.matrix.classes]).toEqual(predicted);
    expect(data.oracle).toEqual(Int16Array.of(0, 1, 3));
  });
});

describe('what cannot be read says what was found where, and the cure', () => {
  const predictions = npy('<i2', [3, 2], int16(0, 1, 1, 1, 2, 1));
  const oracle = { 'oracle.csv': '0\n1\n3\n' };

  test.each<[string, Record<string, string | Uint8Array>, string]>([
    ['no predictions', oracle, 'no predictions.npy and no predictions.csv. Put one there.'],
    ['no oracle', { 'predictions.npy': predictions }, 'no oracle.npy and no oracle.csv. Put one there.'],
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
      'oracle.csv: 2 items, but the predictions have 3. Make them equal; a first line',
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
      'a line that one table lacks, though its numbers could be a header',
      { ...csv, 'predictions.csv': '0,1,2\n0,1,1\n1,1,1\n2,1,1\n' },
      'oracle.csv: 3 items, but the predictions have 4. Make them equal; a first line of numbers counts as an item.',
    ],
    [
      'a table on its side',
      { ...csv, 'predictions.csv': '0,1,2\n1,1,1\n' },
      'oracle.csv: 3 items, but the predictions have 2. Save the predictions transposed: a row for each item.',
    ],
    [
      'names in one table, numbers in the other',
      { ...csv, 'oracle.csv': 'cat\ndog\nfox\n' },
      'oracle.csv has names of classes, ',
    ],
    [
      'a half class in a numpy file',
      { ...oracle, 'predictions.npy': npy('<f8', [3, 1], bytesOf(Float64Array.of(0, 1.5, 2))) },
      'predictions.npy: 1.5 at place 1 is not a class index. Write class indices',
    ],
    [
      'objects in a numpy file',
      { ...oracle, 'predictions.npy': npy('|O', [3, 1], new Uint8Array(8)) },
      'predictions.npy: values of type "|O". Save class indices as whole numbers',
    ],
    [
      'a number beyond all classes',
      { ...oracle, 'predictions.npy': npy('<i8', [3, 1], bytesOf(BigInt64Array.of(0n, 1n, 1n << 40n))) },
      'predictions.npy: class 2147483647 at item 2 is out of range. Use 0 to 32767.',
    ],
    [
      'a cell without a name',
      { ...csv, 'predictions.csv': 'a,b\ncat,dog\n,dog\nfox,dog\n' },
      'predictions.csv, line 3: "" is not a class index.',
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
