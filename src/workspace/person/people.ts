import { z } from 'zod';
import { directId } from '../api/chat-methods.ts';
import type { Rights } from '../api/rights.ts';
import type { Triggers } from '../api/triggers.ts';
import type { Block, InteractiveElement } from '../blocks/blocks.ts';
import { checkSuggestions, elementsOf } from '../blocks/limits.ts';
import type { Delivery } from '../events/deliveries.ts';
import { eventCallback, type Press, pressInMessage, pressInView, suggestion } from '../events/payloads.ts';
import type { SocketMode } from '../events/socket-mode.ts';
import type { WorkspaceMessage } from '../messages.ts';
import type { Person } from '../scene.ts';
import { SlackError } from '../slack-error.ts';
import type { OpenView, State } from '../state.ts';
import { type Choices, choice, choices, type Offered, stateInSlackForm, valueInSlackForm } from './choices.ts';

const place = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('message'), channel: z.string(), ts: z.string() }),
  z.object({ kind: z.literal('view'), id: z.string() }),
]);

/** An element on the screen, by where it stands. */
const target = { place, blockId: z.string(), actionId: z.string() };

/** What the page sends when an element is used. */
export const press = z.object({ ...target, choice: choice.default(null), values: choices.default({}) });

/** What it sends while somebody types into a typeahead. */
export const query = z.object({ ...target, query: z.string() });

type Place = z.infer<typeof place>;

/** How something a person did ended, as the page shows it. */
export type Outcome =
  | { readonly kind: 'done'; readonly afterMs: number }
  /** `shown` is what Slack's client would say. */
  | { readonly kind: 'failed'; readonly shown: string };

/** Everything people's actions need of the workspace. */
export type Office = {
  readonly state: State;
  readonly rights: Rights;
  readonly triggers: Triggers;
  readonly socketMode: SocketMode;
  /** Options an app offered in typeaheads, newest per person and element. */
  readonly offers: Map<string, readonly { text: unknown; value: string }[]>;
  /** Address of the workspace, without a slash at its end. */
  readonly origin: () => string;
};

const gone = 'This is no longer there.';
const noOptions = 'Sorry, no options could be loaded.';

/** A button pressed, an option chosen, a menu entry taken. */
export async function pressElement(office: Office, person: Person, action: z.infer<typeof press>): Promise<Outcome> {
  const found = find(office.state, person, action.place);
  const spot = found && findElement(office.state, found, action.blockId, action.actionId);
  if (!found || !spot) return { kind: 'failed', shown: gone };
  const value = valueInSlackForm(spot.element, action.choice, offeredTo(office, person));
  if (!value) return { kind: 'failed', shown: 'This is not one of the options.' };
  const chosen: Choices = {
    ...action.values,
    [action.blockId]: { ...action.values[action.blockId], [action.actionId]: action.choice },
  };
  const pressed: Press = {
    person,
    ...spot,
    value,
    values: stateInSlackForm(spot.blocks, chosen, offeredTo(office, person)),
    triggerId: office.triggers.issue(person.id),
    actionTs: office.state.newTs(),
  };
  const payload =
    'hash' in found
      ? pressInView(office.state, found, pressed)
      : pressInMessage(office.state, found, pressed, responseUrl(office, person, found.channel, found.ts));
  return outcomeOf(await office.socketMode.deliver('interactive', payload));
}

/** The options an app offers for what was typed so far; empty with a reason when it gave none. */
export async function suggest(office: Office, person: Person, asked: z.infer<typeof query>) {
  const found = find(office.state, person, asked.place);
  const spot = found && findElement(office.state, found, asked.blockId, asked.actionId);
  if (!found || spot?.element.type !== 'external_select') return { options: [], shown: gone };
  const where = 'hash' in found ? { open: found } : { message: found };
  const delivery = await office.socketMode.deliver(
    'interactive',
    suggestion(office.state, where, { person, ...asked }),
  );
  if (delivery.kind !== 'acknowledged') return { options: [], shown: noOptions };
  try {
    const answer = checkSuggestions(delivery.payload);
    const options = 'options' in answer ? answer.options : answer.option_groups.flatMap((group) => group.options);
    office.offers.set(`${person.id} ${asked.actionId}`, options);
    return { options };
  } catch (error) {
    report(office.state, 'block_suggestion', error);
    return { options: [], shown: noOptions };
  }
}

/** Opening the app's Home tab; the app is told and may publish a view. */
export async function openHome(office: Office, person: Person): Promise<Outcome> {
  const { state, rights, socketMode } = office;
  if (!rights.mayReceive('app_home_opened')) return { kind: 'done', afterMs: 0 };
  const event = {
    type: 'app_home_opened',
    user: person.id,
    channel: directId(person.id),
    tab: 'home',
    event_ts: state.newTs(),
  };
  return outcomeOf(await socketMode.deliver('events_api', eventCallback(state, person, event)));
}

/** The workspace's own words for how a delivery ended. */
export function outcomeOf(delivery: Delivery): Outcome {
  if (delivery.kind === 'acknowledged') return { kind: 'done', afterMs: delivery.afterMs };
  const shown =
    delivery.kind === 'no app connected'
      ? 'The app is not connected. Try again in a moment.'
      : 'This app isn’t responding. Try again.';
  return { kind: 'failed', shown };
}

/** Refusals that also meet an app without a fault: what it names has gone or changed meanwhile. */
const MISSED = ['message_not_found', 'file_not_found', 'not_found', 'thread_not_found', 'hash_conflict'];

/** Puts a refusal on the list of broken rules; anything else goes on up. */
export function report(state: State, where: string, error: unknown): void {
  if (!(error instanceof SlackError)) throw error;
  const level = MISSED.includes(error.code) ? 'warning' : 'error';
  for (const explanation of error.explanations.length > 0 ? error.explanations : [error.code]) {
    state.addViolation({ level, where, code: error.code, explanation });
  }
}

/** Options the app offered this person in a typeahead. */
export function offeredTo(office: Office, person: Person): Offered {
  return (actionId, value) => office.offers.get(`${person.id} ${actionId}`)?.find((option) => option.value === value);
}

function find(state: State, person: Person, where: Place): WorkspaceMessage | OpenView | undefined {
  if (where.kind === 'message') {
    const message = state.findMessage(where.channel, where.ts);
    return message?.onlyFor === undefined || message.onlyFor === person.id ? message : undefined;
  }
  const home = state.homes.get(person.id);
  return home?.id === where.id ? home : state.modals.get(person.id)?.find(({ id }) => id === where.id);
}

/** Looks into earlier states of a message too: a person may click what has just been replaced. */
function findElement(
  state: State,
  found: WorkspaceMessage | OpenView,
  blockId: string,
  actionId: string,
): { blocks: readonly Block[]; block: Block; element: InteractiveElement } | undefined {
  const versions =
    'hash' in found ? [found.view.blocks] : [found.blocks, ...state.earlierBlocks(found.channel, found.ts)];
  for (const blocks of versions) {
    const block = blocks.find((candidate) => candidate.block_id === blockId);
    const element = block && elementsOf(block).find((candidate) => candidate.action_id === actionId);
    if (block && element) return { blocks, block, element };
  }
  return undefined;
}

/** A fresh `response_url` for this person, here. */
export function responseUrl(office: Office, person: Person, channel: string, ts?: string): string {
  const reply = { channel, person: person.id, ...(ts === undefined ? {} : { ts }) };
  return office.origin() + office.triggers.issueResponsePath(reply);
}
