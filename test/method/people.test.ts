import { describe, expect, test } from 'vitest';
import { agreementOfPeople, annotatorRecords } from '../../src/method/annotators.ts';
import { assess } from '../../src/method/assess.ts';
import { type Belief, type Click, learn, prior, replay } from '../../src/method/belief.ts';
import { errorRate } from '../../src/method/people.ts';
import { prepare } from '../../src/method/problem.ts';
import { nextImages } from '../../src/method/question.ts';
import { isUpToPeople } from '../../src/method/second-look.ts';
import { settledLabels } from '../../src/method/settled.ts';
import { chanceFrom } from '../../src/simulate/chance.ts';
import { matrixOf } from './pools.ts';

/** Five models of different skill on 200 images of 4 classes. */
const chance = chanceFrom(7);
const truth = Array.from({ length: 200 }, () => Math.floor(chance() * 4));
const skills = [0.9, 0.8, 0.75, 0.7, 0.6];
const rows = truth.map((one) => skills.map((skill) => (chance() < skill ? one : Math.floor(chance() * 4))));
const problem = prepare(matrixOf(rows, 4));
const disputed = [...problem.itemImages];

/** Each image labeled by everybody named, who says the truth unless `says` knows better. */
function clicksOf(
  images: readonly number[],
  people: readonly string[],
  says = (_: string, image: number) => truth[image]!,
) {
  return images.flatMap((image): Click[] =>
    people.map((annotator) => ({ image, class: says(annotator, image), annotator })),
  );
}

describe('how much people err', () => {
  test('is taken to be 5 to 10 % before anybody clicked', () => {
    const { mean, low, high } = errorRate(problem, prior(problem));
    expect(mean).toBeGreaterThan(0.05);
    expect(mean).toBeLessThan(0.1);
    expect([low, high]).toEqual([0.002, 0.4]);
  });

  test('is found to be little where two people agree, and much where they do not', () => {
    const images = disputed.slice(0, 30);
    const right = errorRate(problem, replay(problem, clicksOf(images, ['Ada', 'Bo'])));
    const careless = (who: string, image: number) =>
      who === 'Bo' && image % 4 === 0 ? (truth[image]! + 1) % 4 : truth[image]!;
    const wrong = errorRate(problem, replay(problem, clicksOf(images, ['Ada', 'Bo'], careless)));
    expect(right.mean).toBeLessThan(0.02);
    expect(wrong.mean).toBeGreaterThan(3 * right.mean);
  });
});

test('who clicks at random is found, and nothing is learned from the clicks', () => {
  const luck = chanceFrom(3);
  const random = (who: string, image: number) => (who === 'Cy' ? Math.floor(luck() * 4) : truth[image]!);
  const clicks = clicksOf(disputed.slice(0, 25), ['Ada', 'Bo', 'Cy'], random);
  const belief = replay(problem, clicks);
  const records = annotatorRecords(problem, belief);
  expect(records.map(({ annotator, random }) => [annotator, random > 0.5])).toEqual([
    ['Ada', false],
    ['Bo', false],
    ['Cy', true],
  ]);
  const sober = replay(
    problem,
    clicks.filter(({ annotator }) => annotator !== 'Cy'),
  );
  for (const [index, weight] of belief.weights.mean.entries())
    expect(weight).toBeCloseTo(sober.weights.mean[index]!, 6);
  expect(assess(problem, belief).leader).toBe(0);
});

test('whoever is doubted, trusted and doubted again changes no bit by it', () => {
  const luck = chanceFrom(5);
  let belief = prior(problem);
  const doubted: boolean[] = [];
  for (const { image, annotator } of clicksOf(disputed.slice(0, 60), ['Ada', 'Bo', 'Cy'])) {
    const before = belief;
    const isDoubted = before.people.discounted.size > 0;
    // Cy takes care while doubted, and only then.
    const said = annotator === 'Cy' && !isDoubted ? Math.floor(luck() * 4) : truth[image]!;
    const click: Click = { image, class: said, ...(annotator && { annotator }) };
    belief = learn(problem, before, click);
    const anew = learn(problem, { ...before, left: new Map() }, click);
    expect({ ...belief, left: 0 }).toEqual({ ...anew, left: 0 });
    if (belief.people.discounted.size > 0 !== isDoubted) doubted.push(!isDoubted);
  }
  expect(doubted.slice(0, 3)).toEqual([true, false, true]);
});

test('one person alone is asked again about an own image after twenty others, not sooner', () => {
  let belief = prior(problem);
  const asked: number[] = [];
  while (asked.length < 60) {
    const [image] = nextImages(problem, belief, assess(problem, belief));
    asked.push(image!);
    belief = learn(problem, belief, { image: image!, class: truth[image!]!, annotator: 'Ada' });
  }
  const distances = asked.flatMap((image, place) =>
    asked.indexOf(image) < place ? [place - asked.indexOf(image)] : [],
  );
  expect(distances.length).toBeGreaterThan(0);
  expect(Math.min(...distances)).toBeGreaterThan(20);
});

test('where a claim is nearly sure ten second looks are asked for, and twenty once somebody saw something else', () => {
  const labels = clicksOf(disputed.slice(0, 60), ['Ada']);
  const afterLook = (shift: number) => {
    const image = disputed[0]!;
    return replay(problem, [...labels, { image, class: (truth[image]! + shift) % 4, annotator: 'Bo' }]);
  };
  const asksAfter = (belief: Belief) =>
    [9, 10, 19, 20].filter((looks) => isUpToPeople(problem, belief, assess(problem, belief), looks));
  expect(asksAfter(afterLook(0))).toEqual([9]);
  expect(asksAfter(afterLook(1))).toEqual([9, 10, 19]);
});

test('agreement counts the images that two people looked at, with an interval', () => {
  const [one, two, three] = disputed;
  const clicks = clicksOf([one!, two!, three!], ['Ada']).concat(
    { image: one!, class: truth[one!]!, annotator: 'Bo' },
    { image: two!, class: (truth[two!]! + 1) % 4, annotator: 'Bo' },
  );
  const belief = replay(problem, clicks);
  expect(agreementOfPeople(belief)).toMatchObject({ of: 1, cases: 2 });
  const [ada] = annotatorRecords(problem, belief);
  expect(ada).toMatchObject({ annotator: 'Ada', labels: 3, agreement: { of: 1, cases: 2 }, repeats: { cases: 0 } });
  expect(ada!.agreement.low).toBeCloseTo(0.0945, 3);
  expect(ada!.agreement.high).toBeCloseTo(0.9055, 3);
});

test('a settled label is the likeliest after all clicks, surer the more agree', () => {
  const image = disputed[0]!;
  const settled = (people: string[]) => {
    const belief = replay(problem, clicksOf([image], people));
    return settledLabels(problem, belief, assess(problem, belief))[0]!;
  };
  expect(settled(['Ada'])).toMatchObject({ image, class: truth[image], opinions: 1 });
  expect(settled(['Ada', 'Bo']).probability).toBeGreaterThan(settled(['Ada']).probability);
});
