import type { Trend } from '../../../task/days/trend.ts';
import { image, type Rendered, rendered, section } from '../blocks.ts';
import { sentences } from '../sentences.ts';

const say = sentences.trend;

/** The newest batches in words. */
export function renderTrend(trend: Trend): Rendered {
  return rendered(say.alt(trend), [section(say.found(trend))]);
}

/** Their picture, which follows the words as soon as it has reached Slack. */
export function renderTrendPicture(trend: Trend, picture: string): Rendered {
  return rendered(say.alt(trend), [image(picture, say.alt(trend))]);
}
