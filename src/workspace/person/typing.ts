import { z } from 'zod';
import { directId, noteFromSlack, respond } from '../api/chat-methods.ts';
import { eventCallback, slashCommand } from '../events/payloads.ts';
import { APP, type Person } from '../scene.ts';
import type { State } from '../state.ts';
import { type Office, type Outcome, outcomeOf, report, responseUrl } from './people.ts';

/** What the page sends when a line is typed. */
export const typed = z.object({ channel: z.string(), text: z.string().min(1) });

/** A line typed into the composer: a slash command, or a message to everyone. */
export function typeLine(office: Office, person: Person, line: z.infer<typeof typed>): Promise<Outcome> {
  const [, command, text = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(line.text) ?? [];
  if (command === undefined) return say(office, person, line);
  return runCommand(office, { person, channel: line.channel, command, text: text.trim() });
}

type CommandLine = {
  readonly person: Person;
  readonly channel: string;
  readonly command: string;
  readonly text: string;
};

async function runCommand(office: Office, line: CommandLine): Promise<Outcome> {
  const { state, rights, triggers, socketMode } = office;
  const { person, channel, command } = line;
  const reply = { channel, person: person.id };
  const fail = (shown: string): Outcome => {
    noteFromSlack(state, reply, shown);
    return { kind: 'failed', shown };
  };
  const isKnown = state.commands.some((known) => known.command === command);
  if (!isKnown || !rights.isCommandDeclared(command)) {
    return fail(`${command} is not a valid command. It has to be in the app’s manifest.`);
  }
  const text = rights.escapes(command) ? withReferences(state, line.text) : line.text;
  const keys = { triggerId: triggers.issue(person.id), responseUrl: responseUrl(office, person, channel) };
  const delivery = await socketMode.deliver('slash_commands', slashCommand(state, { ...line, text }, keys));
  if (delivery.kind === 'no app connected') return fail(`${command} failed with the error "dispatch_failed".`);
  if (delivery.kind === 'not acknowledged') return fail(`${command} failed with the error "operation_timeout".`);
  try {
    if (Object.keys(delivery.payload).length > 0) respond(state, reply, delivery.payload);
    return outcomeOf(delivery);
  } catch (error) {
    report(state, `acknowledgement of ${command}`, error);
    return fail(`${command} failed with the error "invalid_command_response".`);
  }
}

async function say(office: Office, person: Person, { channel, ...line }: z.infer<typeof typed>): Promise<Outcome> {
  const { state, rights, socketMode } = office;
  const text = withReferences(state, escapeText(line.text));
  const ts = state.newTs();
  state.putMessage({ ts, channel, user: person.id, text, blocks: [], isEdited: false });
  const event = { user: person.id, text, ts, channel, event_ts: ts, team: APP.team };
  const isDirect = channel === directId(person.id);
  if (rights.mayReceive('message')) {
    const kind = isDirect ? 'im' : 'channel';
    void socketMode.deliver(
      'events_api',
      eventCallback(state, person, { type: 'message', channel_type: kind, ...event }),
    );
  }
  if (text.includes(`<@${APP.user}`) && rights.mayReceive('app_mention')) {
    void socketMode.deliver('events_api', eventCallback(state, person, { type: 'app_mention', ...event }));
  }
  return { kind: 'done', afterMs: 0 };
}

/** Names as Slack's composer sends them: `@Ada` becomes `<@U1|Ada>`, `#models` becomes `<#C1|models>`. */
function withReferences(state: State, text: string): string {
  const bot = { id: APP.user, name: state.appName };
  const written = [...state.people, bot].map(({ id, name }) => ({ from: `@${name}`, to: `<@${id}|${name}>` }));
  const channels = state.channels.map(({ id, name }) => ({ from: `#${name}`, to: `<#${id}|${name}>` }));
  const longestFirst = [...written, ...channels].sort((a, b) => b.from.length - a.from.length);
  return longestFirst.reduce((result, { from, to }) => result.replaceAll(from, to), text);
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
