import type { EnvelopeType } from '../../src/workspace/events/deliveries.ts';
import { APP } from '../../src/workspace/scene.ts';

/** What Slack hands to an app. */
export type Payload = { readonly type: EnvelopeType; readonly body: Record<string, unknown> };

/** Who does it, and where; `channel` counts only where something is pressed in a channel. */
export type Who = { readonly user: string; readonly team?: string; readonly channel?: string };

let triggers = 0;

function common({ user, team = APP.team }: Who) {
  triggers += 1;
  return {
    api_app_id: APP.id,
    token: 'verification',
    team: { id: team, domain: 'local' },
    user: { id: user, username: user, name: user, team_id: team },
    trigger_id: `made-up-${triggers}`,
  };
}

/** Something pressed or chosen in a message. */
export function press(who: Who, action: Record<string, unknown>): Payload {
  const { channel = 'CMODELS' } = who;
  return {
    type: 'interactive',
    body: {
      type: 'block_actions',
      ...common(who),
      container: { type: 'message', message_ts: '1.1', channel_id: channel, is_ephemeral: false },
      channel: { id: channel, name: 'models' },
      message: { ts: '1.1', text: '' },
      state: { values: {} },
      actions: [{ type: 'button', block_id: 'b', action_ts: '1.1', ...action }],
    },
  };
}

/** Something pressed in a modal. */
export function pressInModal(who: Who, action: Record<string, unknown>): Payload {
  const { channel: _channel, container: _container, message: _message, ...body } = press(who, action).body;
  const view = { id: 'V1', type: 'modal', callback_id: 'lane', private_metadata: '', state: { values: {} } };
  return { type: 'interactive', body: { ...body, container: { type: 'view', view_id: 'V1' }, view } };
}

export function submitLane(who: Who, question: string, choice: string): Payload {
  const values = { [`choice:${question}`]: { choice: { type: 'radio_buttons', selected_option: { value: choice } } } };
  const view = { id: 'V1', type: 'modal', callback_id: 'lane', private_metadata: question, state: { values } };
  return { type: 'interactive', body: { type: 'view_submission', ...common(who), view, response_urls: [] } };
}

export function typeInSearch(who: Who, question: string, query: string): Payload {
  const { channel = 'CMODELS' } = who;
  const action = { action_id: `search:${question}`, block_id: 'b', value: query };
  return {
    type: 'interactive',
    body: { type: 'block_suggestion', ...common(who), ...action, channel: { id: channel, name: 'models' } },
  };
}

export function command(who: Who, text: string): Payload {
  const { user, team = APP.team, channel = 'CMODELS' } = who;
  triggers += 1;
  return {
    type: 'slash_commands',
    body: {
      ...{ token: 'verification', team_id: team, team_domain: 'local', channel_id: channel, channel_name: 'models' },
      ...{ user_id: user, user_name: user, command: '/modelpicker', text, api_app_id: APP.id },
      trigger_id: `made-up-${triggers}`,
    },
  };
}

export function openHome(who: Who): Payload {
  return eventOf(who, { type: 'app_home_opened', channel: 'D1', tab: 'home' });
}

export function mention(who: Who, text: string): Payload {
  const { channel = 'CMODELS' } = who;
  return eventOf(who, { type: 'app_mention', channel, text: `<@${APP.user}> ${text}`, ts: '1.1' });
}

function eventOf({ user, team = APP.team }: Who, about: Record<string, string>): Payload {
  const event = { ...about, user, event_ts: '1.1' };
  triggers += 1;
  return {
    type: 'events_api',
    body: {
      ...{
        token: 'verification',
        team_id: team,
        api_app_id: APP.id,
        type: 'event_callback',
        event_id: `Ev${triggers}`,
        event,
      },
      authorizations: [{ enterprise_id: null, team_id: team, user_id: APP.user, is_bot: true }],
    },
  };
}
