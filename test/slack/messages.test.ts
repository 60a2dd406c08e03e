import { expect, test } from 'vitest';
import type { Drift } from '../../src/round/drift.ts';
import { section } from '../../src/slack/say/blocks.ts';
import { renderCard } from '../../src/slack/say/card.ts';
import { mistakesView } from '../../src/slack/say/days/mistakes.ts';
import { renderTrend, renderTrendPicture } from '../../src/slack/say/days/trend.ts';
import { guidelinesView } from '../../src/slack/say/guidelines.ts';
import { historyView, type Sieve } from '../../src/slack/say/history.ts';
import { homeView } from '../../src/slack/say/home.ts';
import { laneLooking, laneView } from '../../src/slack/say/lane.ts';
import { bold } from '../../src/slack/say/mrkdwn.ts';
import { renderDigest, renderNotice } from '../../src/slack/say/news.ts';
import { elseNote, noteOnAnswer, noteOnUndo } from '../../src/slack/say/notes.ts';
import { renderResult } from '../../src/slack/say/result.ts';
import { sentences } from '../../src/slack/say/sentences.ts';
import { renderModels, renderPicture, renderStatus } from '../../src/slack/say/status.ts';
import type { Trust } from '../../src/task/days/trust.ts';
import type { Card, Question, Won } from '../../src/task/people.ts';
import { asRead, spaced } from './as-read.ts';
import { batch, leaderboard, result } from './scripted-task.ts';

const classes = ['cat', 'dog', 'ship'];
const progress = { labels: 12, budget: 60, annotators: ['UADA', 'UBEN'] };
const question: Question = {
  id: 'q1',
  batch,
  image: { key: 'k', file: '/k.png' },
  classes,
  candidates: [0, 1],
  others: [2],
  opinion: 1,
};
const card: Card = {
  batch,
  classes,
  openedAt: '2026-11-02T08:00:00.000Z',
  progress,
  lastAnswer: { annotator: 'UBEN', class: 'dog' },
  warnings: ['broken.onnx is left out: it is not an ONNX file'],
  now: { kind: 'asking', question },
};
const status = {
  kind: 'round' as const,
  batch,
  phase: 'labeling' as const,
  progress,
  leaderboard,
  deployed: { batch: '2026-11-01', result: { ...result, model: 'clean' }, at: '2026-11-01T10:00:00.000Z' },
  leftOut: [{ name: 'broken', reason: 'not an ONNX file' }],
  troubles: [],
  setAside: [{ name: 'x.png', reason: 'truncated' }],
};
const history = [
  {
    answer: 'a2',
    image: question.image,
    file: 'cam4-17.jpg',
    class: null,
    annotator: 'UBEN',
    at: '2026-11-02T09:02:00.000Z',
    isSecret: false,
    isFinal: false,
  },
  {
    answer: 'a1',
    image: question.image,
    file: 'cam4-17.jpg',
    class: 'dog',
    annotator: 'UADA',
    at: '2026-11-02T09:01:00.000Z',
    isSecret: false,
    isFinal: false,
    undoneBy: 'UADA',
  },
];

const reader = { user: 'UBEN', isAdmin: false, fileOf: () => 'F1' };

const look = { file: 'F1', revision: 'r', hasGuidelines: true };
const shownCard = (change: Partial<Card>) => {
  const { text, blocks } = renderCard({ ...card, ...change }, look);
  return `${spaced(text)}\n---\n${asRead(blocks)}`;
};

test('the card asks', () => {
  expect(shownCard({})).toMatchInlineSnapshot(`
    "Batch 2026-11-02: which class is this?
    ---
    (Not used: broken.onnx is left out: it is not an ONNX file)
    *Which class is this?*
    <image: The image to label>
    [cat] [dog] [ship] [Can’t tell]
    [Label on my own] [Larger picture] [Guidelines] { Why this image? | Undo my last label | History | Pause labeling }
    (Batch 2026-11-02, since <!date^1793606400^{date_short_pretty}|2026-11-02> · 12 of at most 60 labels by <@UADA> and <@UBEN> · open until the next batch · <@UBEN> said *dog*)"
  `);
});

test('the card asks among many classes', () => {
  const many = Array.from({ length: 1_000 }, (_, index) => `class ${index}`);
  const now = {
    kind: 'asking' as const,
    question: { ...question, classes: many, candidates: [900, 4, 31], others: [5, 32, 30, 3, 901, 899, 33, 2, 29, 6] },
  };
  expect(shownCard({ classes: many, now, warnings: [] })).toMatchInlineSnapshot(`
    "Batch 2026-11-02: which class is this?
    ---
    *Which class is this?*
    <image: The image to label>
    [class 2] [class 3] [class 4] [class 5] [class 29] [class 30] [class 31] [class 32] [class 33] [class 899] [class 900] [class 901] [Can’t tell]
    [Search all 1000 classes]
    [Label on my own] [Larger picture] [Guidelines] { Why this image? | Undo my last label | History | Pause labeling }
    (Batch 2026-11-02, since <!date^1793606400^{date_short_pretty}|2026-11-02> · 12 of at most 60 labels by <@UADA> and <@UBEN> · open until the next batch · <@UBEN> said *dog*)"
  `);
});

test('the card says kindly that this is a second look, and hides the first answer', () => {
  const shown = shownCard({ now: { kind: 'asking', question: { ...question, opinion: 2 } }, warnings: [] });
  expect(shown).toMatchInlineSnapshot(`
    "Batch 2026-11-02: which class is this?
    ---
    *Which class is this?*
    (A second look: this image has been labeled before, and looking twice shows how far the labels can be relied on. Please say what you see, without asking anybody.)
    <image: The image to label>
    [cat] [dog] [ship] [Can’t tell]
    [Label on my own] [Larger picture] [Guidelines] { Why this image? | Undo my last label | History | Pause labeling }
    (Batch 2026-11-02, since <!date^1793606400^{date_short_pretty}|2026-11-02> · 12 of at most 60 labels by <@UADA> and <@UBEN> · open until the next batch · <@UBEN> answered)"
  `);
  expect(shown).not.toContain('said');
});

test('a second look says who is not asked, and they are told why, with a way to take a slip back', () => {
  const again = { kind: 'asking' as const, question: { ...question, opinion: 2 }, notFor: ['UADA'] };
  expect(shownCard({ now: again })).toContain('(A second look, by anybody but <@UADA>, who labeled this image before:');
  const note = elseNote({ kind: 'somebody else is asked', answer: 'a', class: 'dog' });
  expect(JSON.stringify(note.blocks)).toContain('Undo my first label');
});

