import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { rehearse } from '../../src/demo/rehearsal.ts';
import { readPostgres } from '../../src/store/postgres/read.ts';
import { noPostgres, type RealPostgres, startPostgres } from '../store/postgres-server.ts';
import { openUserFolder, openWorkspace, people, startBotProcess } from './stage.ts';

const why = noPostgres === undefined ? '' : ` (skipped: ${noPostgres})`;

describe.skipIf(noPostgres !== undefined)(`a standby, with a real Postgres${why}`, () => {
  let server: RealPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  test('takes over from a bot that was killed and from one that was paused, and no label is lost or double', async () => {
    const address = server.withPassword(await server.database());
    process.env.DATABASE_URL = address;
    onTestFinished(() => void delete process.env.DATABASE_URL);
    const settings = await openUserFolder(['2026-11-02'], 'name: animals\nstore: DATABASE_URL\n');
    const workspace = await openWorkspace();
    const facts = async () => (await readPostgres({ address, task: 'animals' })).facts('2026-11-02');
    const begin = () => startBotProcess(settings, workspace);
    const ready = (bot: ReturnType<typeof begin>) => expect.poll(bot.output, { timeout: 60_000 }).toContain(' ready ');
    const waits = (bot: ReturnType<typeof begin>) =>
      expect.poll(bot.output, { timeout: 60_000 }).toMatch(/waiting for another bot to end holder="process \d+ on /);
    const labeled = (count: number) => expect.poll(async () => (await facts()).length).toBeGreaterThan(count);

    const first = begin();
    await ready(first);
    const second = begin();
    await waits(second);
    const truthFile = (batch: string) => `data/demo/truth/${batch}.csv`;
    const played = rehearse({ settings, workspace, people, truthFile, print: () => {} });
    await labeled(8);

    await first.kill();
    const atKill = await facts();
    await ready(second);
    expect((await facts()).slice(0, atKill.length)).toEqual(atKill);
    const third = begin();
    await waits(third);
    await labeled(atKill.length + 4);

    second.pause();
    const atPause = await facts();
    await ready(third);
    expect((await facts()).slice(0, atPause.length)).toEqual(atPause);
    second.goOn();
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(/Another bot \(process \d+ on .*\) has taken over task animals/);

    expect(await played).toMatchObject({ isWinner: true, model: 'fog' });
    const after = await facts();
    const answers = after.filter((fact) => fact.kind === 'answer');
    expect(new Set(answers.map(({ question }) => question)).size).toBe(answers.length);
    expect(new Set(answers.map(({ image, annotator }) => `${image} ${annotator}`)).size).toBe(answers.length);
    expect(after.filter((fact) => fact.kind === 'result')).toHaveLength(1);
    const keys = [...workspace.state.messages.values()].flatMap(({ metadata }) => metadata?.event_payload.key ?? []);
    expect(keys.length).toBeGreaterThan(1);
    expect(new Set(keys).size).toBe(keys.length);
    for (const bot of [first, second, third]) expect(bot.output()).not.toContain(server.password);
    expect(await third.stop()).toBe(0);
  });

  test('one that waits ends at once when it is told to', async () => {
    const address = server.withPassword(await server.database());
    process.env.DATABASE_URL = address;
    onTestFinished(() => void delete process.env.DATABASE_URL);
    const settings = await openUserFolder([], 'store: DATABASE_URL\n');
    const workspace = await openWorkspace();
    const first = startBotProcess(settings, workspace);
    await expect.poll(first.output).toContain(' ready ');
    const second = startBotProcess(settings, workspace);
    await expect.poll(second.output).toContain('waiting for another bot');
    expect(await second.stop()).toBe(0);
    expect(await first.stop()).toBe(0);
  });
});
