import { afterEach, expect, test } from 'vitest';
import type { PersonClient, SeenView } from '../../src/workspace/person/person-client.ts';
import { cardFor, complaints, people, type Rig, startRig, until } from './rig.ts';

/** People may close a window whenever they like. */
const CLOSED = 'views.update not_found: this view is no longer open';

let rig: Rig;
afterEach(async () => {
  expect(complaints(rig.workspace).filter((complaint) => complaint !== CLOSED)).toEqual([]);
  await rig.stop();
});

/** The window that *Label on my own* opens: it may say first that it is looking for an image. */
async function windowOf(person: PersonClient): Promise<SeenView> {
  await person.click(await cardFor(person), 'Label on my own');
  return until(async () => (await person.see()).modals[0]);
}

async function laneOf(person: PersonClient): Promise<SeenView> {
  await windowOf(person);
  return until(async () => (await person.see()).modals.find((modal) => questionOf(modal) !== undefined));
}

async function nextLane(person: PersonClient, lane: SeenView, fields: Record<string, string>): Promise<SeenView> {
  const outcome = await person.submit(lane, fields);
  if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
  const isLooking = (modal: SeenView) => textOf(modal).includes('Looking for the next image');
  return until(async () => (await person.see()).modals.find((modal) => !isLooking(modal)));
}

const questionOf = (lane: SeenView) => lane.blocks.find(({ type }) => type === 'input')?.block_id;
const textOf = (lane: SeenView) => JSON.stringify(lane.blocks);

test('three people submit 90 labels in their own lanes: none is asked twice and no *Next* costs a Web API call', async () => {
  rig = await startRig({
    images: 94,
    settings: { uploadsPerMinute: 97 },
    workspace: { badDays: { uploadDelayMs: 0 } },
  });
  await rig.task.open();
  await until(() => rig.images.every(rig.channel.isPrepared), 40_000);
  const clients = people.map(({ id }) => rig.workspace.person(id));
  const lanes = await Promise.all(clients.map(laneOf));
  const about = (method: string) => rig.workspace.state.callCounts.get(method) ?? 0;
  const before = ['views.open', 'views.update', 'views.push', 'chat.postEphemeral'].map(about);
  const asked = new Set<string | undefined>();
  await Promise.all(
    clients.map(async (client, index) => {
      let lane = lanes[index]!;
      for (let n = 0; n < 30; n++) {
        const question = questionOf(lane);
        expect(asked.has(question)).toBe(false);
        asked.add(question);
        lane = await nextLane(client, lane, { choice: '1' });
      }
    }),
  );
  expect(rig.task.history()).toHaveLength(90);
  expect(new Set(rig.task.history().map(({ image }) => image.key)).size).toBe(90);
  expect(['views.open', 'views.update', 'views.push', 'chat.postEphemeral'].map(about)).toEqual(before);
});

test('a press on a class in the lane is a label, and the next image takes its place', async () => {
  rig = await startRig();
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  const lane = await laneOf(ben);
  await ben.click(lane, 'ship');
  const next = await until(async () => {
    const shown = (await ben.see()).modals[0]!;
    return questionOf(shown) === questionOf(lane) ? undefined : shown;
  });
  expect(textOf(next)).toContain('Saved: *ship*.');
  expect(rig.task.history()).toMatchObject([{ class: 'ship', annotator: 'UBEN' }]);
});

test('after a double click on a class the lane still says what was saved, and undoes it', async () => {
  rig = await startRig();
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  const lane = await laneOf(ben);
  await Promise.all([ben.click(lane, 'ship'), ben.click(lane, 'ship')]);
  const updates = () => rig.workspace.state.callCounts.get('views.update') ?? 0;
  await until(() => updates() >= 2);
  const shown = (await ben.see()).modals[0]!;
  expect(questionOf(shown)).not.toBe(questionOf(lane));
  expect(textOf(shown)).toContain('Saved: *ship*.');
  await ben.click(shown, 'Undo');
  await until(() => rig.task.history()[0]?.undoneBy === 'UBEN');
  expect(rig.task.history()).toHaveLength(1);
});

