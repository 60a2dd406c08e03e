import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { newestBatch } from '../../src/predictions/batches.ts';
import type { Fact } from '../../src/round/facts.ts';
import { readTokens } from '../../src/settings/settings.ts';
import { startApp } from '../../src/slack/app.ts';
import { openChannel } from '../../src/slack/out/channel.ts';
import { readJournal } from '../../src/task/journal.ts';
import { alone } from '../alone.ts';
import { ADMIN, MEMBER, openDesk } from './desk.ts';
import { fuzzPayloads } from './payload-fuzz.ts';

/** Everything written to the terminal while it runs, whoever writes it. */
function listen(): string[] {
  const written: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    const listening = (...args: Parameters<typeof write>) => {
      written.push(String(args[0]));
      return write(...args);
    };
    stream.write = listening as typeof write;
    onTestFinished(() => void Object.assign(stream, { write }));
  }
  return written;
}

test('tokens are in no log line, no output, no fact and no message, whatever goes wrong', async () => {
  const written = listen();
  // What is lost on the way is waited for until it is too late.
  const desk = await openDesk({ images: 30, deadlineMs: 3_000 });
  onTestFinished(() => desk.stop());
  const { workspace } = desk;
  await desk.arrive('2026-11-02');
  for (const trouble of ['rateLimited', 'serverErrors', 'lostReplies'] as const) {
    workspace.badDays[trouble] = 3;
    await desk.task.answer({ question: desk.asked(), class: 0, annotator: MEMBER });
    await workspace.person(ADMIN).type('CMODELS', '/modelpicker status');
    await desk.task.idle();
  }
  await fuzzPayloads(desk, 100, 3);
  workspace.dropSocket('cut');
  await expect.poll(() => workspace.connectionCount()).toBe(1);
  const files = await readdir(join(desk.folder, 'rounds'));
  const kept = await Promise.all(files.map((name) => readFile(join(desk.folder, 'rounds', name), 'utf8')));
  const told = [...workspace.state.messages.values()].map((message) => JSON.stringify(message));
  const everything = [...written, ...desk.logged, ...kept, ...told].join('\n');
  expect(everything.length).toBeGreaterThan(1_000);
  for (const token of [workspace.botToken, workspace.appToken]) expect(everything).not.toContain(token);
});

test('an error about the tokens does not repeat them, not even in what hangs on it', async () => {
  const refused = { SLACK_BOT_TOKEN: 'xoxp-secret-1', SLACK_APP_TOKEN: 'secret-2' };
  expect(() => readTokens(refused)).toThrow(/SLACK_BOT_TOKEN/);
  expect(() => readTokens(refused)).not.toThrow(/secret/);
  const settings = {
    ...{ botToken: 'xoxb-secret-1', appToken: 'xapp-secret-2', slackApiUrl: 'http://127.0.0.1:9/api/' },
    ...{ channel: 'C1', admins: [], timeZone: 'UTC' },
  };
  const log = () => undefined;
  const task = {} as Parameters<typeof startApp>[0]['tasks'][0]['task'];
  const error = await startApp({
    tasks: [{ name: 'models', task, channel: openChannel(settings, log, alone), settings, log }],
    log,
    mayCall: alone,
  }).catch((fault: Error) => fault);
  expect(error).toBeInstanceOf(Error);
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('secret-');
});

test('a class or a person whose name is a formula is only text in a spreadsheet', () => {
  const at = '2026-11-02T08:00:00.000Z';
  const rules = { confidence: 0.95, tolerance: 0, budget: 9, opinions: 1, deadlineHours: 0 };
  const names = ['a;=1+1', 'a;"=1', '=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '"=1', 'plain', 'a,b', '＝1'];
  const facts: Fact[] = [
    {
      ...{ kind: 'round', key: 'round', at, batch: 'b', classes: names, images: 20, models: [] },
      ...{ predictions: '', leftOut: [], setAside: [], rules },
    },
    ...names.map((name, index): Fact => {
      const about = { question: `b:${index}:1`, image: index, file: `${name}.jpg`, class: index, annotator: 'U1' };
      return { kind: 'answer', key: `a${index}`, at, ...about };
    }),
  ];
  const csv = readJournal({ rounds: () => ['b'], facts: () => facts, holds: () => true }).csv();
  const cells = csv.split('\r\n').flatMap((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/));
  // A quoted cell is read without its quotes.
  const formulas = cells.filter((cell) => /^"?[=+\-@\t\r＝＋－＠]/.test(cell));
  expect(formulas).toEqual([]);
  // Where lines are split at semicolons instead, quotes inside a line do not hold a cell together.
  expect(csv.split(/[;\r\n]/).filter((cell) => /^[" ]*[=+@＝＋＠]/.test(cell))).toEqual([]);
});

test('a batch whose name leads out of its folder is no batch', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-names-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of ['..hidden', '.git', 'a b', 'a:b', `a\n--- x`, 'é', 'x'.repeat(120), '=1+1']) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, '_COMPLETE'), '');
  }
  await symlink('/etc', join(folder, 'zzz'));
  expect(await newestBatch(folder, 0, new Date())).toBeUndefined();
  await mkdir(join(folder, 'day-1'));
  await writeFile(join(folder, 'day-1', '_COMPLETE'), '');
  expect(await newestBatch(folder, 0, new Date())).toEqual({ name: 'day-1', folder: join(folder, 'day-1') });
});
