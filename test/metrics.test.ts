import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Log } from '../src/log.ts';
import { openMetrics } from '../src/metrics.ts';
import { roundsFolder } from '../src/settings/folders.ts';
import { readSettings } from '../src/settings/settings.ts';
import { start } from '../src/start.ts';
import { answerTruly, openBench } from './task/bench.ts';

/** Serves metrics on any port, for the test. */
async function serve() {
  const metrics = openMetrics();
  onTestFinished(() => metrics.close());
  const port = await metrics.serve(0);
  const at = `http://127.0.0.1:${port}`;
  const read = async () => {
    const response = await fetch(`${at}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    return samplesOf(await response.text());
  };
  return { metrics, port, at, read };
}

/** Every sample by its name and labels. Prometheus refuses a page of which a line reads otherwise. */
function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, name, value] = /^(\w+(?:\{(?:\w+="[^"]*",?)+\})?) (-?[\d.e+-]+|Nan|[+-]Inf)$/.exec(line) ?? [];
      expect(name, line).toBeDefined();
      return [name!, Number(value)];
    }),
  );
}

test('an operator reads where a task stands, over HTTP, as it changes', async () => {
  const { metrics, read } = await serve();
  const log: Log = metrics.counted('wildlife', () => {});
  const elsewhere = {
    name: 'a registry',
    handOver: () => Promise.reject(new Error('down')),
    serving: async () => undefined,
  };
  const bench = await openBench({ log, targets: [elsewhere] });
  metrics.watch('wildlife', bench.task.figures);
  const value = async (name: string) => {
    const [, metric, more = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(name)!;
    return (await read()).get(`modelpicker_${metric}{task="wildlife"${more && `,${more}`}}`);
  };

  expect(await value('rounds')).toBe(1);
  expect(await value('round_labels')).toBe(0);
  expect(await value('round_budget')).toBe(200);
  expect(await value('round_questions')).toBe(1);
  expect(await value('round_opened_timestamp_seconds')).toBe(Date.parse('2026-11-02T08:00:00Z') / 1000);
  expect(await value('last_look_timestamp_seconds')).toBe(Date.parse('2026-11-02T08:00:00Z') / 1000);
  expect(await value('uploads_per_minute')).toBe(92);
  expect(await value('round_phase{phase="labeling"}')).toBe(1);
  expect(await value('batch_images')).toBeUndefined();
  expect(await value('handovers_pending')).toBe(0);

  await answerTruly(bench);
  expect(await value('round_labels')).toBe(1);
  expect(await value('events_total{event="answer"}')).toBe(1);

  await bench.task.pause('U1');
  expect(await value('round_phase{phase="paused"}')).toBe(1);
  expect(await value('round_phase{phase="labeling"}')).toBe(0);
  await bench.task.resume('U1');
  await bench.task.idle();

  while (bench.deployed.length === 0) await answerTruly(bench);
  await bench.task.handedOver();
  expect(await value('round_phase{phase="finished"}')).toBe(1);
  expect(await value('round_questions')).toBe(0);
  // The folder has the winner; the registry is down.
  expect(await value('handovers_pending')).toBe(1);
  expect(await value('failures_total{what="a step failed, will try again"}')).toBe(1);
});

test('while the models look at a batch, the metrics say how far they are; where they fail, that they did', async () => {
  const { metrics, read } = await serve();
  const bench = await openBench();
  let fail: (error: Error) => void = () => {};
  const stuck = await openBench({
    source: {
      predict: (_batch, onProgress) => {
        onProgress({ done: 40, of: 100, models: 4, perSecond: undefined, secondsLeft: undefined });
        return new Promise((_, reject) => {
          fail = reject;
        });
      },
      recall: () => Promise.reject(new Error('gone')),
    },
  });
  metrics.watch('wildlife', bench.task.figures);
  metrics.watch('night', stuck.task.figures);
  const samples = await read();
  expect(samples.get('modelpicker_batch_images{task="night"}')).toBe(100);
  expect(samples.get('modelpicker_batch_images_done{task="night"}')).toBe(40);
  expect(samples.get('modelpicker_batch_failed{task="night"}')).toBe(0);
  expect(samples.get('modelpicker_round_labels{task="wildlife"}')).toBe(0);
  expect(samples.has('modelpicker_round_labels{task="night"}')).toBe(false);
  expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
  fail(new Error('no model works'));
  await stuck.task.idle();
  await expect.poll(async () => (await read()).get('modelpicker_batch_failed{task="night"}')).toBe(1);
});

test('quotes, backslashes and line ends in a name are written as Prometheus reads them', async () => {
  const { metrics, at } = await serve();
  metrics.counted('the "night"\\\n', () => {})('answer');
  const text = await (await fetch(`${at}/metrics`)).text();
  expect(text).toContain('modelpicker_events_total{task="the \\"night\\"\\\\\\n",event="answer"} 1\n');
  expect(text).toContain('# TYPE modelpicker_events_total counter\n');
});

test('nothing else is served, and nothing to another machine', async () => {
  const { port, at } = await serve();
  expect((await fetch(`${at}/`)).status).toBe(404);
  expect((await fetch(`${at}/metrics`, { method: 'POST' })).status).toBe(404);
  const others = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  for (const { address, family, internal } of others)
    if (!internal && family === 'IPv4') await expect(fetch(`http://${address}:${port}/metrics`)).rejects.toThrow();
});

test('where the bot stops, the port is free again', async () => {
  const metrics = openMetrics();
  const at = `http://127.0.0.1:${await metrics.serve(0)}/metrics`;
  expect((await fetch(at)).status).toBe(200);
  await metrics.close();
  await expect(fetch(at)).rejects.toThrow();
});

test('a port that is taken is said with the cure', async () => {
  const { port } = await serve();
  await expect(openMetrics().serve(port)).rejects.toThrow(/EADDRINUSE.*Set "metrics\.port" to one that is free/);
});

test('a second bot on the same data hears of the first one, and not that its port is taken', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-metrics-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { port } = await serve();
  const file = join(folder, 'modelpicker.yaml');
  const slack = { channel: 'C0MODELS' };
  await writeFile(file, JSON.stringify({ batches: '.', classes: ['a', 'b'], slack, metrics: { port } }));
  const settings = readSettings(file);
  await mkdir(roundsFolder(settings), { recursive: true });
  await writeFile(join(roundsFolder(settings), 'lock'), JSON.stringify({ pid: 1, host: 'old-box', since: '' }));
  const tokens = { botToken: 'xoxb-1', appToken: 'xapp-1', slackApiUrl: 'http://127.0.0.1:9/api/' };
  await expect(start([settings], tokens, () => undefined)).rejects.toThrow(/^Another bot .* on old-box/);
});