test('the lane says what was saved and undoes it', async () => {
  rig = await startRig();
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  const lane = await nextLane(ben, await laneOf(ben), { choice: 'none' });
  expect(textOf(lane)).toContain('Saved: can’t tell.');
  await ben.click(lane, 'Undo');
  await until(async () => textOf((await ben.see()).modals[0]!).includes('Undone. It no longer counts.'));
  expect(rig.task.history()[0]).toMatchObject({ undoneBy: 'UBEN' });
});

test('with more than 8 classes the lane offers the candidates and a search, and one of them must be chosen', async () => {
  const classes = Array.from({ length: 1000 }, (_, index) => `class ${index}`);
  rig = await startRig({ classes, candidates: [7, 3, 900] });
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  const lane = await laneOf(ben);
  const search = lane.blocks.find(({ block_id }) => block_id?.startsWith('search:'))!.block_id!;
  expect(await ben.submit(lane)).toMatchObject({
    kind: 'errors',
    errors: { [search]: 'Choose a class, or “Can’t tell”.' },
  });
  expect((await ben.suggest(lane, search, 'class 99')).map(({ text }) => text)).toEqual([
    'class 99',
    ...Array.from({ length: 10 }, (_, index) => `class ${990 + index}`),
  ]);
  const after = await nextLane(ben, lane, { [search]: '996' });
  expect(rig.task.history()[0]).toMatchObject({ class: 'class 996' });
  expect(textOf(after)).toContain('Saved: *class 996*.');
});

test('the search on the card labels too', async () => {
  const classes = Array.from({ length: 1000 }, (_, index) => `class ${index}`);
  rig = await startRig({ classes, candidates: [7, 3, 900] });
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  const card = await cardFor(ben);
  const action = `search:${rig.task.asked[0]!.id}`;
  expect(await ben.suggest(card, action, 'zzz')).toEqual([]);
  const [first] = await ben.suggest(card, action, '51');
  await ben.choose(card, action, first!.value);
  await until(() => rig.task.history()[0]?.class === 'class 51');
});

test('a lane with nothing to ask says why', async () => {
  rig = await startRig();
  await rig.task.open();
  await rig.task.pause('UADA');
  const ben = rig.workspace.person('UBEN');
  await ben.type('CMODELS', '/modelpicker label');
  expect(textOf(await until(async () => (await ben.see()).modals[0]))).toContain('Labeling is paused.');
});

test('while an image is on its way the lane says so, and shows it when it is there', async () => {
  rig = await startRig({ ahead: 0 });
  await rig.task.open();
  const { promise: onItsWay, resolve: arrives } = Promise.withResolvers<void>();
  const { waitFor } = rig.channel.images;
  rig.channel.images.waitFor = (...args) => onItsWay.then(() => waitFor(...args));
  const ben = rig.workspace.person('UBEN');
  expect(textOf(await windowOf(ben))).toContain('Looking for the next image');
  arrives();
  await until(async () => questionOf((await ben.see()).modals[0]!) !== undefined);
});

test('an image that Slack is slow to take comes into the window all the same', async () => {
  rig = await startRig();
  await rig.task.open();
  const { waitFor } = rig.channel.images;
  let asked = 0;
  rig.channel.images.waitFor = async (...args) => (++asked <= 2 ? undefined : waitFor(...args));
  const ben = rig.workspace.person('UBEN');
  expect(textOf(await windowOf(ben))).toContain('comes here by itself');
  await until(async () => questionOf((await ben.see()).modals[0]!) !== undefined);
});

