import { z } from 'zod';
import type { ViewValues } from '../api/view-methods.ts';
import type { Block, InteractiveElement } from '../blocks/blocks.ts';
import { elementsOf, optionsOf } from '../blocks/limits.ts';

/** What a person did with an element: typed text, an option's value, several values, or nothing chosen. */
export const choice = z.union([z.string(), z.array(z.string()), z.null()]);
export type Choice = z.infer<typeof choice>;

/** Block id → action id → choice. */
export const choices = z.record(z.string(), z.record(z.string(), choice));
export type Choices = z.infer<typeof choices>;

type Option = { readonly text: unknown; readonly value: string };

/** An option an app offered in a typeahead, by its value; a list of options that does not hold it gives undefined. */
export type Offered = (actionId: string, value: string) => Option | undefined;

/** The element's state in Slack's form, or undefined when the choice is none the element offers. */
export function valueInSlackForm(
  element: InteractiveElement,
  chosen: Choice,
  offered: Offered,
): Record<string, unknown> | undefined {
  const { type } = element;
  if (element.type === 'button') return { type, ...(element.value === undefined ? {} : { value: element.value }) };
  if (element.type === 'plain_text_input') {
    return Array.isArray(chosen) ? undefined : { type, value: chosen === '' ? null : chosen };
  }
  if (element.type === 'checkboxes') {
    const selected = optionsOf(element).filter(({ value }) => Array.isArray(chosen) && chosen.includes(value));
    return Array.isArray(chosen) && selected.length < chosen.length ? undefined : { type, selected_options: selected };
  }
  return Array.isArray(chosen) ? undefined : selectedInSlackForm(element, chosen || null, offered);
}

/** The state of an element of which one thing is chosen. */
function selectedInSlackForm(
  element: InteractiveElement,
  chosen: string | null,
  offered: Offered,
): Record<string, unknown> | undefined {
  const { type } = element;
  if (type === 'conversations_select') return { type, selected_conversation: chosen };
  if (type === 'users_select') return { type, selected_user: chosen };
  if (chosen === null) return { type, selected_option: null };
  const option =
    element.type === 'external_select'
      ? (offered(element.action_id ?? '', chosen) ?? initialOption(element, chosen))
      : optionsOf(element).find(({ value }) => value === chosen);
  return option && { type, selected_option: option };
}

/** The state of every element with a state, as `view_submission` and `block_actions` carry it. */
export function stateInSlackForm(blocks: readonly Block[], chosen: Choices, offered: Offered): ViewValues {
  const values: Record<string, Record<string, unknown>> = {};
  for (const block of blocks) {
    for (const element of elementsOf(block)) {
      if (element.type === 'button' || element.type === 'overflow') continue;
      const blockId = block.block_id ?? '';
      const actionId = element.action_id ?? '';
      const given = chosen[blockId]?.[actionId];
      const value = valueInSlackForm(element, given === undefined ? initialChoice(element) : given, offered);
      if (value) values[blockId] = { ...values[blockId], [actionId]: value };
    }
  }
  return values;
}

/** What Slack's client says under a field before it sends a form: block id → sentence. Empty when all is well. */
export function fieldErrors(blocks: readonly Block[], values: ViewValues): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const block of blocks) {
    if (block.type !== 'input') continue;
    const blockId = block.block_id ?? '';
    const { element } = block;
    const problem = fieldError(element, values[blockId]?.[element.action_id ?? ''], block.optional === true);
    if (problem !== undefined) errors[blockId] = problem;
  }
  return errors;
}

function fieldError(element: InteractiveElement, state: unknown, isOptional: boolean): string | undefined {
  const { value, selected_option, selected_options, selected_conversation, selected_user } = (state ?? {}) as Record<
    string,
    unknown
  >;
  const isEmpty =
    !value &&
    !selected_option &&
    !selected_conversation &&
    !selected_user &&
    !(Array.isArray(selected_options) && selected_options.length > 0);
  if (isEmpty) return isOptional ? undefined : 'Please complete this required field.';
  if (element.type !== 'plain_text_input' || typeof value !== 'string') return undefined;
  const { min_length = 0, max_length = 3000 } = element;
  if (value.length < min_length) return `Please enter at least ${min_length} characters.`;
  if (value.length > max_length) return `Please enter at most ${max_length} characters.`;
  return undefined;
}

function initialChoice(element: InteractiveElement): Choice {
  if (element.type === 'plain_text_input') return element.initial_value ?? null;
  if (element.type === 'checkboxes') return element.initial_options?.map(({ value }) => value) ?? [];
  if (element.type === 'conversations_select') return element.initial_conversation ?? null;
  if (element.type === 'users_select') return element.initial_user ?? null;
  return 'initial_option' in element ? (element.initial_option?.value ?? null) : null;
}

function initialOption(element: InteractiveElement, value: string): Option | undefined {
  const initial = 'initial_option' in element ? element.initial_option : undefined;
  return initial?.value === value ? initial : undefined;
}
