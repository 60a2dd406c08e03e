import { z } from 'zod';
import { shortcut } from '../events/payloads.ts';
import type { Person } from '../scene.ts';
import { type Office, type Outcome, outcomeOf, responseUrl } from './people.ts';

/** What is sent to take a shortcut, on a message where one is named. */
export const taken = z.object({
  callbackId: z.string(),
  message: z.object({ channel: z.string(), ts: z.string() }).optional(),
});

/** A shortcut from the composer's menu, or from the menu of a message. */
export async function takeShortcut(office: Office, person: Person, choice: z.infer<typeof taken>): Promise<Outcome> {
  const { state, triggers, socketMode } = office;
  const { callbackId, message: at } = choice;
  const message = at && state.findMessage(at.channel, at.ts);
  if (at && !message) return { kind: 'failed', shown: 'This is no longer there.' };
  const keys = {
    triggerId: triggers.issue(person.id),
    ...(message && { responseUrl: responseUrl(office, person, message.channel, message.ts) }),
  };
  const run = { person, callbackId, ...(message && { message }) };
  return outcomeOf(await socketMode.deliver('interactive', shortcut(state, run, keys)));
}
