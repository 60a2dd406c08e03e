import { assess, confidence } from '../method/assess.ts';
import { learn, prior } from '../method/belief.ts';
import { prepare } from '../method/problem.ts';
import { nextImages } from '../method/question.ts';
import type { Setting, Strategy } from './strategy.ts';

/** The method of this project, through the same functions as the bot. */
export function ours({ matrix, opinions, assumptions }: Setting): Strategy {
  const problem = prepare(matrix, { opinions, ...(assumptions && { assumptions }) });
  let belief = prior(problem);
  let assessment = assess(problem, belief);
  return {
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
