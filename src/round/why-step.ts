import type { Step } from './next-step.ts';
import { awaitsRuling } from './outcome.ts';
import { labelCount, openQuestions, type Round } from './round.ts';
import type { View } from './view.ts';

/** Why a step was chosen: what it is, and the figures it was chosen by. */
export type Why = {
  readonly step: Step['kind'];
  readonly why: string;
  /** That no model is better than the leader, and that none is by more than the tolerance; announced from `target` on. */
  readonly confidence: number;
  readonly confidenceWithin: number;
  readonly target: number;
  /** Labels given, of at most `budget`. */
  readonly labels: number;
  readonly budget: number;
  /** Questions that may be answered now. */
  readonly open: number;
};

/** The inputs of a step and its reason, for the operator; confidences are rounded to a thousandth. */
export function whyStep(step: Step, round: Round, view: View, now: Date): Why {
  const { confidence: target, budget } = round.opened.rules;
  return {
    step: step.kind,
    why: reasonOf(step, round, view),
    confidence: rounded(view.confidenceBest),
    confidenceWithin: rounded(view.confidenceWithin),
    target,
    labels: labelCount(round),
    budget: budget * (round.results.length + 1),
    open: openQuestions(round, now).length,
  };
}

function reasonOf(step: Step, round: Round, view: View): string {
  switch (step.kind) {
    case 'finish':
      return step.result.because;
    case 'deploy':
      return `result ${step.result.number} has a winner that was not handed over`;
    case 'measure':
      return `${step.measuring.done} images drawn at random say how often the winner is right`;
    case 'ask':
      if (step.measures !== undefined) return `image ${step.image} was drawn at random, to measure the winner`;
      if (step.again !== undefined) return `somebody wants another look at image ${step.image}`;
      return [...round.questions.values()].some(({ image }) => image === step.image)
        ? `image ${step.image} was asked before and needs an answer`
        : `image ${step.image} tells the models apart best and nobody is asked about it`;
    case 'wait':
      return `waits for ${step.for}${view.sure ? `, sure already (${view.sure}), but nothing new was answered` : ''}`;
    case 'rest':
      return round.result && awaitsRuling(round, round.result)
        ? `the winner is ${round.result.doubt}: waits for an admin's yes`
        : 'the result stands';
  }
}

function rounded(confidence: number): number {
  return Math.round(1000 * confidence) / 1000;
}
