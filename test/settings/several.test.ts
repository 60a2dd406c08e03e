import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readTasks } from '../../src/settings/several.ts';

/** A folder with these files. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'modelpicker-several-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const task = (channel: string, data: string, more = '') =>
  `batches: ./batches\ndata: ${data}\nslack: { channel: ${channel} }\n${more}`;

test('a folder of settings is a task a file, called by the file or by its own name', () => {
  const folder = folderOf({
    'My Birds.yaml': task('C1', './a'),
    'x.yml': task('C2', './b', 'name: leaves\n'),
    'notes.txt': 'not settings',
  });
  mkdirSync(join(folder, 'batches'));
  expect(readTasks([folder]).map(({ name }) => name)).toEqual(['my-birds', 'leaves']);
  const both = [join(folder, 'x.yml'), join(folder, 'My Birds.yaml')];
  expect(readTasks(both).map(({ slack }) => slack?.channel)).toEqual(['C2', 'C1']);
});

test('two tasks with one channel, data folder, name or place for winners are refused with every other problem', () => {
  const folder = folderOf({
    'a.yaml': task('C1', './live', 'targets: { to: folder, path: ./served }\n'),
    'b.yaml': task('C1', './live', 'name: a\ntargets: { to: folder, path: ./served }\n'),
    'c.yaml': task('C3', './c', 'name: No Name\nbudgets: 3\n'),
  });
  const refusal = () => readTasks([folder]);
  expect(refusal).toThrow('a.yaml and b.yaml: both have the channel C1.');
  expect(refusal).toThrow(/a\.yaml and b\.yaml: both have the data folder .*live\./);
  expect(refusal).toThrow('a.yaml and b.yaml: both have the name "a".');
  expect(refusal).toThrow(/both have the folder for winners .*served\./);
  expect(refusal).toThrow('"No Name" is not a name for a task');
  expect(refusal).toThrow('"budgets" is not a setting: did you mean "budget"?');
});

test('a file with other problems is refused for what it shares, too', () => {
  const folder = folderOf({
    'a.yaml': task('C1', './live', 'budgets: 3\n'),
    'b.yaml': task('C1', 'live', 'name: a\n'),
    'c.yaml': task('C1', './c', 'opinions: none\n'),
    'd.yaml': 'data: [live\n',
  });
  const refusal = () => readTasks([folder]);
  expect(refusal).toThrow('"budgets" is not a setting');
  expect(refusal).toThrow('d.yaml is not YAML');
  expect(refusal).toThrow('a.yaml and b.yaml and c.yaml: all have the channel C1.');
  expect(refusal).toThrow('a.yaml and b.yaml: both have the name "a".');
  expect(refusal).toThrow(/a\.yaml and b\.yaml: both have the data folder .*live\./);
});

test('the metrics of all tasks are served on one port, whichever files name it', () => {
  const files = { 'a.yaml': task('C1', './a', 'metrics: { port: 9464 }\n'), 'b.yaml': task('C2', './b') };
  expect(readTasks([folderOf(files)])).toHaveLength(2);
  const [same, other] = [9464, 9465].map((port) => task('C3', './c', `metrics: { port: ${port} }\n`));
  expect(readTasks([folderOf({ ...files, 'c.yaml': same! })])).toHaveLength(3);
  expect(() => readTasks([folderOf({ ...files, 'c.yaml': other! })])).toThrow(
    'a.yaml and c.yaml: "metrics.port" is 9464 in one and 9465 in the other.',
  );
});

test('tasks that share a channel for results announce at one time, in a channel that is no task’s own', () => {
  const sharing = (channel: string, data: string, results: string, more = '') =>
    `batches: ./batches\ndata: ${data}\nslack: { channel: ${channel}, results: ${results} }\n${more}`;
  const folder = folderOf({
    'a.yaml': sharing('C1', './a', 'CDAY'),
    'b.yaml': sharing('C2', './b', 'CDAY', "schedule: { announce: '0 17 * * *' }\n"),
    'c.yaml': sharing('C3', './c', 'C1'),
  });
  const refusal = () => readTasks([folder]);
  expect(refusal).toThrow(/a\.yaml and b\.yaml: they share CDAY for results.* the same announce, timeZone and quiet/);
  expect(refusal).toThrow('c.yaml: "slack.results" C1 is the channel of a.yaml. Name another channel.');
  const both = folderOf({ 'a.yaml': sharing('C1', './a', 'CDAY'), 'b.yaml': sharing('C2', './b', 'CDAY') });
  expect(readTasks([both]).map(({ slack }) => slack?.results)).toEqual(['CDAY', 'CDAY']);
});

test('a folder without settings and a file that is not there say so', () => {
  expect(() => readTasks([folderOf({})])).toThrow('There is no settings file (*.yaml) in ');
  expect(() => readTasks(['nowhere.yaml'])).toThrow("Can't read the settings file");
});
