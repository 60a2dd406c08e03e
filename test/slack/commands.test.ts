import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseCommand } from '../../src/slack/do/commands.ts';
import type { PersonClient } from '../../src/workspace/person/person-client.ts';
import { spaced } from './as-read.ts';
import { cardFor, endWell, messagesFor, noteTo, openRound, type Rig, until } from './rig.ts';

let rig: Rig;
let ada: PersonClient;
let ben: PersonClient;

beforeEach(async () => {
  ({ rig, ada, ben } = await openRound());
});
afterEach(() => endWell(rig));

/** Types a command and reads the private answer to it. */
async function ask(person: PersonClient, text: string, channel = 'CMODELS'): Promise<string> {
  const before = await noteTo(person);
  await person.type(channel, text);
  return until(async () => {
    const note = await noteTo(person);
    return note === before ? undefined : note;
  });
}

test('status answers only the asker, in words first and then with the picture', async () => {
  await ben.type('CMODELS', '/modelpicker status');
  const [words, picture] = await until(async () => {
    const notes = (await messagesFor(ben)).filter(({ onlyFor }) => onlyFor === 'UBEN');
    return notes.length === 2 ? notes : undefined;
  });
  expect(spaced(words?.text ?? '')).toMatchInlineSnapshot(
    `"Batch 2026-11-02: Labeling. Labels: 0 of at most 60. Best so far: fog, 95 % sure"`,
  );
  expect(picture?.blocks.find(({ type }) => type === 'image')).toMatchObject({
    alt_text: 'Chart: fog leads with an estimated 87\u00a0% of images right; 11 labels so far',
  });
  expect(await noteTo(ada)).toBeUndefined();
});

test('help lists every command', async () => {
  expect(await ask(ben, '/modelpicker help')).toMatchInlineSnapshot(`
    "Model Picker finds which model fits each day’s images best, from as few labels as possible.
    • \`/modelpicker status\`: where the current batch stands, for your eyes only; \`status 2026-11-02\` for another batch
    • \`/modelpicker label\`: label on your own, one image after another
    • \`/modelpicker undo\`: take back your last label (admins: \`undo @name\`)
    • \`/modelpicker history\`: who said what; undo any of your labels
    • \`/modelpicker models\`: all models and how they are doing; \`models NAME\` for what one got wrong
    • \`/modelpicker trend\`: the last batches in one picture: who won, how often it was right, how many labels it took
    • \`/modelpicker trust\`: how often what was announced has been true, by images drawn at random
    • \`/modelpicker people\`: how people agree with each other, for your eyes only (admins)
    • \`/modelpicker rollback\`: go back to an earlier winner (admins)
    • \`/modelpicker deploy\`: pin a model of the pool: \`deploy NAME\`, and why (admins)
    • \`/modelpicker unpin\`: let the last winner serve again (admins)
    • \`/modelpicker pause\`: stop asking (admins)
    • \`/modelpicker resume\`: start asking again (admins)
    • \`/modelpicker export\`: all labels, and one settled label an image, as CSV files
    • \`/modelpicker help\`: this list
    • \`/modelpicker version\`: which version of the bot this is"
  `);
  expect(await ask(ada, '/modelpicker')).toContain('/modelpicker status');
});

test('a mistyped command gets the nearest one', async () => {
  expect(await ask(ben, '/modelpicker statsu')).toContain('Did you mean `/modelpicker status`?');
  const nearest = (text: string) => parseCommand(text);
  expect(nearest('histroy')).toMatchObject({ nearest: 'history' });
  expect(nearest('pasue')).toMatchObject({ nearest: 'pause' });
  expect(nearest('exp')).toMatchObject({ nearest: 'export' });
  expect(nearest('bananas')).toEqual({ kind: 'unknown', word: 'bananas' });
  expect(await ask(ada, '/modelpicker <b>&')).toContain('I don’t know `&lt;b&gt;&amp;`.');
});

test('a word too many is refused with the nearest one, and nothing is done', async () => {
  expect(await ask(ada, '/modelpicker pause plaese')).toBe(
    'Nothing is done: I don’t know what `plaese` means after `pause`. Did you mean `/modelpicker pause`?',
  );
  expect(await ask(ada, '/modelpicker undo histroy')).toContain('Did you mean `/modelpicker history`?');
  expect(await ask(ada, '/modelpicker label undo')).toContain('Did you mean `/modelpicker undo`?');
  expect(await rig.task.status()).toMatchObject({ phase: 'labeling' });
});

