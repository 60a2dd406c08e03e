import type { Measured } from '../../round/facts.ts';
import type { ToGo } from '../../round/view.ts';
import type { Progress } from '../../task/people.ts';
import { person } from './mrkdwn.ts';
import { chance, count, estimate, labelsToRank, points, range, roughly } from './numbers.ts';

/** Parts of sentences that several of them share. */

/** Whom to ask for what only an admin may do. */
export function askAdmin(admins: readonly string[]): string {
  return admins.length === 0
    ? 'No admin has been named yet: set `slack.admins` in the settings file.'
    : `Please ask ${list(admins.map(person))}.`;
}

/** What is claimed of a leader: no other model is better by more than the tolerance, a share of the images. */
export function noBetter(tolerance: number): string {
  return tolerance === 0 ? 'no other model is better' : `no other model is more than ${points(tolerance)} better`;
}

/**
 * "95 % sure". The confidence is a lower bound that is far too low while many models are in the race, so below one half
 * it is put into words.
 */
export function howSure(confidence: number): string {
  return confidence < 0.5 ? 'far from sure' : `${chance(confidence)} sure`;
}

/** What stands in the place of a ranking before there are enough labels for one. */
export function tooEarly(models: readonly string[]): string {
  return models.length === 1
    ? `There is only one model: ${models[0]}.`
    : `Too early to rank the ${models.length} models (${list(models)}): after about ${labelsToRank} labels this shows which one leads.`;
}

/** What is claimed of a model's accuracy once there are enough labels: "about 87 % of the images right (between 82 and 92 %)". */
export function accuracyOf(known: { readonly accuracy: number; readonly accuracySd: number }): string {
  return `about ${estimate(known)} of the images right (${range(known)})`;
}

/** The same where it was measured: "about 82 % of the images right (between 76 and 88 %), measured on 20 drawn at random". */
export function measuredAs({ accuracy, halfWidth, looks }: Measured): string {
  const known = accuracyOf({ accuracy, accuracySd: halfWidth / 1.96 });
  return `${known}, measured on ${looks.length} drawn at random`;
}

/** How far a model is behind one that has a share of `margin` more right, in points: "about 1.5 points behind". */
export function behind(margin: number, other?: string): string {
  const of = other === undefined ? '' : ` ${other}`;
  // Beside two ranges, tenths of many points would say more than is known.
  const digits = other !== undefined && margin >= 0.05 ? 0 : 1;
  if (margin >= 0.0005) return `about ${points(margin, digits)} behind${of}`;
  return other === undefined ? 'about level' : `about level with${of}`;
}

/** " by @ana and @ben", or nothing. */
export function by(annotators: readonly string[]): string {
  if (annotators.length === 0) return '';
  return ` by ${list(annotators.map(person))}`;
}

/** "12 labels by @ana, about 30 to 80 to go"; "12 of at most 300 labels" where what is to go is not known, or nothing is. */
export function soFar({ labels, budget, annotators, toGo }: Progress): string {
  return toGo === undefined
    ? `${labels} of at most ${count(budget, 'label')}${by(annotators)}`
    : `${count(labels, 'label')}${by(annotators)}, ${left(toGo)}`;
}

/** "about 30 to 80 to go"; "at most 12 to go" where only the budget is known to end it. */
export function left({ low, high }: ToGo): string {
  const [from, to] = [roughly(low), roughly(high)];
  if (low >= high) return `at most ${Math.ceil(high)} to go`;
  return from === to ? `about ${to} to go` : `about ${from} to ${to} to go`;
}

/** "a, b and c"; of many, the first and how many more there are, `max` in all. */
export function list(all: readonly string[], max = 6): string {
  const words = all.length > max ? [...all.slice(0, max - 1), `${all.length - max + 1} more`] : all;
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