test('the card without its image, paused, taken, finished', () => {
  const { text, blocks } = renderCard({ ...card, warnings: [] }, { ...look, file: 'missing', hasGuidelines: false });
  expect(`${spaced(text)}\n---\n${asRead(blocks)}`).toMatchInlineSnapshot(`
    "Batch 2026-11-02: which class is this?
    ---
    *Which class is this?*
    The image cannot be shown right now. Press *Can’t tell* to move on to another one.
    [cat] [dog] [ship] [Can’t tell]
    [Label on my own] [Larger picture] { Why this image? | Undo my last label | History | Pause labeling }
    (Batch 2026-11-02, since <!date^1793606400^{date_short_pretty}|2026-11-02> · 12 of at most 60 labels by <@UADA> and <@UBEN> · open until the next batch · <@UBEN> said *dog*)"
  `);
  expect(shownCard({ warnings: [], now: { kind: 'paused', by: 'UADA' } })).toMatchInlineSnapshot(`
    "Batch 2026-11-02: labeling is paused
    ---
    *Labeling is paused* by <@UADA>. An admin can resume it with \`/modelpicker resume\`.
    [Resume]
    (Batch 2026-11-02, since <!date^1793606400^{date_short_pretty}|2026-11-02> · 12 of at most 60 labels by <@UADA> and <@UBEN> · open until the next batch · <@UBEN> said *dog*)"
  `);
  expect(shownCard({ warnings: [], now: { kind: 'all taken' } })).toMatchInlineSnapshot(`
    "Batch 2026-11-02: every open question is taken
    ---
    *Somebody is already on every open question.* A new one appears here when they are done.
    [Label on my own] [Guidelines] { Why this image? | Undo my last label | History | Pause labeling }
    (Batch 2026-11-02, since <!date^1793606400^{date_short_pretty}|2026-11-02> · 12 of at most 60 labels by <@UADA> and <@UBEN> · open until the next batch · <@UBEN> said *dog*)"
  `);
  const arriving = { batch: '2026-11-03', done: 120, of: 4000, secondsLeft: 388 };
  expect(shownCard({ warnings: [], now: { kind: 'all taken' }, arriving })).toMatchInlineSnapshot(`
    "Batch 2026-11-02: every open question is taken
    ---
    *Somebody is already on every open question.* A new one appears here when they are done.
    [Label on my own] [Guidelines] { Why this image? | Undo my last label | History | Pause labeling }
    (Batch 2026-11-02, since <!date^1793606400^{date_short_pretty}|2026-11-02> · 12 of at most 60 labels by <@UADA> and <@UBEN> · open until the next batch · <@UBEN> said *dog*)
    (The models are looking at batch 2026-11-03: 120 of 4000 images done. About 7 minutes left.)"
  `);
  expect(shownCard({ warnings: [], now: { kind: 'finished', result } })).toMatchInlineSnapshot(`
    "Batch 2026-11-02: labeling is over
    ---
    Labeling is over: *fog* wins.
    [History]
    (Batch 2026-11-02, since <!date^1793606400^{date_short_pretty}|2026-11-02> · 12 of at most 60 labels by <@UADA> and <@UBEN> · <@UBEN> said *dog*)"
  `);
});

const shownResult = (change: Partial<Parameters<typeof renderResult>[0]>) => {
  const { text, blocks } = renderResult({ batch, result, leaderboard, ...change }, 'F1', 'r');
  return `${spaced(text)}\n---\n${asRead(blocks)}`;
};

test('the winner', () => {
  expect(shownResult({ previous: { batch: '2026-11-01', model: 'clean' } })).toMatchInlineSnapshot(`
    "fog wins batch 2026-11-02
    ---
    # fog wins batch 2026-11-02
    Batch 2026-11-02: we are *95 % sure* that no other model is more than 0.5 points better.
    It gets about 87 % of the images right (between 84 and 91 %); *clean* comes next, about 6.2 points behind.
    <image: Chart: fog leads with an estimated 87 % of images right; 11 labels so far>
    (23 labels by <@UADA> and <@UBEN> · Deployed now instead of *clean* (batch 2026-11-01))
    (This is about these 300 images and relies on the labels being right. It promises nothing about other days.)
    [History] [Show its mistakes] [Measure its accuracy: 20 more images] [Reopen]"
  `);
});

test('a winner that waits for an admin’s word, and what becomes of it', () => {
  const waits = { result: { ...result, doubt: 'admins decide' as const } };
  const previous = { batch: '2026-11-01', model: 'clean' };
  const ends = (change: Parameters<typeof shownResult>[0]) => {
    const lines = shownResult({ ...waits, ...change }).split('\n');
    return [lines.find((line) => line.startsWith('(23 labels')), lines.at(-1)].join('\n');
  };
  expect(ends({ previous })).toMatchInlineSnapshot(`
    "(23 labels by <@UADA> and <@UBEN> · Waits for an admin · *clean* (batch 2026-11-01) stays deployed)
    [History] [Deploy] [Keep the present one] [Show its mistakes] [Measure its accuracy: 20 more images] [Reopen]"
  `);
  expect(ends({})).toMatchInlineSnapshot(`
    "(23 labels by <@UADA> and <@UBEN> · Waits for an admin · Nothing is deployed yet)
    [History] [Deploy] [Deploy nothing yet] [Show its mistakes] [Measure its accuracy: 20 more images] [Reopen]"
  `);
  expect(ends({ previous, ruling: { by: 'UADA', deploys: true } })).toMatchInlineSnapshot(`
    "(23 labels by <@UADA> and <@UBEN> · Deployed now instead of *clean* (batch 2026-11-01), approved by <@UADA>)
    [History] [Show its mistakes] [Measure its accuracy: 20 more images] [Reopen]"
  `);
  expect(ends({ previous, ruling: { by: 'UADA', deploys: false } })).toMatchInlineSnapshot(`
    "(23 labels by <@UADA> and <@UBEN> · Not deployed, says <@UADA> · *clean* (batch 2026-11-01) stays deployed)
    [History] [Show its mistakes] [Measure its accuracy: 20 more images] [Reopen]"
  `);
  expect(ends({ ruling: { by: 'UADA', deploys: false } })).toMatchInlineSnapshot(`
    "(23 labels by <@UADA> and <@UBEN> · Not deployed, says <@UADA> · Nothing is deployed yet)
    [History] [Show its mistakes] [Measure its accuracy: 20 more images] [Reopen]"
  `);
  const { kept, ruledBefore } = sentences.notes;
  const notes = [
    ...[kept('clean'), kept(undefined)],
    ...[ruledBefore({ by: 'UADA', deploys: true }, 'UBEN'), ruledBefore({ by: 'UADA', deploys: false }, 'UADA')],
  ];
  expect(notes.join('\n')).toMatchInlineSnapshot(`
    "It is not deployed: *clean* stays.
    It is not deployed. Nothing else is deployed yet.
    <@UADA> has already decided: it is deployed. \`/modelpicker rollback\` goes back to an earlier winner.
    You have already decided: it is not deployed. \`/modelpicker deploy NAME\` deploys it all the same."
  `);
});