test('help is given wherever it is asked for', () => {
  for (const text of ['', 'help', '--help', '-h', '?', 'HELP', 'status --help', 'undo help', 'pause ?'])
    expect(parseCommand(text), text).toEqual({ kind: 'command', name: 'help' });
});

test('the version is told in chat as on the command line', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  const line = `modelpicker ${version} (Node ${process.versions.node})`;
  expect(await ask(ben, '/modelpicker version')).toBe(line);
  for (const text of ['--version', '-v']) expect(parseCommand(text)).toEqual({ kind: 'command', name: 'version' });
});

test('status tells how an earlier batch went, and names the nearest where there was none', async () => {
  expect(await ask(ben, '/modelpicker status 2026-10-30')).toBe('Batch 2026-10-30');
  const note = (await messagesFor(ben)).findLast(({ onlyFor }) => onlyFor === 'UBEN');
  expect(spaced(JSON.stringify(note?.blocks))).toContain('Labeling is over: *fog* wins.');
  expect(await ask(ben, '/modelpicker status 2026-11-01')).toBe(
    'There is no batch `2026-11-01`. The nearest is `/modelpicker status 2026-10-30`.',
  );
  expect(await ask(ben, '/modelpicker history yesterday')).toContain('There is no batch `yesterday`.');
  expect(await ask(ben, '/modelpicker status 2026-11-02')).toContain('Batch 2026-11-02: Labeling');
});

test('status and App Home lead back to the card, wherever it has scrolled to', async () => {
  await ben.type('CMODELS', '/modelpicker status');
  const note = await until(async () => (await messagesFor(ben)).find(({ onlyFor }) => onlyFor === 'UBEN'));
  const { ts } = await cardFor(ben);
  const way = `/archives/CMODELS/p${ts.replace('.', '')}|Go to the card>`;
  expect(JSON.stringify(note.blocks)).toContain(way);
  await ben.openHome();
  await until(async () => JSON.stringify((await ben.see()).home?.blocks ?? '').includes(way));
});

test('the file is named under “Why this image?”, and nowhere on the card', async () => {
  const card = await cardFor(ben);
  expect(JSON.stringify(card.blocks)).not.toContain('0.png');
  await ben.choose(card, { actionId: `menu:${rig.task.asked[0]!.id}` }, 'why');
  await until(async () => JSON.stringify((await ben.see()).modals[0]?.blocks ?? '').includes('0.png'));
});

test('History and App Home show their pictures also after a restart, when nobody knows what is on Slack', async () => {
  await ben.click(await cardFor(ben), 'dog');
  await until(() => rig.task.history().length === 1);
  const [entry] = rig.task.history();
  const shows = (blocks: unknown) => JSON.stringify(blocks ?? '').includes('slack_file');
  const forgetAll = () => rig.channel.images.forget([rig.channel.images.fileOf(entry!.image)!]);
  forgetAll();
  await ben.openHome();
  await until(async () => shows((await ben.see()).home?.blocks));
  forgetAll();
  await ben.type('CMODELS', '/modelpicker history');
  await until(async () => shows((await ben.see()).modals[0]?.blocks));
});

test('only an admin pauses, and a paused card has no class buttons until it resumes', async () => {
  expect(await ask(ben, '/modelpicker pause')).toBe('Only an admin may do this. Please ask <@UADA>.');
  expect(await ask(ada, '/modelpicker pause')).toMatch(/^Paused/);
  await until(async () => JSON.stringify((await cardFor(ada)).blocks).includes('Labeling is paused'));
  expect(JSON.stringify((await cardFor(ada)).blocks)).not.toContain('label:');
  await ada.click(await cardFor(ada), 'Resume');
  await until(async () => JSON.stringify((await cardFor(ada)).blocks).includes('label:'));
});

