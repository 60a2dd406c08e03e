import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writePredicted } from '../../src/predictions/kept.ts';
import type { Fact } from '../../src/round/facts.ts';
import { readSettings } from '../../src/settings/settings.ts';
import { openLowdbStore } from '../../src/store/lowdb-store.ts';
import { exportLabels } from '../../src/terminal/export.ts';

const at = '2026-11-02T08:00:00.000Z';

/** Data of a bot: two batches of three images and two models, each with an owl that somebody saw. */
async function openData() {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-export-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'modelpicker.yaml'), 'batches: ./batches\nclasses: [cat, owl]\n');
  const settings = readSettings(join(folder, 'modelpicker.yaml'));
  const store = await openLowdbStore(join(settings.data, 'rounds'));
  for (const batch of ['monday', 'tuesday']) {
    const classes = Int16Array.from([0, 1, 1, 1, 0, 0]);
    const images = ['a.jpg', 'cam1/b.jpg', 'c.jpg'].map((file) => ({ file, sha256: file }));
    const models = ['one', 'two'].map((name) => ({ name, sha256: name }));
    const about = { classes: ['cat', 'owl'], images, models, setAside: [], leftOut: [] };
    const predictions = { images: 3, models: 2, classCount: 2, classes };
    const kept = join(settings.data, 'predictions', batch);
    await writePredicted(kept, { ...about, predictions, scores: new Uint16Array(6) });
    const opened: Fact = {
      ...{ kind: 'round', key: 'round', at, batch, images: 3, models, predictions: 'the matrix' },
      ...{ classes: ['cat', 'owl'], leftOut: [], setAside: [] },
      rules: { confidence: 0.95, tolerance: 0, budget: 9, opinions: 1, deadlineHours: 0 },
    };
    const question: Fact = { kind: 'question', key: `${batch}:0:1`, at, image: 0, askedOf: null };
    const said = { question: question.key, image: 0, file: 'a.jpg', class: 1, annotator: 'UADA' };
    await store.add(batch, opened, question, { kind: 'answer', key: `answer:${batch}:0:1`, at, ...said });
  }
  await store.close();
  const forgetMonday = () => rm(join(settings.data, 'predictions/monday'), { recursive: true });
  const take = (as: string, batch?: string) => exportLabels(settings, { as, ...(batch && { batch }) }, {});
  return { settings, forgetMonday, take };
}

test('export gives one settled label an image, as CSV or as a manifest, or every answer; or those of one batch', async () => {
  const { take } = await openData();
  const { text, leftOut } = await take('csv');
  expect(text.split('\r\n')).toEqual([
    'batch,image,class,probability,answers',
    expect.stringMatching(/^monday,a\.jpg,owl,0\.\d{4},1$/),
    expect.stringMatching(/^tuesday,a\.jpg,owl,0\.\d{4},1$/),
    '',
  ]);
  expect(leftOut).toEqual([]);
  const lines = (await take('jsonl', 'tuesday')).text.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { file_name: 'tuesday/a.jpg', label: 'owl', probability: expect.any(Number), answers: 1 },
  ]);
  expect((await take('answers')).text.split('\r\n')[1]).toBe(`monday,a.jpg,owl,UADA,${at},`);
});

test('a batch whose predictions are gone is left out and named, with the place of its labels where they were kept', async () => {
  const { settings, forgetMonday, take } = await openData();
  await forgetMonday();
  const { text, leftOut } = await take('csv');
  expect(text).not.toContain('monday');
  expect(text).toContain('tuesday,a.jpg,owl');
  expect(leftOut).toEqual(['Left out: batch monday, because its predictions are gone.']);
  await mkdir(join(settings.data, 'labels'));
  const kept = join(settings.data, 'labels/monday.jsonl');
  await writeFile(kept, '');
  expect((await take('csv')).leftOut).toEqual([
    `Left out: batch monday, because its predictions are gone; its settled labels are in ${kept}.`,
  ]);
  // No answer ever goes.
  expect((await take('answers')).text).toContain('monday,a.jpg,owl');
});

test('a form or a batch that there is not is refused with those there are', async () => {
  const { take } = await openData();
  await expect(take('xml')).rejects.toThrow('"xml" is not a form of export. Use csv, jsonl, answers.');
  await expect(take('csv', 'sunday')).rejects.toThrow(
    'There is no round of batch "sunday". There are: monday, tuesday.',
  );
});
