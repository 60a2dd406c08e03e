import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { rehearse } from '../../src/demo/rehearsal.ts';
import type { Fact } from '../../src/round/facts.ts';
import { roundsFolder } from '../../src/settings/folders.ts';
import { readStore } from '../../src/store/lowdb-store.ts';
import { openUserFolder, openWorkspace, people, startBotProcess } from './stage.ts';

test('killed again and again, the bot loses and doubles nothing, and the same model wins', {
  timeout: 240_000,
}, async () => {
  const settings = await openUserFolder();
  const workspace = await openWorkspace();
  const factsOnDisk = async (): Promise<readonly Fact[]> =>
    (await readStore(roundsFolder(settings))).facts('2026-11-02');

  let task = startBotProcess(settings, workspace);
  let isOver = false;
  const played = rehearse({
    settings,
    workspace,
    people,
    truthFile: (batch) => `data/demo/truth/${batch}.csv`,
    print: () => {},
  }).finally(() => {
    isOver = true;
  });
  // The first kill falls into the models' run, the others between any two facts.
  for (const lifeMs of [1500, 3000, 2100, 2600, 3300, 2900]) {
    await sleep(lifeMs);
    if (isOver) break;
    await task.kill();
    const before = await factsOnDisk();
    task = startBotProcess(settings, workspace);
    await sleep(1000);
    expect((await factsOnDisk()).slice(0, before.length)).toEqual(before);
  }

  const result = await played;
  expect(result).toMatchObject({ isWinner: true, model: 'fog' });
  const facts = await factsOnDisk();
  const answers = facts.filter((fact) => fact.kind === 'answer');
  // An image may be looked at twice, but by two people, and each question is answered once.
  expect(new Set(answers.map(({ question }) => question)).size).toBe(answers.length);
  expect(new Set(answers.map(({ image, annotator }) => `${image} ${annotator}`)).size).toBe(answers.length);
  expect(facts.filter((fact) => fact.kind === 'result')).toHaveLength(1);
  expect(facts.filter((fact) => fact.kind === 'deployment')).toHaveLength(1);
  // A dead bot acknowledges nothing; what it did while it lived was within Slack's rules.
  const broken = workspace.state.violations.filter(({ code }) => code !== 'operation_timeout');
  expect(broken.filter(({ level }) => level === 'error')).toEqual([]);
  expect(await task.stop()).toBe(0);
});
