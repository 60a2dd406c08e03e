import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PersonClient } from '../../src/workspace/person/person-client.ts';
import { endWell, messagesFor, noteTo, openRound, type Rig, until } from './rig.ts';

let rig: Rig;
let ada: PersonClient;
let ben: PersonClient;

beforeEach(async () => {
  ({ rig, ada, ben } = await openRound());
});
afterEach(() => endWell(rig));

test('whoever mentions the bot gets an answer for their eyes only', async () => {
  await ben.type('CMODELS', '@Model Picker status');
  expect(await until(() => noteTo(ben))).toContain('Batch 2026-11-02: Labeling');
  expect(await noteTo(ada)).toBeUndefined();
});

test('a bare mention, and one that is a greeting, are answered with what the bot can do', async () => {
  await ben.type('CMODELS', '@Model Picker');
  expect(await until(() => noteTo(ben))).toContain('/modelpicker status');
  await ada.type('CMODELS', 'good morning @Model Picker how are you?');
  expect(await until(() => noteTo(ada))).toContain('I don’t know `how`.');
});

test('what needs a window says how to get one', async () => {
  await ben.type('CMODELS', '@Model Picker label');
  expect(await until(() => noteTo(ben))).toContain('`label` opens a window');
});

test('a mention in another channel is answered there, with the way to the right one', async () => {
  await ben.type('COTHER', '@Model Picker status');
  const note = await until(async () => (await messagesFor(ben)).find(({ onlyFor }) => onlyFor === 'UBEN'));
  expect(note).toMatchObject({ channel: 'COTHER', text: 'Model Picker works in <#CMODELS>. Please go there.' });
});