test('where the settings name no admin there is no button that only one may press, and who is missing is said', () => {
  const paused = { now: { kind: 'asking' as const, question } };
  const alone = renderCard({ ...card, ...paused }, { ...look, hasAdmins: false });
  expect(asRead(alone.blocks)).toContain('{ Why this image? | Undo my last label | History }');
  const doubted = { ...result, doubt: 'no better than chance' as const };
  const announced = renderResult({ batch, result: doubted, leaderboard }, 'F1', 'r', false);
  expect(asRead(announced.blocks)).toContain('[History] [Show its mistakes] [Measure its accuracy: 20 more images]');
  expect(asRead(announced.blocks)).not.toMatch(/\[Deploy\]|\[Reopen\]/);
  expect(asRead(announced.blocks)).toContain('Waits for an admin, and the settings name none yet (`slack.admins`)');
});

const looks = Array.from({ length: 20 }, (_, at) => ({ answer: `${at}`, isRight: at > 2, forecast: 0.8 }));
const about = { known: { images: 23, right: 20 }, others: { images: 277, forecast: 0.8 } };
const measured = { accuracy: 0.82, halfWidth: 0.06, looks, ...about };

test('the winner while it is measured, and after', () => {
  expect(shownResult({ isMeasuring: true })).toMatchInlineSnapshot(`
    "fog wins batch 2026-11-02
    ---
    # fog wins batch 2026-11-02
    Batch 2026-11-02: we are *95 % sure* that no other model is more than 0.5 points better.
    It gets about 87 % of the images right (between 84 and 91 %); *clean* comes next, about 6.2 points behind.
    <image: Chart: fog leads with an estimated 87 % of images right; 11 labels so far>
    (23 labels by <@UADA> and <@UBEN> · Deployed now)
    (How often it is right is being measured: the card asks about images drawn at random.)
    (This is about these 300 images and relies on the labels being right. It promises nothing about other days.)
    [History] [Show its mistakes] [Stop measuring] [Reopen]"
  `);
  expect(shownResult({ measured })).toMatchInlineSnapshot(`
    "fog wins batch 2026-11-02
    ---
    # fog wins batch 2026-11-02
    Batch 2026-11-02: we are *95 % sure* that no other model is more than 0.5 points better.
    It gets about 82 % of the images right (between 76 and 88 %), measured on 20 drawn at random; *clean* comes next, about 6.2 points behind.
    <image: Chart: fog leads with an estimated 87 % of images right; 11 labels so far>
    (23 labels by <@UADA> and <@UBEN> · Deployed now)
    (This is about these 300 images and relies on the labels being right. It promises nothing about other days.)
    [History] [Show its mistakes] [Measure more closely: 20 more images] [Reopen]"
  `);
  const notice = { kind: 'measured' as const, batch, model: result.model, measured };
  expect(asRead(renderNotice(notice, []).blocks)).toMatchInlineSnapshot(
    `"*fog* gets about 82 % of the images right (between 76 and 88 %), measured on 20 drawn at random."`,
  );
});

test('a batch that failed may be run again, and then says by whom', () => {
  const failed = { kind: 'batch failed' as const, batch, reason: 'Workers could not do 1 part.', failure: 2 };
  expect(asRead(renderNotice(failed, ['UADA']).blocks)).toMatchInlineSnapshot(`
    "*No model has looked at batch 2026-11-02.* Workers could not do 1 part. I try again whenever I look for batches. <@UADA>
    [Run again]"
  `);
  expect(asRead(renderNotice({ ...failed, again: 'UADA' }, ['UADA']).blocks)).toMatchInlineSnapshot(
    `"*No model has looked at batch 2026-11-02.* Workers could not do 1 part. <@UADA> has them run again."`,
  );
  expect(asRead(renderNotice(failed, []).blocks)).not.toContain('[Run again]');
});

test('how far what was announced has been true', () => {
  const of = (change: Partial<Trust>) =>
    spaced(
      sentences.trust.found({ announced: 41, claims: 39, trueAtLeast: 36, looks: 780, confidence: 0.95, ...change }),
    );
  expect(of({})).toMatchInlineSnapshot(
    `"*41 winners were announced*, each with a range for the share of images it gets right. 780 images drawn at random checked 39 of these ranges; *the audit finds at least 92 % true*, 36 of 39. This bound is right with 95 % confidence, whatever the method assumes."`,
  );
  expect(of({ announced: 2, claims: 2, trueAtLeast: 0, looks: 40 })).toMatchInlineSnapshot(
    `"*2 winners were announced*, each with a range for the share of images it gets right. 40 images drawn at random checked both, which is too few to say how many are true."`,
  );
  expect(of({ announced: 3, claims: 3, trueAtLeast: 3, looks: 300 })).toMatchInlineSnapshot(
    `"*3 winners were announced*, each with a range for the share of images it gets right. 300 images drawn at random checked all 3 ranges; *the audit finds them all true*. This bound is right with 95 % confidence, whatever the method assumes."`,
  );
  expect(of({ announced: 1, claims: 0, trueAtLeast: 0, looks: 0 })).toMatchInlineSnapshot(
    `"*One winner was announced*, with a range for the share of images it gets right. It has not been checked yet: that takes images drawn at random, \`measure\` in the settings or *Measure its accuracy* under a winner."`,
  );
  expect(of({ announced: 0, claims: 0, trueAtLeast: 0, looks: 0 })).toMatchInlineSnapshot(
    `"*No winner has been announced yet*, so there is nothing to check."`,
  );
});

