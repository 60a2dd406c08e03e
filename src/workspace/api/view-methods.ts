import { checkHome, checkModal } from '../blocks/limits.ts';
import { APP } from '../scene.ts';
import { SlackError } from '../slack-error.ts';
import type { OpenView, State } from '../state.ts';
import { type Args, finishBlocks, requireText } from './compose.ts';
import type { Rights } from './rights.ts';
import type { Triggers } from './triggers.ts';

/** At most this many modals may lie on each other. */
const MAX_STACK = 3;

/** What people filled in: block id → action id → value in Slack's form. */
export type ViewValues = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** `views.open`: a first modal for the person behind the trigger, in place of any other. */
export function openView(state: State, triggers: Triggers, args: Args): Record<string, unknown> {
  const { person, use } = triggers.claim(args.trigger_id);
  const opened = newModal(state, person, args.view, undefined);
  use();
  state.setModals(person, [opened]);
  return { view: viewInSlackForm(opened) };
}

/** `views.push`: one more modal on top. */
export function pushView(state: State, triggers: Triggers, args: Args): Record<string, unknown> {
  const { person, use } = triggers.claim(args.trigger_id);
  const pushed = pushModal(state, person, args.view);
  use();
  return { view: viewInSlackForm(pushed) };
}

/** `views.update`: changes a modal in place, by `view_id` or `external_id`. */
export function updateView(state: State, args: Args): Record<string, unknown> {
  const wanted = [...state.modals.values()]
    .flat()
    .find(({ id, view }) =>
      args.view_id === undefined
        ? view.external_id === args.external_id && args.external_id !== undefined
        : id === args.view_id,
    );
  if (!wanted) throw new SlackError('not_found', ['this view is no longer open']);
  if (args.hash !== undefined && args.hash !== wanted.hash)
    throw new SlackError('hash_conflict', ['the view has changed since']);
  return { view: viewInSlackForm(replaceModal(state, wanted, args.view)) };
}

/** `views.publish`: the Home tab of one person. */
export function publishView(state: State, rights: Rights, args: Args): Record<string, unknown> {
  const person = requireText(args, 'user_id');
  if (!state.people.some(({ id }) => id === person)) throw new SlackError('user_not_found');
  if (!rights.mayShowHome)
    throw new SlackError('not_enabled', ['the manifest has no features.app_home.home_tab_enabled']);
  const before = state.homes.get(person);
  if (args.hash !== undefined && args.hash !== before?.hash) throw new SlackError('hash_conflict');
  const checked = checkHome(args.view);
  const view = { ...checked, blocks: finishBlocks(state, checked.blocks, 'views') };
  const id = before?.id ?? state.newId('V');
  const home: OpenView = { id, owner: person, hash: newHash(state), view, rootId: id, previousId: null };
  state.homes.set(person, home);
  state.tell({ kind: 'home', person });
  return { view: viewInSlackForm(home) };
}

/** @throws SlackError `push_limit_reached` or whatever is wrong with the view */
export function pushModal(state: State, person: string, view: unknown): OpenView {
  const stack = state.modals.get(person) ?? [];
  if (stack.length >= MAX_STACK)
    throw new SlackError('push_limit_reached', [`at most ${MAX_STACK} modals may be open`]);
  const pushed = newModal(state, person, view, stack.at(-1));
  state.setModals(person, [...stack, pushed]);
  return pushed;
}

/** Puts a changed view where this modal stands. */
export function replaceModal(state: State, old: OpenView, view: unknown): OpenView {
  const checked = checkModal(view);
  refuseTakenExternalId(state, checked.external_id, old.id);
  const finished = { ...checked, blocks: finishBlocks(state, checked.blocks, 'views') };
  const replaced = { ...old, hash: newHash(state), view: finished };
  const stack = state.modals.get(old.owner) ?? [];
  state.setModals(
    old.owner,
    stack.map((open) => (open.id === old.id ? replaced : open)),
  );
  return replaced;
}

function newModal(state: State, person: string, view: unknown, below: OpenView | undefined): OpenView {
  const checked = checkModal(view);
  refuseTakenExternalId(state, checked.external_id, undefined);
  const id = state.newId('V');
  return {
    id,
    owner: person,
    hash: newHash(state),
    view: { ...checked, blocks: finishBlocks(state, checked.blocks, 'views') },
    rootId: below?.rootId ?? id,
    previousId: below?.id ?? null,
  };
}

function refuseTakenExternalId(state: State, externalId: string | undefined, own: string | undefined): void {
  const isTaken = [...state.modals.values()]
    .flat()
    .some(({ id, view }) => id !== own && view.external_id === externalId);
  if (externalId !== undefined && externalId !== '' && isTaken) {
    throw new SlackError('duplicate_external_id', [`another view has the external_id ${externalId}`]);
  }
}

function newHash(state: State): string {
  return `${state.newTs()}.local`;
}

/** A view in the form Slack's methods and payloads carry it. */
export function viewInSlackForm(open: OpenView, values: ViewValues = {}): Record<string, unknown> {
  const { view } = open;
  const modal = view.type === 'modal' ? view : undefined;
  return {
    id: open.id,
    team_id: APP.team,
    app_id: APP.id,
    app_installed_team_id: APP.team,
    bot_id: APP.bot,
    type: view.type,
    blocks: view.blocks,
    private_metadata: view.private_metadata ?? '',
    callback_id: view.callback_id ?? '',
    external_id: view.external_id ?? '',
    state: { values },
    hash: open.hash,
    title: modal?.title ?? { type: 'plain_text', text: 'View Title', emoji: true },
    close: modal?.close ?? null,
    submit: modal?.submit ?? null,
    clear_on_close: modal?.clear_on_close ?? false,
    notify_on_close: modal?.notify_on_close ?? false,
    root_view_id: open.rootId,
    previous_view_id: open.previousId,
  };
}
