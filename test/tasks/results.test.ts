import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readTasks } from '../../src/settings/several.ts';
import { renderDigests } from '../../src/slack/say/news.ts';
import { start } from '../../src/start.ts';
import { openTogether } from '../../src/task/messages/together.ts';
import type { Message } from '../../src/task/people.ts';
import { until } from '../slack/rig.ts';
import { answerTruly, type Bench, openBench, openRoom } from '../task/bench.ts';
import { openTasksFolder, workspaceOf } from './folder.ts';

const DAY = '2026-11-02';

/** Two tasks whose daily announcements come together in a channel of their own, which only remembers. */
async function openBoth() {
  const room = openRoom();
  const post: typeof room.post = async (message, options) => ({
    ...(await roomPost(message, options)),
    channel: 'CRES',
  });
  const roomPost = room.post;
  room.post = post;
  const partOf = openTogether({ post: (...asked) => room.post(...asked), edit: room.edit }, 'CRES');
  const birds = await openBench({ results: partOf('birds') });
  const leaves = await openBench({ results: partOf('leaves') });
  const said = () => {
    const message = room.messages.get(`${DAY}:digest`);
    return message?.kind === 'digests' ? message.digests : undefined;
  };
  return { room, birds, leaves, said };
}

async function labelToTheEnd(bench: Bench): Promise<void> {
  while (bench.room.card().now.kind === 'asking') await answerTruly(bench);
}

function postedIn({ store }: Bench) {
  return store.facts(DAY).filter((fact) => fact.kind === 'posted' && fact.message === `${DAY}:digest`);
}

test('two tasks that share a channel for results announce a day in one message, also after a restart', async () => {
  const { room, birds, leaves, said } = await openBoth();
  await labelToTheEnd(birds);
  await labelToTheEnd(leaves);
  // Their hour comes in the same second.
  expect(await Promise.all([birds, leaves].map(({ task }) => task.announceDay(DAY)))).toEqual([true, true]);
  expect(said()).toMatchObject([
    { task: 'birds', digest: { deployed: { batch: DAY } } },
    { task: 'leaves', digest: { deployed: { batch: DAY } } },
  ]);
  for (const bench of [birds, leaves]) {
    // In its own channel each still says its result, on the card and below it.
    expect(bench.room.posts).toEqual([`${DAY}:card`, `${DAY}:result:1`]);
    expect(bench.room.card().now.kind).toBe('finished');
    await bench.restart();
    await bench.task.announceDay(DAY);
    expect(postedIn(bench)).toHaveLength(1);
  }
  expect(room.posts).toEqual([`${DAY}:digest`]);
});

test('a reply that is lost, and a kill between the facts of two tasks, leave one message that both know of', async () => {
  const { room, birds, leaves, said } = await openBoth();
  await labelToTheEnd(birds);
  const { post } = room;
  room.post = async (...asked) => {
    await post(...asked);
    throw new Error('socket hang up');
  };
  await expect(birds.task.announceDay(DAY)).rejects.toThrow('socket hang up');
  expect(said()!.map(({ task }) => task)).toEqual(['birds', 'leaves']);
  room.post = post;
  // Decided meanwhile: the message that is found says so.
  await labelToTheEnd(leaves);
  const { add } = leaves.store;
  Object.assign(leaves.store, { add: () => Promise.reject(new Error('killed')) });
  await birds.restart();
  await expect(birds.task.announceDay(DAY)).rejects.toThrow('killed');
  Object.assign(leaves.store, { add });
  await leaves.restart();
  await leaves.task.announceDay(DAY);
  expect(room.posts).toEqual([`${DAY}:digest`]);
  expect([birds, leaves].map((bench) => postedIn(bench).length)).toEqual([1, 1]);
  expect(said()![1]!.digest.deployed).toMatchObject({ batch: DAY });
});