test('what a model got wrong', () => {
  const people = [{ annotator: 'UADA', class: 'cat' }];
  const others = [
    { annotator: 'UBEN', class: 'owl' },
    { annotator: 'UCLEO', class: 'cat' },
  ];
  const one = { image: question.image, people, isAskedAgain: false };
  const mistakes = [
    { ...one, number: 7, file: 'cam4-17.jpg', said: 'dog', people: [...people, ...others, ...people] },
    { ...one, number: 9, file: 'cam4-19.jpg', said: null, isAskedAgain: true },
  ];
  const found = { batch, model: 'fog', labeled: 23, mistakes, result: 1 };
  expect(asRead(mistakesView(found, () => 'F1').blocks)).toMatchInlineSnapshot(`
    "*fog* got 2 of 23 labeled images of batch 2026-11-02 wrong, by what people said. Most of them were chosen because models disagree, so it is right more often on the whole batch.
    (First come those where most other models agree with it: there the label may be wrong.)
    *fog* says *dog*
    <@UADA> and <@UCLEO> said *cat*, <@UBEN> said *owl*
    cam4-17.jpg [undefined]
    [Ask again]
    *fog* says nothing
    <@UADA> said *cat*
    cam4-19.jpg [undefined]
    (Asked again: the card shows it to somebody else.)"
  `);
  expect(asRead(mistakesView({ ...found, mistakes: [] }, () => 'F1').blocks)).toMatchInlineSnapshot(
    `"*fog* got none of 23 labeled images of batch 2026-11-02 wrong."`,
  );
  const notice = { kind: 'looked again' as const, batch, file: 'cam4-17.jpg', before: people };
  const again = { ...notice, said: { annotator: 'UBEN', class: 'dog' } };
  expect(asRead(renderNotice(again, []).blocks)).toMatchInlineSnapshot(
    `"Asked again about cam4-17.jpg: <@UBEN> said *dog*; before, <@UADA> said *cat*. The result stands, as it was reached. If that label matters, *Reopen* counts it."`,
  );
});

test('the card while it measures the winner', () => {
  const check = { model: 'fog', result: 1, done: 3, of: 20 };
  expect(shownCard({ now: { kind: 'asking', question, check } })).toMatchInlineSnapshot(`
    "Batch 2026-11-02: which class is this?
    ---
    (Not used: broken.onnx is left out: it is not an ONNX file)
    *Which class is this?*
    (A check of the winner: *fog* has won, and images drawn at random show how often it is right. Nobody has to go on.)
    <image: The image to label>
    [cat] [dog] [ship] [Can’t tell]
    [Label on my own] [Larger picture] [Guidelines] [Stop the check] { Why this image? | Undo my last label | History }
    (Batch 2026-11-02 · check of the winner: 3 of 20 images · <@UBEN> said *dog*)"
  `);
});

test('no clear winner', () => {
  const undecided = {
    ...result,
    isWinner: false,
    confidence: 0.803,
    because: 'budget spent' as const,
    tiedWith: ['haze'],
  };
  expect(shownResult({ result: undecided, previous: { batch: '2026-11-01', model: 'fog' } })).toMatchInlineSnapshot(`
    "No clear winner. Best so far: fog
    ---
    # No clear winner. Best so far: fog
    The label budget is spent.
    Batch 2026-11-02: we are *80 % sure* that no other model is more than 0.5 points better.
    It gets about 87 % of the images right (between 84 and 91 %); *clean* comes next, about 6.2 points behind.
    It can’t be told apart from *haze*: on this batch they do equally well.
    <image: Chart: fog leads with an estimated 87 % of images right; 11 labels so far>
    (23 labels by <@UADA> and <@UBEN> · *fog* (batch 2026-11-01) stays deployed)
    (This is about these 300 images and relies on the labels being right. It promises nothing about other days.)
    [History] [Reopen]"
  `);
});

test('where people cannot tell the best models apart nobody wins, and what would help is named', () => {
  const open = {
    ...result,
    isWinner: false,
    because: 'people cannot tell' as const,
    inseparable: { models: ['fog', 'clean', 'blur', 'haze', 'rain'], apart: 0.124, looks: { of: 35, cases: 40 } },
  };
  const shown = shownResult({ result: open, previous: { batch: '2026-11-01', model: 'fog' } });
  expect(shown).toContain('# No winner for batch 2026-11-02: these labels can’t tell the best models apart');
  expect(shown).toContain(
    'The best models differ on about one image in eight, and people disagree with each other on 5 of the 40 images ' +
      'that two looked at: these five, *fog*, *clean*, *blur*, *haze* and *rain*, can’t be told apart by these labels.',
  );
  expect(shown).toMatch(/What would help: guidelines .*`slack\.allowed`.*`tolerancePoints`/);
  expect(shown).toContain('*fog* (batch 2026-11-01) stays deployed');
  expect(shownCard({ now: { kind: 'finished', result: open }, warnings: [] })).toContain(
    'Labeling is over without a winner: these labels can’t tell the best models apart.',
  );
});

test('one’s own image asked again is a second look, too, and the lane says why', () => {
  const again = laneView({ kind: 'question', question: { ...question, opinion: 2, isRepeat: true } }, { file: 'F1' });
  expect(JSON.stringify(again.blocks)).toContain('A second look: you labeled this image a while ago.');
  const another = laneView({ kind: 'question', question: { ...question, opinion: 2 } }, { file: 'F1' });
  expect(JSON.stringify(another.blocks)).toContain('A second look: this image has been labeled before');
});

test('a withdrawn result keeps standing', () => {
  expect(shownResult({ withdrawnBy: 'UADA' })).toMatchInlineSnapshot(`
    "Withdrawn: fog
    ---
    *Withdrawn* by <@UADA>. Labeling continues; a new result will follow. Until then *fog* stays deployed.
    (~fog wins batch 2026-11-02~)"
  `);
});

