import { coda } from './coda/coda.ts';
import { committee } from './committee.ts';
import { modelPicker } from './model-picker.ts';
import { modelSelector } from './model-selector.ts';
import { ours } from './ours.ts';
import type { Setting, Strategy } from './strategy.ts';

/** Every strategy by the name it has on the command line. */
export const strategies: Record<string, (setting: Setting) => Strategy> = {
  ours,
  'model-selector': modelSelector,
  'model-picker': modelPicker,
  coda,
  random: (setting) => committee(setting, 'random'),
  margin: (setting) => committee(setting, 'margin'),
  entropy: (setting) => committee(setting, 'entropy'),
};