test('a withdrawn result is said in the message, and what it says of the other task stays', async () => {
  const { room, birds, leaves, said } = await openBoth();
  await labelToTheEnd(birds);
  await labelToTheEnd(leaves);
  for (const { clock } of [birds, leaves]) clock.now = new Date('2026-11-02T09:00:00Z');
  await birds.task.announceDay(DAY);
  const ofLeaves = said()![1];
  birds.clock.now = new Date('2026-11-02T10:00:00Z');
  const [last] = birds.task.history();
  await birds.task.undo({ answer: last!.answer, by: 'U1', isAdmin: true, isMeant: true });
  await birds.task.advance();
  expect(said()![0]!.digest.deployed).toMatchObject({ withdrawnBy: 'U1' });
  expect(said()![1]).toEqual(ofLeaves);
  expect(room.posts).toEqual([`${DAY}:digest`]);
  // Nothing of it in the task's own channel.
  expect(birds.room.posts.filter((key) => key.endsWith(':digest'))).toEqual([]);
});

test('a task that has nothing to say is left out, and a day on which none has stays silent', async () => {
  const { room, birds, leaves } = await openBoth();
  await labelToTheEnd(birds);
  await labelToTheEnd(leaves);
  await birds.task.announceDay(DAY);
  const next = '2026-11-03';
  for (const bench of [birds, leaves]) bench.clock.now = new Date(`${next}T08:00:00Z`);
  await birds.task.announceDay(next);
  expect(room.posts).toEqual([`${DAY}:digest`]);
  leaves.arrived.batch = next;
  await expect.poll(() => leaves.task.look().then(() => leaves.store.rounds().at(-1))).toBe(next);
  await birds.task.announceDay(next);
  const message = room.messages.get(`${next}:digest`) as Extract<Message, { kind: 'digests' }>;
  expect(message.digests.map(({ task }) => task)).toEqual(['leaves']);
});

test('the message says of each task what is deployed, how sure we are, and what changed', async () => {
  const { birds, leaves, said } = await openBoth();
  await labelToTheEnd(birds);
  await birds.task.announceDay(DAY);
  const { text, blocks } = renderDigests(DAY, said()!);
  const shown = blocks.map((block) =>
    block.type === 'section'
      ? block.text!.text
      : block.type === 'context'
        ? JSON.stringify(block.elements)
        : block.type,
  );
  expect(text).toMatchInlineSnapshot(`"Models of the day, 2026-11-02: birds: wrong-13. leaves: no model yet."`);
  expect(shown).toMatchInlineSnapshot(`
    [
      "*Models of the day, 2026-11-02*",
      "*birds*: *wrong-13* is deployed. On batch 2026-11-02 we are *97 % sure* that no other model is better: 17 labels by <@U1>. It gets about 93 % of the images right (between 87 and 98 %).",
      "*leaves*: No model is deployed yet.",
      "[{"type":"mrkdwn","text":"Batch 2026-11-02 still needs labels: 0 of at most 200 so far.","verbatim":true}]",
    ]
  `);
  expect(leaves.room.posts).toEqual([`${DAY}:card`]);
  const many = Array.from({ length: 60 }, (_, nth) => ({ ...said()![0]!, task: `task-${nth}` }));
  expect(renderDigests(DAY, many).blocks.length).toBeLessThanOrEqual(50);
});

test('on Slack, tasks that share a channel for results post one message there, and a new start none', {
  timeout: 240_000,
}, async () => {
  const lines = {
    slack: ', results: CRESULTS',
    more: "schedule: { look: '* * * * * *', announce: '* * * * * *' }",
  };
  const tasks = { birds: lines, leaves: lines };
  const folder = await openTasksFolder(tasks);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const workspace = await workspaceOf(tasks, ['CRESULTS']);
  onTestFinished(() => workspace.close());
  const { botToken, appToken, apiUrl: slackApiUrl } = workspace;
  const begin = () => start(readTasks([join(folder, 'tasks')]), { botToken, appToken, slackApiUrl }, () => undefined);
  const inResults = () => [...workspace.state.messages.values()].filter(({ channel }) => channel === 'CRESULTS');
  // The first start finds nothing to say yet.
  const first = await begin();
  await until(async () => {
    const standing = await Promise.all(first.tasks.map(({ task }) => task.status()));
    return standing.every(({ kind }) => kind === 'round');
  });
  await first.stop();
  const second = await begin();
  await until(() => inResults().length > 0);
  await second.stop();
  const third = await begin();
  onTestFinished(() => third.stop());
  for (const { task } of third.tasks) expect(await task.announceDay(new Date().toISOString().slice(0, 10))).toBe(true);
  expect(inResults()).toHaveLength(1);
  expect(inResults()[0]!.text).toMatch(/^Models of the day/);
});
