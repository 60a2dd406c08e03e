import { assess, confidence } from '../method/assess.ts';
import { type Click, learn, prior, replay } from '../method/belief.ts';
import { INHERITANCE } from '../method/constants.ts';
import { inherit, type Yesterday } from '../method/inherit.ts';
import { prepare } from '../method/problem.ts';
import { nextImages } from '../method/question.ts';
import type { Names } from '../method/same-parameters.ts';
import type { Setting, Strategy } from './strategy.ts';

/** The method of this project, through the same functions as the bot. */
export function ours(setting: Setting): Strategy {
  return oursFrom(setting, { models: [], classes: [] }, undefined);
}

/** A strategy that the next day can take over from. */
export type OursByDay = Strategy & {
  /** What there is to take over, had the labels ended after so many. */
  asYesterday(labels: number): Yesterday;
};

/** The same on a day that may follow another. */
export function oursFrom(
  { matrix, opinions, assumptions }: Setting,
  names: Names,
  yesterday: Yesterday | undefined,
): OursByDay {
  const problem = prepare(matrix, { opinions, ...(assumptions && { assumptions }) });
  const inherited = yesterday && inherit(problem, names, yesterday);
  let belief = prior(problem, inherited);
  let assessment = assess(problem, belief);
  return {
    asYesterday: (labels) => ({
      problem,
      names,
      persons: true,
      share: INHERITANCE.share,
      belief: replay(problem, firstLabels(belief.log, labels), inherited),
    }),
    next: () => nextImages(problem, belief, assessment)[0],
    learn(image, label, annotator) {
      belief = learn(problem, belief, { image, class: label, annotator });
      assessment = assess(problem, belief);
    },
    leader: () => assessment.leader,
    isFinal: () => assessment.isFinal,
    confidence: (tolerance) => confidence(assessment, tolerance),
    accuracy: () => ({
      mean: assessment.expectedAccuracy[assessment.leader]!,
      deviation: assessment.accuracySd[assessment.leader]!,
    }),
  };
}

function firstLabels(log: readonly Click[], labels: number): Click[] {
  let left = labels;
  return log.filter((click) => left > 0 && (click.class === null || left-- > 0));
}
