import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openTargets } from '../../src/deploy/open-targets.ts';
import { openPostgresStore } from '../../src/store/postgres/store.ts';
import type { Store } from '../../src/store/store.ts';
import { fileOf, MODELS } from '../contracts/places.ts';
import { sha256Of } from '../deploy/stand-in-registry.ts';
import { openTestLine } from '../store/line-to-postgres.ts';
import { noPostgres, type RealPostgres, startPostgres } from '../store/postgres-server.ts';
import { answerTruly, openBench, predictedBatch } from './bench.ts';

const task = 'animals';
const why = noPostgres === undefined ? '' : ` (skipped: ${noPostgres})`;

describe.skipIf(noPostgres !== undefined)(`a bot that was only paused, on a real Postgres${why}`, () => {
  let server: RealPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  /** Two bots on one task: the second waits. `pause` lasts until the second has taken over. */
  async function openTwo() {
    const address = server.withPassword(await server.database());
    const line = await openTestLine(address);
    onTestFinished(() => line.close());
    const first = await openPostgresStore({ address: line.address, task });
    onTestFinished(() => first.close());
    async function pause(): Promise<Store> {
      line.isDead = true;
      line.cut();
      const second = await openPostgresStore({ address, task });
      onTestFinished(() => second.close());
      line.isDead = false;
      line.cut();
      return second;
    }
    return { first, pause };
  }

  /** A folder of its own, with a winner's place and what the models said of an old batch. */
  async function openFolder() {
    const folder = await mkdtemp(join(tmpdir(), 'modelpicker-taken-over-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const old = join(folder, 'predictions', '2026-10-01');
    await mkdir(old, { recursive: true });
    await utimes(old, new Date('2026-10-01T12:00:00Z'), new Date('2026-10-01T12:00:00Z'));
    return { folder, old };
  }

  test('hands no winner over and removes nothing once another has taken over', async () => {
    const [{ first, pause }, { folder, old }] = [await openTwo(), await openFolder()];
    const { folder: place } = openTargets([{ to: 'folder', path: folder }], {
      ...{ data: folder, folder, now: () => new Date(), log: () => {}, signal: new AbortController().signal },
      ...{ environment: {}, versionOf: async () => undefined, refuseIfLost: first.refuseIfLost },
    });
    const predicted = predictedBatch();
    const models = await Promise.all(
      MODELS.map(async (name) => ({ name, file: fileOf(name), sha256: await sha256Of(fileOf(name)) })),
    );
    const said = { ...predicted, models: [...models, predicted.models[3]!] };
    const tried: string[] = [];
    const bench = await openBench({
      store: first,
      source: { predict: async () => said, recall: async () => said },
      retention: { days: 7, predictions: join(folder, 'predictions'), labels: join(folder, 'labels') },
      target: {
        ...place!,
        async handOver(winner) {
          tried.push(winner.result.model);
          // What the process was about to do when it was stopped, it does when it goes on.
          await pause();
          await place!.handOver(winner);
        },
      },
    });
    while (tried.length === 0) await answerTruly(bench).catch(() => undefined);
    await bench.task.idle();
    expect((await first.lost).message).toMatch(/has taken over task animals/);
    expect(tried).toEqual(['fog']);
    expect([join(folder, 'deployed'), join(folder, 'deployments')].filter((path) => existsSync(path))).toEqual([]);
    expect(bench.room.posts.filter((key) => key.includes('result'))).toEqual([]);
    await expect(bench.task.removeOld()).rejects.toThrow(/has taken over task animals/);
    expect(existsSync(old)).toBe(true);
  });

  test('one at work does both', async () => {
    const [{ first }, { folder, old }] = [await openTwo(), await openFolder()];
    const bench = await openBench({
      store: first,
      retention: { days: 7, predictions: join(folder, 'predictions'), labels: join(folder, 'labels') },
    });
    while (bench.room.card().now.kind === 'asking') await answerTruly(bench);
    await bench.task.removeOld();
    expect([bench.deployed, existsSync(old)]).toEqual([['wrong-13'], false]);
  });
});
