import { expect, test } from 'vitest';
import { answerTruly, asked, type Office, openOffice } from './room.ts';

/** What the announcement of this date says, if there is one. */
function digestOf({ room }: Office, date: string) {
  const message = room.messages.get(`${date}:digest`);
  return message?.kind === 'digest' ? message.digest : undefined;
}

async function labelToTheEnd(office: Office): Promise<void> {
  while (office.room.card().now.kind === 'asking') await answerTruly(office);
}

async function nextBatch(office: Office, name: string): Promise<void> {
  office.arrived.batch = name;
  await expect.poll(() => office.bot.advance().then(() => office.store.rounds().at(-1))).toBe(name);
}

test('the daily announcement is made once, also after a restart', async () => {
  const office = await openOffice();
  await labelToTheEnd(office);
  await office.bot.announceDay('2026-11-02');
  await office.bot.announceDay('2026-11-02');
  await office.restart();
  await office.bot.announceDay('2026-11-02');
  expect(office.room.posts.filter((key) => key.endsWith(':digest'))).toEqual([]);
  expect(office.store.facts('2026-11-02').filter(({ key }) => key.startsWith('posted:2026-11-02:digest'))).toHaveLength(
    1,
  );
});

test('a day with nothing to say stays silent', async () => {
  const office = await openOffice();
  await labelToTheEnd(office);
  await office.bot.announceDay('2026-11-02');
  office.clock.now = new Date('2026-11-03T08:00:00Z');
  await office.bot.announceDay('2026-11-03');
  expect(digestOf(office, '2026-11-03')).toBeUndefined();
});

test('after a weekend the announcement still tells what is new, and says what changed since the last one', async () => {
  const office = await openOffice();
  await labelToTheEnd(office);
  await office.bot.announceDay('2026-11-02');
  const before = digestOf(office, '2026-11-02')!.deployed!;
  office.clock.now = new Date('2026-11-06T20:00:00Z');
  await nextBatch(office, '2026-11-06');
  await labelToTheEnd(office);
  office.clock.now = new Date('2026-11-09T08:00:00Z');
  await office.bot.announceDay('2026-11-09');
  expect(digestOf(office, '2026-11-09')).toMatchObject({ deployed: { batch: '2026-11-06' }, previous: before });
});

test('a change that was announced is not announced again while a batch waits for labels', async () => {
  const office = await openOffice();
  await labelToTheEnd(office);
  office.clock.now = new Date('2026-11-02T20:00:00Z');
  await nextBatch(office, '2026-11-03');
  for (const day of ['2026-11-03', '2026-11-04']) {
    office.clock.now = new Date(`${day}T08:00:00Z`);
    await office.bot.announceDay(day);
  }
  const { deployed, previous } = digestOf(office, '2026-11-04')!;
  expect(previous).toEqual(deployed);
});

test('in quiet hours no batch is posted and nothing announced; labeling what is open goes on', async () => {
  const quiet = { now: false };
  const office = await openOffice({ isQuiet: () => quiet.now });
  quiet.now = true;
  const { id } = asked(office);
  await answerTruly(office);
  expect(asked(office).id).not.toBe(id);
  office.arrived.batch = '2026-11-03';
  for (let tries = 0; tries < 5; tries++) await office.bot.advance();
  expect(await office.bot.announceDay('2026-11-02')).toBe(false);
  expect(office.room.posts).toEqual(['2026-11-02:card']);
  quiet.now = false;
  await nextBatch(office, '2026-11-03');
  expect(office.room.posts).toEqual(['2026-11-02:card', '2026-11-02:result:1', '2026-11-03:card']);
  expect(await office.bot.announceDay('2026-11-02')).toBe(true);
});
