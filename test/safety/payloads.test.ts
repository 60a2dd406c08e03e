import { expect, onTestFinished, test } from 'vitest';
import { type Desk, MEMBER, openDesk } from './desk.ts';
import { fuzzPayloads, fuzzWithRealIds } from './payload-fuzz.ts';
import { openHome, press } from './payloads.ts';

async function open(): Promise<Desk> {
  // What nobody acknowledges is waited for until then.
  const desk = await openDesk({ images: 40, deadlineMs: 3_000 });
  onTestFinished(() => desk.stop());
  await desk.arrive('2026-11-02');
  return desk;
}

test('500 forged and broken payloads change nothing and end nothing; the next click counts', async () => {
  const desk = await open();
  const { facts, faults } = await fuzzPayloads(desk, 500, 1);
  expect(faults).toEqual([]);
  expect(facts).toEqual([]);
  const { type, body } = press({ user: MEMBER }, { action_id: 'label:0', value: desk.asked() });
  expect(await desk.workspace.deliver(type, body)).toMatchObject({ kind: 'acknowledged' });
  await expect.poll(() => desk.task.history()).toHaveLength(1);
});

test('500 payloads about what is really there do no more than those who send them may', async () => {
  const desk = await open();
  for (const annotator of [MEMBER, 'UADA', 'UCLEO']) await desk.task.lease(annotator);
  const { facts, faults } = await fuzzWithRealIds(desk, 500, 1);
  expect(faults).toEqual([]);
  expect(facts).toEqual([]);
  // Or they would prove nothing.
  const kinds = new Set(desk.facts().map(({ kind }) => kind));
  expect([...kinds]).toEqual(expect.arrayContaining(['answer', 'undo', 'pause', 'resume']));
});

test('an event without content, or called like a signal of the SDK, is refused, and nothing fails unhandled', async () => {
  const desk = await open();
  const faults: unknown[] = [];
  const note = (fault: unknown) => void faults.push(fault);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  const logged = desk.logged.length;
  const { body } = openHome({ user: MEMBER });
  const events = [undefined, null, {}, { type: 7 }, { type: 'ws_message' }];
  await Promise.all(events.map((event) => desk.workspace.deliver('events_api', { ...body, event })));
  expect(faults).toEqual([]);
  expect(desk.logged.slice(logged).filter((line) => line.startsWith('refused'))).toHaveLength(events.length);
});