test('undo takes back one’s own last label, and an admin’s undo that of anybody', async () => {
  await ben.click(await cardFor(ben), 'dog');
  expect(await ask(ben, '/modelpicker undo')).toBe('Undone: your *dog* on 0.png.');
  expect(await ask(ada, '/modelpicker undo')).toBe('There is no label to undo.');
  await until(async () => JSON.stringify((await cardFor(ben)).blocks).includes('<@UBEN> said'));
  await ben.click(await cardFor(ben), 'cat');
  await until(() => rig.task.history().length === 2);
  expect(await ask(ada, '/modelpicker undo <@UBEN|ben>')).toBe('Undone: <@UBEN>’s *cat* on 1.png.');
  expect(rig.task.history().map(({ undoneBy }) => undoneBy)).toEqual(['UADA', 'UBEN']);
});

test('undo of somebody who was not picked by @ takes nothing back', async () => {
  await ada.click(await cardFor(ada), 'dog');
  await until(() => rig.task.history().length === 1);
  expect(await ask(ada, '/modelpicker undo Ben')).toContain('I don’t know who `Ben` is');
  expect(rig.task.history()[0]?.undoneBy).toBeUndefined();
});

test('history opens a window in which everybody can undo their own labels', async () => {
  await ben.click(await cardFor(ben), 'dog');
  await ben.type('CMODELS', '/modelpicker history');
  const window = await until(async () => (await ben.see()).modals[0]);
  expect(JSON.stringify(window.blocks)).toContain('*dog* by <@UBEN>');
  await ben.click(window, 'Undo');
  await until(async () => JSON.stringify((await ben.see()).modals[0]?.blocks ?? '').includes('undone by <@UBEN>'));
  await ada.type('CMODELS', '/modelpicker history');
  const adas = await until(async () => (await ada.see()).modals[0]?.blocks);
  expect(JSON.stringify(adas)).not.toContain('undo:');
});

test('models names all of them', async () => {
  await ask(ben, '/modelpicker models');
  const note = (await messagesFor(ben)).findLast(({ onlyFor }) => onlyFor === 'UBEN');
  expect(spaced(JSON.stringify(note?.blocks))).toContain(
    '3. *blur* · 77 % right (between 72 and 82 %) · chance to be best less than 1 %',
  );
});

test('models are listed before there is any batch', async () => {
  rig.task.setStatus({ kind: 'no batch yet', lookingIn: '/batches' });
  expect(await ask(ben, '/modelpicker models')).toBe('3 models, and no labels yet: *fog*, *clean* and *blur*.');
});

test('people tells an admin, and nobody else, how people agree and whose answers look random', async () => {
  expect(await ask(ben, '/modelpicker people')).toBe('Only an admin may do this. Please ask <@UADA>.');
  expect(await ask(ada, '/modelpicker people')).toBe('Batch 2026-11-02: who labeled');
  const note = (await messagesFor(ada)).findLast(({ onlyFor }) => onlyFor === 'UADA');
  const said = JSON.stringify(note?.blocks);
  expect(said).toContain(
    '<@UADA>: 23 labels, agrees with others on 18 of 20 images that they looked at too (95 % interval 70 to 97 %); asked again, said the same on 3 of 3.',
  );
  expect(said).toContain('(95 % interval 14 to 52 %). *These answers look like random clicks*');
  expect(said.match(/random clicks/g)).toHaveLength(1);
  expect((await messagesFor(ben)).some(({ text }) => text.includes('who labeled'))).toBe(false);
});

test('export arrives as a file between the bot and the one who asked', async () => {
  await ben.click(await cardFor(ben), 'dog');
  expect(await ask(ben, '/modelpicker export')).toMatch(/^I sent you two CSV files/);
  const file = [...rig.workspace.state.files.values()].find(({ name }) => name === 'labels.csv');
  expect(file?.bytes?.toString()).toContain(',dog,UBEN');
  const settled = [...rig.workspace.state.files.values()].find(({ name }) => name === 'settled.csv');
  expect(settled?.bytes?.toString()).toBe('batch,image,class,probability,answers\r\n');
  const shared = await until(async () =>
    (await messagesFor(ben)).find(({ files }) => files?.some(({ id }) => id === file?.id)),
  );
  expect(shared.channel).not.toBe('CMODELS');
  expect((await messagesFor(ada)).some(({ files }) => files?.some(({ id }) => id === file?.id))).toBe(false);
});
