import { directId } from '../api/chat-methods.ts';
import { inSlackForm } from '../api/compose.ts';
import { type ViewValues, viewInSlackForm } from '../api/view-methods.ts';
import type { Block, InteractiveElement } from '../blocks/blocks.ts';
import type { WorkspaceMessage } from '../messages.ts';
import { APP, type ENTERPRISE, OTHER_TEAMS, type Person } from '../scene.ts';
import type { OpenView, State } from '../state.ts';

/**
 * The workspace a person belongs to. Where an interaction happens it is ours, even for a stranger (java-slack-sdk #1041);
 * commands and events of a stranger come from theirs.
 */
function teamOf({ kind }: Person): string {
  return kind === 'grid' || kind === 'stranger' ? OTHER_TEAMS[kind] : APP.team;
}

/** The organization that stands in what a person sends. */
function enterpriseOf(state: State, { kind }: Person): typeof ENTERPRISE | null {
  return kind === 'stranger' ? null : (state.enterprise ?? null);
}

/** The fields every interaction carries. */
function common(state: State, person: Person): Record<string, unknown> {
  return {
    api_app_id: APP.id,
    token: 'local-verification-token',
    team: { id: APP.team, domain: 'local' },
    user: { id: person.id, username: person.name, name: person.name, team_id: teamOf(person) },
    enterprise: enterpriseOf(state, person),
    is_enterprise_install: false,
  };
}

/** A person has used an element. */
export type Press = {
  readonly person: Person;
  readonly block: Block;
  readonly element: InteractiveElement;
  /** The element's state in Slack's form. */
  readonly value: Record<string, unknown>;
  readonly values: ViewValues;
  readonly triggerId: string;
  readonly actionTs: string;
};

/** `block_actions` from a message; an ephemeral one comes without its content, as on Slack. */
export function pressInMessage(state: State, message: WorkspaceMessage, press: Press, responseUrl: string) {
  const isEphemeral = message.onlyFor !== undefined;
  return {
    type: 'block_actions',
    ...common(state, press.person),
    container: { type: 'message', message_ts: message.ts, channel_id: message.channel, is_ephemeral: isEphemeral },
    channel: channelOf(state, message.channel),
    ...(isEphemeral ? {} : { message: inSlackForm(message, { withMetadata: true }) }),
    state: { values: press.values },
    trigger_id: press.triggerId,
    response_url: responseUrl,
    actions: [actionOf(press)],
  };
}

/** `block_actions` from a modal or the Home tab: no channel and no `response_url`. */
export function pressInView(state: State, open: OpenView, press: Press) {
  return {
    type: 'block_actions',
    ...common(state, press.person),
    container: { type: 'view', view_id: open.id },
    view: viewInSlackForm(open, press.values),
    trigger_id: press.triggerId,
    actions: [actionOf(press)],
  };
}

function actionOf({ block, element, value, actionTs }: Press): Record<string, unknown> {
  const { options: _options, option_groups: _groups, ...rest }: Record<string, unknown> = element;
  return { ...rest, ...value, block_id: block.block_id, action_ts: actionTs };
}

/** `block_suggestion`: what a person typed into an `external_select`. */
export function suggestion(
  state: State,
  place: { message?: WorkspaceMessage; open?: OpenView },
  asked: { person: Person; blockId: string; actionId: string; query: string },
) {
  const { message, open } = place;
  return {
    type: 'block_suggestion',
    ...common(state, asked.person),
    block_id: asked.blockId,
    action_id: asked.actionId,
    value: asked.query,
    container: open
      ? { type: 'view', view_id: open.id }
      : { type: 'message', message_ts: message?.ts, channel_id: message?.channel },
    ...(open ? { view: viewInSlackForm(open) } : {}),
    ...(message
      ? { channel: channelOf(state, message.channel), message: inSlackForm(message, { withMetadata: true }) }
      : {}),
  };
}

/** Where an app may answer to, for a `conversations_select` that asked for it. */
export type ResponseUrl = {
  readonly block_id: string;
  readonly action_id: string;
  readonly channel_id: string;
  readonly response_url: string;
};

/** `view_submission`. */
export function submission(
  state: State,
  person: Person,
  open: OpenView,
  values: ViewValues,
  keys: { triggerId: string; responseUrls: readonly ResponseUrl[] },
) {
  return {
    type: 'view_submission',
    ...common(state, person),
    trigger_id: keys.triggerId,
    view: viewInSlackForm(open, values),
    response_urls: keys.responseUrls,
  };
}

/** `view_closed`; `isCleared` when the whole stack was closed. */
export function closing(state: State, person: Person, open: OpenView, isCleared: boolean) {
  return { type: 'view_closed', ...common(state, person), view: viewInSlackForm(open), is_cleared: isCleared };
}

/** A slash command. */
export function slashCommand(
  state: State,
  typed: { person: Person; channel: string; command: string; text: string },
  keys: { triggerId: string; responseUrl: string },
) {
  const channel = channelOf(state, typed.channel);
  return {
    token: 'local-verification-token',
    team_id: typed.person.kind === 'stranger' ? OTHER_TEAMS.stranger : APP.team,
    team_domain: 'local',
    ...enterpriseFields(enterpriseOf(state, typed.person)),
    channel_id: channel.id,
    channel_name: channel.name,
    user_id: typed.person.id,
    user_name: typed.person.name,
    command: typed.command,
    text: typed.text,
    api_app_id: APP.id,
    is_enterprise_install: 'false',
    response_url: keys.responseUrl,
    trigger_id: keys.triggerId,
  };
}

/** The outer form of every event. */
export function eventCallback(state: State, person: Person, event: Record<string, unknown>) {
  return {
    token: 'local-verification-token',
    team_id: person.kind === 'stranger' ? OTHER_TEAMS.stranger : APP.team,
    ...enterpriseFields(enterpriseOf(state, person)),
    api_app_id: APP.id,
    type: 'event_callback',
    event_id: state.newId('Ev'),
    event_time: Math.floor(state.now() / 1000),
    event,
    authorizations: [
      {
        enterprise_id: state.enterprise?.id ?? null,
        team_id: APP.team,
        user_id: APP.user,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: person.kind === 'stranger',
  };
}

function enterpriseFields(enterprise: typeof ENTERPRISE | null): Record<string, string> {
  return enterprise ? { enterprise_id: enterprise.id, enterprise_name: enterprise.name } : {};
}

/** A global shortcut, or one on a message. */
export function shortcut(
  state: State,
  run: { person: Person; callbackId: string; message?: WorkspaceMessage },
  keys: { triggerId: string; responseUrl?: string },
) {
  const { person, callbackId, message } = run;
  const where = message && {
    channel: channelOf(state, message.channel),
    message: inSlackForm(message, { withMetadata: true }),
    message_ts: message.ts,
    response_url: keys.responseUrl,
  };
  return {
    type: message ? 'message_action' : 'shortcut',
    ...common(state, person),
    callback_id: callbackId,
    action_ts: state.newTs(),
    trigger_id: keys.triggerId,
    ...where,
  };
}

function channelOf(state: State, id: string): { id: string; name: string } {
  const channel = state.channels.find((candidate) => candidate.id === id);
  if (channel) return { id: channel.id, name: channel.name };
  const person = state.people.find((candidate) => directId(candidate.id) === id);
  return { id, name: person ? 'directmessage' : 'unknown' };
}