test('the daily announcement', () => {
  const deployed = { batch, result, at: '2026-11-02T10:00:00.000Z' };
  const round = { batch: '2026-11-03', progress, isOpen: true };
  const { text, blocks } = renderDigest({ date: '2026-11-03', deployed, previous: status.deployed, round });
  expect(`${spaced(text)}\n---\n${asRead(blocks)}`).toMatchInlineSnapshot(`
    "Model of the day, 2026-11-03: fog is deployed.
    ---
    *Model of the day, 2026-11-03*
    *fog* is deployed.
    On batch 2026-11-02 we are *95 % sure* that no other model is more than 0.5 points better: 23 labels by <@UADA> and <@UBEN>.
    (Changed: it was *clean*.)
    (Batch 2026-11-03 still needs labels: 12 of at most 60 so far.)"
  `);
  expect(asRead(renderDigest({ date: '2026-11-03', round }).blocks)).toMatchInlineSnapshot(`
    "*Model of the day, 2026-11-03*
    No model is deployed yet.
    (Batch 2026-11-03 still needs labels: 12 of at most 60 so far.)"
  `);
});

test('the daily announcement says in words what changed since yesterday', () => {
  const present = { model: 'clean', accuracy: 0.79, accuracySd: 0.045 };
  const today = { ...result, present };
  const deployed = { batch, result: today, at: '2026-11-02T10:00:00.000Z' };
  const yesterday = { ...result, model: 'clean', accuracy: 0.86, accuracySd: 0.03 };
  const digest = { date: batch, deployed, won: { batch, result: today, served: present } };
  const wonBefore = { batch: '2026-11-01', result: yesterday };
  expect(asRead(renderDigest({ ...digest, previous: status.deployed, wonBefore }).blocks)).toMatchInlineSnapshot(`
    "*Model of the day, 2026-11-02*
    *fog* is deployed.
    On batch 2026-11-02 we are *95 % sure* that no other model is more than 0.5 points better: 23 labels by <@UADA> and <@UBEN>.
    It gets about 87 % of the images right (between 84 and 91 %).
    (Changed: it was *clean*.)
    (Batch 2026-11-01 was won by *clean*: it got about 86 % of the images right (between 80 and 92 %).)
    (On batch 2026-11-02, *clean*, deployed until then, gets about 79 % of the images right (between 70 and 88 %): about 8 points behind *fog*.)"
  `);
  const again = { batch: '2026-11-01', result: { ...yesterday, model: result.model }, measured };
  expect(asRead(renderDigest({ ...digest, wonBefore: again }).blocks)).toMatchInlineSnapshot(`
    "*Model of the day, 2026-11-02*
    *fog* is deployed.
    On batch 2026-11-02 we are *95 % sure* that no other model is more than 0.5 points better: 23 labels by <@UADA> and <@UBEN>.
    It gets about 87 % of the images right (between 84 and 91 %).
    (It won batch 2026-11-01, too: there it got about 82 % of the images right (between 76 and 88 %), measured on 20 drawn at random.)
    (On batch 2026-11-02, *clean*, deployed until then, gets about 79 % of the images right (between 70 and 88 %): about 8 points behind *fog*.)"
  `);
  const kept = { model: 'clean', behind: 0.003, unlessBetterBy: 0.005 };
  const near = { ...today, kept, present: { ...present, accuracy: result.accuracy - 0.003 } };
  const stays = { batch: '2026-11-01', result: yesterday, at: '2026-11-01T10:00:00.000Z' };
  expect(
    asRead(renderDigest({ date: batch, deployed: stays, won: { batch, result: near, served: near.present } }).blocks),
  ).toMatchInlineSnapshot(`
    "*Model of the day, 2026-11-02*
    *clean* is deployed.
    On batch 2026-11-01 we are *95 % sure* that no other model is more than 0.5 points better: 23 labels by <@UADA> and <@UBEN>.
    (On batch 2026-11-02, *clean*, which stays deployed, gets about 87 % of the images right (between 78 and 96 %): about 0.3 points behind *fog*.)"
  `);
});

test('a batch that is unlike the one before it, and a deployed model that has fallen', () => {
  const unlike = {
    what: 'images' as const,
    since: '2026-11-01',
    agreement: { before: 0.84, now: 0.62 },
    moved: 0.21,
    classes: [
      { name: 'owl', before: 0.09, now: 0.21 },
      { name: 'cat', before: 0.3, now: 0.19 },
      { name: 'dog', before: 0.31, now: 0.3 },
    ],
    chance: 0.001,
  };
  const said = (drift: Drift) => asRead(renderNotice({ kind: 'drift', batch, drift }, ['UADA']).blocks);
  expect(said(unlike)).toMatchInlineSnapshot(
    `"*The images of batch 2026-11-02 look unlike those of batch 2026-11-01*, before anybody has labeled: two models agree on 62 % of the images on average (84 % before); models say *owl* more often (21 %, 9 % before) and *cat* less often (19 %, 30 % before). If the place, the light or the camera has changed, yesterday’s winner may be wrong for them; a few labels tell. Where nothing has changed, I say this on one day in a thousand at most. <@UADA>"`,
  );
  const same = { before: 0.84, now: 0.844 };
  expect(said({ ...unlike, agreement: same, classes: [] })).toMatchInlineSnapshot(
    `"*The images of batch 2026-11-02 look unlike those of batch 2026-11-01*, before anybody has labeled: two models agree on 84 % of the images on average (as before). If the place, the light or the camera has changed, yesterday’s winner may be wrong for them; a few labels tell. Where nothing has changed, I say this on one day in a thousand at most. <@UADA>"`,
  );
  const fallen = {
    what: 'accuracy' as const,
    model: 'clean',
    now: { accuracy: 0.61, accuracySd: 0.04 },
    before: { batch: '2026-11-01', result: 1, accuracy: 0.84, accuracySd: 0.03 },
  };
  expect(said(fallen)).toMatchInlineSnapshot(
    `"*clean*, which served when batch 2026-11-02 came, *has fallen*: it gets about 61 % of the images right (between 53 and 69 %); on batch 2026-11-01, for which it was deployed, about 84 % of the images right (between 78 and 90 %). <@UADA>"`,
  );
  const digest = { date: batch, round: { batch, progress, isOpen: true }, drift: [unlike, fallen] };
  expect(asRead(renderDigest(digest).blocks)).toMatchInlineSnapshot(`
    "*Model of the day, 2026-11-02*
    No model is deployed yet.
    (The images of batch 2026-11-02 look unlike those of batch 2026-11-01: two models agree on 62 % of the images on average (84 % before); models say *owl* more often (21 %, 9 % before) and *cat* less often (19 %, 30 % before).)
    (*clean* has fallen: it gets about 61 % of the images right (between 53 and 69 %), where it got about 84 % of the images right (between 78 and 90 %) on batch 2026-11-01.)
    (Batch 2026-11-02 still needs labels: 12 of at most 60 so far.)"
  `);
});

