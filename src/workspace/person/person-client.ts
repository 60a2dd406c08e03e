import type { Block, InteractiveElement } from '../blocks/blocks.ts';
import { elementsOf, optionsOf } from '../blocks/limits.ts';
import type { WorkspaceMessage } from '../messages.ts';
import type { Choice, Choices } from './choices.ts';
import type { SubmitOutcome } from './modals.ts';
import type { Outcome } from './people.ts';

/** A view as the page gets it. */
export type SeenView = {
  readonly id: string;
  readonly callback_id: string;
  readonly title: { readonly text: string };
  readonly blocks: readonly Block[];
};

/** What one person has in front of them. */
type Seen = {
  readonly messages: readonly WorkspaceMessage[];
  /** Root first. */
  readonly modals: readonly SeenView[];
  readonly home: SeenView | null;
};

/** What carries elements: a message, a modal or the Home tab. */
type Surface = WorkspaceMessage | SeenView;

/** An element by its action id, or by what is written on it. */
type Wanted = string | { readonly actionId: string } | { readonly label: string };

/** What one person can see and do. */
export type PersonClient = {
  readonly id: string;
  see(): Promise<Seen>;
  /** Presses a button. @throws NotOnScreen, RefusedByWorkspace */
  click(surface: Surface, wanted: Wanted): Promise<Outcome>;
  /** Chooses by an option's value or its text: selects, overflow menus, radio buttons, typeaheads. */
  choose(surface: Surface, wanted: Wanted, option: string): Promise<Outcome>;
  /** Types into a typeahead; gives the texts and values the app offers. */
  suggest(surface: Surface, wanted: Wanted, query: string): Promise<readonly { text: string; value: string }[]>;
  /** Types a line into the composer: `/command …` or a message. */
  type(channel: string, text: string): Promise<Outcome>;
  /** Presses the submit button of a modal; `fields` by action id. */
  submit(modal: SeenView, fields?: Readonly<Record<string, Choice>>): Promise<SubmitOutcome>;
  close(modal: SeenView, options?: { all: boolean }): Promise<Outcome>;
  openHome(): Promise<Outcome>;
  /** Takes a shortcut of the app, by its callback id: one of everywhere, or one on a message. */
  shortcut(callbackId: string, message?: WorkspaceMessage): Promise<Outcome>;
};

/** What somebody wants to press is not on their screen; it may have changed just now. */
export class NotOnScreen extends Error {}

/** The workspace does not take what somebody did; what they saw may be of before. */
export class RefusedByWorkspace extends Error {}

/** Uses the workspace as the page does: over HTTP, knowing only what it sees. */
export function createPersonClient(setup: { origin: string; key: string; person: string }): PersonClient {
  const { origin, key, person } = setup;

  async function ask<Answer>(path: string, body?: unknown): Promise<Answer> {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${origin}/people/${path}?key=${key}&as=${person}`, { ...init, headers });
    if (!response.ok) throw new RefusedByWorkspace(`The workspace refused ${path}: ${await response.text()}`);
    return (await response.json()) as Answer;
  }

  const press = (surface: Surface, spot: Spot, choice: Choice) =>
    ask<Outcome>('press', { place: placeOf(surface), blockId: spot.blockId, actionId: spot.actionId, choice });

  return {
    id: person,
    see: () => ask<Seen>('seen'),
    click: (surface, wanted) => press(surface, locate(surface, wanted), null),
    choose(surface, wanted, option) {
      const spot = locate(surface, wanted);
      const known = optionsOf(spot.element).find(({ text, value }) => value === option || text.text === option);
      const value = known?.value ?? option;
      return press(surface, spot, spot.element.type === 'checkboxes' ? [value] : value);
    },
    async suggest(surface, wanted, query) {
      const { blockId, actionId } = locate(surface, wanted);
      type Offer = { options: { text: { text: string }; value: string }[] };
      const { options } = await ask<Offer>('suggest', { place: placeOf(surface), blockId, actionId, query });
      return options.map(({ text, value }) => ({ text: text.text, value }));
    },
    type: (channel, text) => ask<Outcome>('type', { channel, text }),
    submit(modal, fields = {}) {
      const values: Choices = {};
      for (const [actionId, choice] of Object.entries(fields)) {
        const spot = locate(modal, { actionId });
        values[spot.blockId] = { ...values[spot.blockId], [actionId]: choice };
      }
      return ask<SubmitOutcome>('submit', { view: modal.id, values });
    },
    close: (modal, options = { all: false }) => ask<Outcome>('close', { view: modal.id, ...options }),
    openHome: () => ask<Outcome>('home', {}),
    shortcut: (callbackId, message) =>
      ask<Outcome>('shortcut', {
        callbackId,
        ...(message && { message: { channel: message.channel, ts: message.ts } }),
      }),
  };
}

type Spot = { readonly blockId: string; readonly actionId: string; readonly element: InteractiveElement };

function locate(surface: Surface, wanted: Wanted): Spot {
  const spots = surface.blocks.flatMap((block) =>
    elementsOf(block).map((element) => ({
      blockId: block.block_id ?? '',
      actionId: element.action_id ?? '',
      element,
    })),
  );
  const found = spots.find(({ actionId, element }) => {
    const label = 'text' in element ? element.text.text : undefined;
    if (typeof wanted === 'string') return actionId === wanted || label === wanted;
    return 'actionId' in wanted ? actionId === wanted.actionId : label === wanted.label;
  });
  if (found) return found;
  const there = spots.map(({ actionId }) => actionId).join(', ') || 'nothing to click';
  throw new NotOnScreen(`There is no ${JSON.stringify(wanted)} here, only: ${there}`);
}

function placeOf(surface: Surface): Record<string, string> {
  if ('ts' in surface) return { kind: 'message', channel: surface.channel, ts: surface.ts };
  return { kind: 'view', id: surface.id };
}
