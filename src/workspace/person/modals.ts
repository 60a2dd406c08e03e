import { z } from 'zod';
import { pushModal, replaceModal, type ViewValues } from '../api/view-methods.ts';
import { elementsOf } from '../blocks/limits.ts';
import { closing, type ResponseUrl, submission } from '../events/payloads.ts';
import type { Person } from '../scene.ts';
import type { OpenView, State } from '../state.ts';
import { choices, fieldErrors, stateInSlackForm } from './choices.ts';
import { type Office, type Outcome, offeredTo, outcomeOf, report, responseUrl } from './people.ts';

/** What the page sends to submit a window. */
export const submit = z.object({ view: z.string(), values: choices.default({}) });

/** What it sends to close one, or all. */
export const close = z.object({ view: z.string(), all: z.boolean().default(false) });

/** What an app may answer to a submission. */
const reaction = z.union([
  z.strictObject({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string()) }),
  z.strictObject({ response_action: z.literal('update'), view: z.unknown() }),
  z.strictObject({ response_action: z.literal('push'), view: z.unknown() }),
  z.strictObject({ response_action: z.literal('clear') }),
  z.strictObject({}),
]);

const TROUBLE = 'We had some trouble connecting. Try again?';

/** `errors` stand under the fields, by block id; the modal stays open. */
export type SubmitOutcome = Outcome | { readonly kind: 'errors'; readonly errors: Readonly<Record<string, string>> };

/** The submit button of a modal: what the app answers decides what happens to the modal. */
export async function submitModal(
  office: Office,
  person: Person,
  form: z.infer<typeof submit>,
): Promise<SubmitOutcome> {
  const { state } = office;
  const open = state.modals.get(person.id)?.find(({ id }) => id === form.view);
  if (!open) return { kind: 'failed', shown: 'This window is no longer open.' };
  const values = stateInSlackForm(open.view.blocks, form.values, offeredTo(office, person));
  const missing = fieldErrors(open.view.blocks, values);
  if (Object.keys(missing).length > 0) return { kind: 'errors', errors: missing };
  const keys = {
    triggerId: office.triggers.issue(person.id),
    responseUrls: responseUrlsOf(office, person, open, values),
  };
  const payload = submission(state, person, open, values, keys);
  const delivery = await office.socketMode.deliver('interactive', payload);
  if (delivery.kind !== 'acknowledged') return { kind: 'failed', shown: TROUBLE };
  try {
    return react(state, open, delivery.payload) ?? outcomeOf(delivery);
  } catch (error) {
    report(state, 'view_submission', error);
    return { kind: 'failed', shown: TROUBLE };
  }
}

/** A channel chosen where the app asked for it comes with an address to answer to. */
function responseUrlsOf(office: Office, person: Person, open: OpenView, values: ViewValues): ResponseUrl[] {
  return open.view.blocks.flatMap((block) =>
    elementsOf(block).flatMap((element) => {
      if (element.type !== 'conversations_select' || !element.response_url_enabled) return [];
      const ids = { block_id: block.block_id ?? '', action_id: element.action_id ?? '' };
      const channel = values[ids.block_id]?.[ids.action_id] as { selected_conversation?: string | null } | undefined;
      const chosen = channel?.selected_conversation;
      if (!chosen) return [];
      return [{ ...ids, channel_id: chosen, response_url: responseUrl(office, person, chosen) }];
    }),
  );
}

function react(state: State, open: OpenView, payload: unknown): SubmitOutcome | undefined {
  const parsed = reaction.safeParse(payload);
  if (!parsed.success) {
    const explanation = `not an answer to a view_submission: ${JSON.stringify(payload).slice(0, 200)}`;
    state.addViolation({ level: 'error', where: 'view_submission', code: 'invalid_response_action', explanation });
    return { kind: 'failed', shown: TROUBLE };
  }
  const answer = parsed.data;
  if (!('response_action' in answer)) remove(state, open);
  else if (answer.response_action === 'clear') state.setModals(open.owner, []);
  else if (answer.response_action === 'update') replaceModal(state, open, answer.view);
  else if (answer.response_action === 'push') pushModal(state, open.owner, answer.view);
  else return shownErrors(state, open, answer.errors);
  return undefined;
}

function shownErrors(state: State, open: OpenView, errors: Record<string, string>): SubmitOutcome {
  const fields = new Set(open.view.blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id));
  const stray = Object.keys(errors).find((blockId) => !fields.has(blockId));
  if (stray === undefined && Object.keys(errors).length > 0) return { kind: 'errors', errors };
  const explanation = `errors must name the block_id of input blocks; "${stray}" is none`;
  state.addViolation({ level: 'error', where: 'view_submission', code: 'invalid_response_action', explanation });
  return { kind: 'failed', shown: TROUBLE };
}

/** Cancel, Escape or ✕; the app hears of it only if the view asked for it. */
export async function closeModal(
  office: Office,
  person: Person,
  { view, all }: z.infer<typeof close>,
): Promise<Outcome> {
  const { state } = office;
  const stack = state.modals.get(person.id) ?? [];
  const open = stack.find(({ id }) => id === view);
  if (open?.view.type !== 'modal') return { kind: 'done', afterMs: 0 };
  const isCleared = all || open.view.clear_on_close === true;
  const closed = isCleared ? stack : [open];
  if (isCleared) state.setModals(person.id, []);
  else remove(state, open);
  const heard = closed.filter((modal) => modal.view.type === 'modal' && modal.view.notify_on_close);
  for (const modal of heard) await office.socketMode.deliver('interactive', closing(state, person, modal, isCleared));
  return { kind: 'done', afterMs: 0 };
}

function remove(state: State, open: OpenView): void {
  const stack = state.modals.get(open.owner) ?? [];
  state.setModals(
    open.owner,
    stack.filter(({ id }) => id !== open.id),
  );
}