test('after few labels nothing is said of how often the winner is right, but what random images measured is', () => {
  const few = { ...result, labels: 7 };
  expect(shownResult({ result: few })).not.toContain('of the images right');
  expect(shownResult({ result: few, measured })).toContain('82 % of the images right');
  const deployed = { batch, result: few, at: '2026-11-02T10:00:00.000Z' };
  const digest = (won: Won) =>
    asRead(renderDigest({ date: batch, deployed, won, round: { batch, progress, isOpen: false } }).blocks);
  expect(digest({ batch, result: few })).not.toContain('of the images right');
  expect(digest({ batch, result: few, measured })).toContain('82 % of the images right');
  const winner = { model: 'fog', accuracy: 0.82, accuracySd: 0.03 };
  const day = { batch, labels: 7, isOpen: false, isUnlike: false, winner };
  expect(sentences.trend.dayOf(day)).not.toHaveProperty('right');
  expect(sentences.trend.dayOf({ ...day, isMeasured: true })).toHaveProperty('right', winner);
});

test('how the model that served has fallen is said once in the daily announcement, as the measurement of the winner left it', () => {
  const before = { batch: '2026-11-01', result: 1, accuracy: 0.86, accuracySd: 0.03 };
  const fallen = { what: 'accuracy' as const, model: 'clean', now: { accuracy: 0.61, accuracySd: 0.04 }, before };
  const served = { model: 'clean', accuracy: 0.56, accuracySd: 0.04 };
  const present = { model: 'clean', ...fallen.now };
  const won = { batch, result: { ...result, present }, measured, served };
  const wonBefore = { batch: before.batch, result: { ...result, model: 'clean', accuracy: 0.86, accuracySd: 0.03 } };
  const round = { batch, progress, isOpen: false };
  const deployed = { batch, result: won.result, at: '2026-11-02T10:00:00.000Z' };
  expect(
    asRead(renderDigest({ date: batch, deployed, won, wonBefore, round, drift: [fallen] }).blocks),
  ).toMatchInlineSnapshot(`
    "*Model of the day, 2026-11-02*
    *fog* is deployed.
    On batch 2026-11-02 we are *95 % sure* that no other model is more than 0.5 points better: 23 labels by <@UADA> and <@UBEN>.
    It gets about 82 % of the images right (between 76 and 88 %), measured on 20 drawn at random.
    (*clean* has fallen: it gets about 56 % of the images right (between 48 and 64 %), where it got about 86 % of the images right (between 80 and 92 %) on batch 2026-11-01.)"
  `);
});

