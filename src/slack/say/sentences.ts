import { commands } from './sentences/commands.ts';
import { days } from './sentences/days.ts';
import { labeling } from './sentences/labeling.ts';
import { standing } from './sentences/standing.ts';
import { winners } from './sentences/winners.ts';

/**
 * What the bot says to whoever labels, and nothing else: another language is another file with this type (and its own
 * phrases and numbers, which only sentences are made of). Short messages to a channel stand in `news.ts`, what whoever
 * runs it reads in `operator.ts`.
 * What stands in `text` and in plain-text fields has no mrkdwn; names are escaped here.
 */
export const sentences = { app: 'Model Picker', ...labeling, ...winners, ...days, ...standing, ...commands };