test('*Next* waits for no image: the window says at once what was saved, and the next question comes into it by itself', async () => {
  rig = await startRig();
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  const first = await laneOf(ben);
  const { promise: onItsWay, resolve: arrives } = Promise.withResolvers<void>();
  const { waitFor } = rig.channel.images;
  const waits: { readonly key: string; readonly ms: number }[] = [];
  rig.channel.images.waitFor = async (image, ms) => {
    waits.push({ key: image.key, ms });
    if (ms === 0) return undefined;
    await onItsWay;
    return waitFor(image, ms);
  };
  await ben.submit(first, { choice: '0' });
  const meanwhile = (await ben.see()).modals[0]!;
  const { key } = rig.task.asked.at(-1)!.image;
  const atOnce = waits.find((wait) => wait.key === key);
  arrives();
  expect(atOnce).toEqual({ key, ms: 0 });
  expect(textOf(meanwhile)).toContain('Saved: *cat*.');
  expect(textOf(meanwhile)).toContain('Looking for the next image');
  const next = await until(async () => {
    const shown = (await ben.see()).modals[0]!;
    return questionOf(shown) === undefined ? undefined : shown;
  });
  expect(questionOf(next)).not.toBe(questionOf(first));
  expect(textOf(next)).toContain('Saved: *cat*.');
});

test('who closes the window before its image is there hears nothing more of it', async () => {
  rig = await startRig({ ahead: 0 });
  await rig.task.open();
  rig.workspace.badDays.uploadDelayMs = 2_000;
  const ben = rig.workspace.person('UBEN');
  await ben.close(await windowOf(ben), { all: true });
  await until(() => rig.workspace.state.callCounts.has('views.update'));
  expect(rig.logged.filter((line) => line.startsWith('failed'))).toEqual([]);
  expect((await ben.see()).modals).toEqual([]);
});

test('a window that opens with a question answered meanwhile goes on to the next one by itself', async () => {
  rig = await startRig();
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  const first = questionOf(await laneOf(ben))!;
  // Pressed twice: the second window is still on its way when Ben answers in the first.
  const { promise: onItsWay, resolve: arrives } = Promise.withResolvers<void>();
  const { waitFor } = rig.channel.images;
  rig.channel.images.waitFor = (...args) => onItsWay.then(() => waitFor(...args));
  const pressed = ben.click(await cardFor(ben), 'Label on my own');
  const views = rig.workspace.state.callCounts.get('views.open');
  await pressed;
  await rig.task.answer({ question: first.slice('choice:'.length), class: 0, annotator: 'UBEN' });
  arrives();
  await until(() => rig.workspace.state.callCounts.get('views.open') !== views);
  await until(async () => questionOf((await ben.see()).modals[0]!) !== first);
});

test('a window that never heard that its question was answered still takes what is typed, and goes on', async () => {
  const classes = Array.from({ length: 1000 }, (_, index) => `class ${index}`);
  rig = await startRig({ classes, candidates: [7, 3, 900] });
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  const lane = await laneOf(ben);
  const search = questionOf(lane)!;
  await rig.task.answer({ question: search.slice('search:'.length), class: 900, annotator: 'UBEN' });
  const [offer] = await ben.suggest(lane, search, 'class 99');
  await ben.choose(lane, search, offer!.value);
  const next = await until(async () => {
    const shown = (await ben.see()).modals[0]!;
    return questionOf(shown) === search ? undefined : shown;
  });
  expect(textOf(next)).toContain('You have already answered this one.');
  expect(rig.task.history()).toMatchObject([{ class: 'class 900' }]);
});

test('*Later* puts an image off, and *Larger picture* shows it above the lane, or from the card', async () => {
  rig = await startRig();
  await rig.task.open();
  const ben = rig.workspace.person('UBEN');
  const first = await laneOf(ben);
  await ben.click(first, 'Later');
  const lane = await until(async () => {
    const shown = (await ben.see()).modals[0]!;
    return questionOf(shown) === questionOf(first) ? undefined : shown;
  });
  expect(textOf(lane)).toContain('Put off.');
  expect(rig.task.history()).toEqual([]);
  for (const surface of [lane, await cardFor(ben)]) {
    await ben.click(surface, 'Larger picture');
    const larger = await until(async () => {
      const top = (await ben.see()).modals.at(-1);
      return top?.callback_id === 'larger' && !textOf(top).includes('on its way') ? top : undefined;
    });
    expect(larger.blocks.map(({ type }) => type)).toEqual(['image']);
    await ben.close(larger);
    // The card can only be pressed once the lane is closed.
    expect((await ben.see()).modals.map(({ callback_id }) => callback_id)).toEqual(surface === lane ? ['lane'] : []);
    await ben.close(lane);
  }
});