test('the trend, for whoever asks and at Home', () => {
  const won = (batch: string, model: string, labels: number) => ({
    ...{ batch, labels, isOpen: false, isUnlike: false },
    winner: { model, accuracy: 0.84, accuracySd: 0.03 },
  });
  const days = [won('2026-11-01', 'clean', 31), won('2026-11-02', 'fog', 18), won('2026-11-03', 'fog', 45)];
  const undecided = { batch: '2026-11-04', labels: 60, isOpen: false, isUnlike: true };
  const open = { batch: '2026-11-05', labels: 2, isOpen: true, isUnlike: false };
  const { text, blocks } = renderTrend([...days, undecided, open]);
  expect(`${spaced(text)}\n---\n${asRead(blocks)}`).toMatchInlineSnapshot(`
    "Chart: how often the winner of each batch is right, from 84 % (clean, batch 2026-11-01) to 84 % (fog, batch 2026-11-03)
    ---
    *The last 5 batches*: *fog* won 2, *clean* 1, 1 had no winner and 1 is still open. A batch took about 39 labels, from 18 to 60."
  `);
  expect(asRead(renderTrendPicture(days, 'F1').blocks)).toMatchInlineSnapshot(
    `"<image: Chart: how often the winner of each batch is right, from 84 % (clean, batch 2026-11-01) to 84 % (fog, batch 2026-11-03)>"`,
  );
  const reader = { user: 'UADA', isAdmin: false, fileOf: () => undefined };
  const home = homeView({
    tasks: [{ reader, status: undefined, mine: history, results: [], trend: { days, picture: 'F1' } }],
  });
  // Ten labels take a screen and a half, and the picture is what many come for.
  expect(asRead(home.blocks)).toMatch(/\*The last 3 batches\*.*# My labels/s);
});

test('status, models', () => {
  const { text, blocks } = renderStatus(status);
  expect(`${spaced(text)}\n---\n${asRead(blocks)}`).toMatchInlineSnapshot(`
    "Batch 2026-11-02: Labeling. Labels: 12 of at most 60. Best so far: fog, 95 % sure
    ---
    *Batch 2026-11-02*
    *State* Labeling
    *Labels* 12 of at most 60
    *People* <@UADA> <@UBEN>
    *Deployed* *clean* (batch 2026-11-01)
    *Confidence* 95 % sure that no other model is more than 0.5 points better (announced at 95 %, 5 labels in a row)
    1. *fog* · 87 % right (between 84 and 91 %) · chance to be best 95 %
    2. *clean* · 81 % right (between 77 and 85 %) · chance to be best 3 %
    3. *blur* · 77 % right (between 72 and 82 %) · chance to be best less than 1 %
    (Left out: *broken*, not an ONNX file
    Set aside: 1 image that could not be read)"
  `);
  expect(asRead(renderPicture(leaderboard, 'F1').blocks)).toMatchInlineSnapshot(
    `"<image: Chart: fog leads with an estimated 87 % of images right; 11 labels so far>"`,
  );
  expect(asRead(renderModels(status).blocks)).toMatchInlineSnapshot(`
    "*Batch 2026-11-02*
    1. *fog* · 87 % right (between 84 and 91 %) · chance to be best 95 %
    2. *clean* · 81 % right (between 77 and 85 %) · chance to be best 3 %
    3. *blur* · 77 % right (between 72 and 82 %) · chance to be best less than 1 %
    (Left out: *broken*, not an ONNX file
    Set aside: 1 image that could not be read)"
  `);
});

test('models that ran on a device say on which', () => {
  const models = leaderboard.models.map((one, place) => (place === 1 ? { ...one, providers: ['cuda', 'cpu'] } : one));
  const lines = asRead(renderModels({ ...status, leaderboard: { ...leaderboard, models } }).blocks).split('\n');
  expect(lines.filter((line) => line.includes('ran on'))).toEqual([
    expect.stringMatching(/\*clean\*.* · ran on cuda, cpu$/),
  ]);
});

test('status before there is a round', () => {
  const waiting = [
    renderStatus({ kind: 'no batch yet', lookingIn: 'data/batches' }),
    renderStatus({ kind: 'running models', batch, done: 120, of: 300, secondsLeft: 34 }),
    renderStatus({ kind: 'running models', batch, done: 120, of: 300, secondsLeft: 340 }),
    renderStatus({
      kind: 'running models',
      batch,
      done: 120,
      of: 300,
      secondsLeft: 340,
      workers: 2,
      perSecond: 0.5294,
    }),
    renderStatus({ kind: 'running models', batch, done: 120, of: 300, workers: 1 }),
    renderStatus({ kind: 'running models', batch, done: 120, of: 300, workers: 0 }),
    renderStatus({ kind: 'batch failed', batch, reason: 'no image in it could be read' }),
  ];
  expect(waiting.map(({ text }) => text)).toMatchInlineSnapshot(`
    [
      "No batch yet. I look for new ones in \`data/batches\`.",
      "The models are looking at batch 2026-11-02: 120 of 300 images done. About 34 seconds left.",
      "The models are looking at batch 2026-11-02: 120 of 300 images done. About 6 minutes left.",
      "The models are looking at batch 2026-11-02: 120 of 300 images done by 2 workers, 0.53 a second. About 6 minutes left.",
      "The models are looking at batch 2026-11-02: 120 of 300 images done by 1 worker.",
      "The models are looking at batch 2026-11-02: 120 of 300 images done, and no worker is there to go on: start \`modelpicker worker\`.",
      "The models could not look at batch 2026-11-02: no image in it could be read",
    ]
  `);
});

test('the lane', () => {
  const lane = (...args: Parameters<typeof laneView>) => asRead(laneView(...args).blocks);
  const news = { text: sentences.lane.saved('dog'), answer: 'a1' };
  expect(lane({ kind: 'question', question }, { file: 'F1', news, hasGuidelines: true })).toMatchInlineSnapshot(`
    "Saved: *dog*. [Undo]
    <image: The image to label>
    Which class is this?: { cat | dog | ship | Can’t tell }
    [Later] [Larger picture] [Guidelines]"
  `);
  expect(lane({ kind: 'question', question }, {})).toMatchInlineSnapshot(
    `"The image is still on its way to Slack, and comes here by itself. If it is not here in a minute, press *Stop* and open this again."`,
  );
  const reasons = ['paused', 'over', 'all taken', 'no round'] as const;
  expect(reasons.map((because) => lane({ kind: 'nothing to ask', because }, {}))).toMatchInlineSnapshot(`
    [
      "Labeling is paused. An admin can resume it with \`/modelpicker resume\`.",
      "This batch needs no more labels. Thank you!",
      "Somebody else is already on every open question. Check back in a few minutes.",
      "There is no batch to label yet. The channel gets a message when one is ready.",
    ]
  `);
  expect(asRead(laneLooking().blocks)).toMatchInlineSnapshot(`"Looking for the next image…"`);
});

test('history by person, by class, and where people disagree, without what is hidden', () => {
  const entry = (n: number, annotator: string, name: string, isSecret = false) => ({
    answer: `a${annotator}${n}`,
    image: { key: `day/${n}.jpg`, file: `/${n}.jpg` },
    ...{ file: `${n}.jpg`, class: name, annotator, at: '2026-11-02T09:01:00.000Z', isSecret, isFinal: false },
  });
  const entries = [
    ...[entry(3, 'UBEN', 'cat'), entry(2, 'UBEN', 'dog'), entry(1, 'UBEN', 'cat')],
    ...[entry(2, 'UADA', 'cat'), entry(1, 'UADA', 'cat')],
  ];
  const found = (sieve: Sieve, all = entries) =>
    [...asRead(historyView(all, reader, { sieve }).blocks).matchAll(/\*(\w+)\* by <@(\w+)>.* · (\d)\.jpg/g)].map(
      (match) => match.slice(1).join(' '),
    );
  expect(found({ of: 'UADA' })).toEqual(['cat UADA 2', 'cat UADA 1']);
  expect(found({ class: 'cat', of: 'UBEN' })).toEqual(['cat UBEN 3', 'cat UBEN 1']);
  expect(found({ disagreements: true })).toEqual(['dog UBEN 2', 'cat UADA 2']);
  // Ben must not find out what Ada said by looking for it.
  const secret = entries.map((one) => ({ ...one, isSecret: true }));
  expect(found({ class: 'cat' }, secret)).toEqual(['cat UBEN 3', 'cat UBEN 1']);
  expect(found({ disagreements: true }, secret)).toEqual([]);
  expect(asRead(historyView(secret, reader, { sieve: { class: 'cat' } }).blocks)).not.toContain('UADA');
});

test('history', () => {
  expect(asRead(historyView(history, reader, { note: 'Undone.' }).blocks)).toMatchInlineSnapshot(`
    "(Undone.)
    [Everybody] { Every class | Can’t tell | dog } [Where people disagree]
    can’t tell by <@UBEN>, <!date^1793610120^{date_short_pretty} {time}|2026-11-02 09:02 UTC> · cam4-17.jpg [undefined]
    [Undo]
    ~*dog* by <@UADA>, <!date^1793610060^{date_short_pretty} {time}|2026-11-02 09:01 UTC> · cam4-17.jpg~ undone by <@UADA> [undefined]"
  `);
  const secret = history.map(({ undoneBy: _, ...entry }) => ({ ...entry, isSecret: true }));
  expect(asRead(historyView(secret, { ...reader, isAdmin: true }).blocks)).toMatchInlineSnapshot(`
    "[Everybody] { Every class | Can’t tell } [Where people disagree]
    can’t tell by <@UBEN>, <!date^1793610120^{date_short_pretty} {time}|2026-11-02 09:02 UTC> · cam4-17.jpg [undefined]
    [Undo]
    <@UADA> answered, <!date^1793610060^{date_short_pretty} {time}|2026-11-02 09:01 UTC>. What they said is hidden until nobody else will be asked. [undefined]
    [Undo]"
  `);
  expect(asRead(historyView([], reader).blocks)).toMatchInlineSnapshot(`"No labels yet."`);
});

test('guidelines', () => {
  const guidelines = { cat: { text: 'Has whiskers.', image: '/cat.png' }, dog: { text: 'Barks.' } };
  expect(asRead(guidelinesView(guidelines, () => 'F1').blocks)).toMatchInlineSnapshot(`
    "*cat*
    Has whiskers.
    <image: An example of this class>
    *dog*
    Barks."
  `);
  expect(asRead(guidelinesView({}, () => undefined).blocks)).toMatchInlineSnapshot(
    `"No guidelines are set for these classes. They go under \`slack.guidelines\` in the settings file."`,
  );
});

test('App Home', () => {
  const results = [{ batch, result, at: '2026-11-02T10:00:00.000Z' }];
  const home = { tasks: [{ reader, status, mine: history.slice(0, 1), results }] };
  expect(asRead(homeView(home).blocks)).toMatchInlineSnapshot(`
    "# What needs labels now
    Batch 2026-11-02 needs labels: 12 of at most 60 labels by <@UADA> and <@UBEN>.
    [Label on my own]
    # Recent results
    • Batch 2026-11-02: *fog*, 95 % sure
    # My labels
    can’t tell by <@UBEN>, <!date^1793610120^{date_short_pretty} {time}|2026-11-02 09:02 UTC> · cam4-17.jpg [undefined]
    [Undo]
    # Help
    Model Picker finds which model fits each day’s images best, from as few labels as possible.
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
});

test('App Home of several tasks says whose each label is, also where an image has one answer in each', () => {
  const mine = history.slice(0, 1);
  const tasks = ['birds', 'leaves'].map((name) => ({ name, reader, status: undefined, mine, results: [] }));
  const { blocks } = homeView({ tasks });
  expect(asRead(blocks.slice(0, 9))).toMatchInlineSnapshot(`
    "# What needs labels now
    (*birds*: Nothing right now. The channel gets a message when a new batch is ready.)
    (*leaves*: Nothing right now. The channel gets a message when a new batch is ready.)
    # Recent results
    None yet.
    # My labels
    *birds*: can’t tell by <@UBEN>, <!date^1793610120^{date_short_pretty} {time}|2026-11-02 09:02 UTC> · cam4-17.jpg [undefined]
    [Undo]
    *leaves*: can’t tell by <@UBEN>, <!date^1793610120^{date_short_pretty} {time}|2026-11-02 09:02 UTC> · cam4-17.jpg [undefined]"
  `);
  const ids = blocks.flatMap(({ block_id }) => block_id ?? []);
  // Slack refuses a view in which two blocks have one id.
  expect(new Set(ids).size).toBe(ids.length);
});

test('private notes', () => {
  const answers = [
    { kind: 'recorded', answer: 'a', class: 'dog' },
    { kind: 'repeated', answer: 'a', class: 'dog' },
    { kind: 'already answered', by: 'UADA' },
    { kind: 'already answered', by: 'UBEN' },
    { kind: 'not yours' },
    { kind: 'somebody else is asked', answer: 'a', class: 'dog' },
    { kind: 'paused' },
    { kind: 'over' },
  ] as const;
  expect(answers.map((outcome) => noteOnAnswer(outcome, 'UBEN'))).toMatchInlineSnapshot(`
    [
      undefined,
      undefined,
      "<@UADA> answered this one a moment ago. The card shows the next question.",
      "You have already answered this one. \`/modelpicker undo\` takes back your last label.",
      "Somebody else has this question. The card shows one for you.",
      "Not counted: you labeled this image before (*dog*), and its second look is somebody else’s. If there is another image for you, the card shows it now. Was your first label a slip? Then take it back.",
      "Labeling is paused, so this was not counted. An admin can resume it with \`/modelpicker resume\`.",
      "Not counted: that batch needs no more labels. Thank you!",
    ]
  `);
  const undos = [
    { kind: 'undone', class: 'dog', annotator: 'UADA', file: 'cam4-17.jpg', withdrew: false },
    { kind: 'undone', class: null, annotator: 'UBEN', file: 'cam4-17.jpg', withdrew: true },
    { kind: 'would withdraw', answer: 'a', class: 'dog', annotator: 'UBEN', file: 'cam4-17.jpg', model: 'fog' },
    { kind: 'already undone' },
    { kind: 'not yours' },
    { kind: 'no such answer' },
    { kind: 'round over' },
  ] as const;
  expect(undos.map((outcome) => noteOnUndo(outcome, 'UADA'))).toMatchInlineSnapshot(`
    [
      "Undone: your *dog* on cam4-17.jpg.",
      "Undone: <@UBEN>’s “can’t tell” on cam4-17.jpg. The announced result relied on it and is withdrawn; labeling continues.",
      "Nothing is undone yet: the announced result (*fog*) relies on <@UBEN>’s *dog* on cam4-17.jpg. To undo it withdraws that result, tells the channel, and labeling continues.",
      "That label has already been undone.",
      "That label is somebody else’s. They can undo it themselves, or an admin can.",
      "There is no label to undo.",
      "That batch is closed, so its labels stay as they are.",
    ]
  `);
  expect(sentences.why).toMatchInlineSnapshot(
    `"The models disagree about this image, and its label should tell us more than any other about which of them is best. Images on which they all agree are never asked about: they cannot tell models apart."`,
  );
});

test('a model called after a mention rings nobody’s phone, neither when it wins nor when that is withdrawn', () => {
  const model = '<!channel>.onnx';
  const announcement = { batch: '<!here>', result: { ...result, model }, leaderboard };
  for (const shown of [
    renderResult(announcement, undefined, '1'),
    renderResult({ ...announcement, withdrawnBy: 'UADA' }, undefined, '1'),
  ]) {
    const mrkdwn = JSON.stringify([
      shown.text,
      shown.blocks.filter(({ type }) => type === 'section' || type === 'context'),
    ]);
    expect(mrkdwn).not.toMatch(/<!(channel|here)>/);
    expect(shown.text).toContain('&lt;!channel&gt;.onnx');
  }
});

test('names stay as they are written: no emoji, no link, no italics', () => {
  expect(bold(':cat:').replaceAll('\u200b', '')).toBe('*:cat:*');
  expect(bold(':cat:')).not.toContain(':cat:');
  expect(bold('vit_b_16')).toBe('*vit_b_16*');
  expect(bold('_hidden_')).not.toMatch(/_/);
  expect(section('a.com').text).toMatchObject({ verbatim: true });
});
