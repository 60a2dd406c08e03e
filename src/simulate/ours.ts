import { assess, confidence } from '../method/assess.ts';
import { learn, prior } from '../method/belief.ts';
import { prepare } from '../method/problem.ts';
import { nextImages } from '../method/question.ts';
import type { Setting, Strategy } from './strategy.ts';

/** The method of this project, through the same functions as the bot. */
export function ours({ matrix, assumedError, opinions }: Setting): Strategy {
  const problem = prepare(matrix, { clickError: assumedError, opinions });
  let belief = prior(problem);
  let assessment = assess(problem, belief);
  return {
    next: () => nextImages(problem, belief, assessment)[0],
    learn(image, label) {
      belief = learn(problem, belief, { image, class: label });
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
