import type { WebClient } from '@slack/web-api';
import type { Log } from '../log.ts';
import type { Task } from '../task/asking/verbs.ts';
import type { Access, Caller } from './access.ts';
import type { SlackChannel } from './out/channel.ts';
import type { PersonalReply } from './out/reply.ts';
import { paragraph } from './say/blocks.ts';
import type { SlackSettings } from './settings.ts';

/** What every listener works with: one task, and its people. */
export type Parts = {
  /** What people call the task. */
  readonly name: string;
  /** The name that ids carry; absent where the bot has one task only. */
  readonly mark?: string;
  /** Every task of this app, this one too. */
  readonly all: readonly Parts[];
  readonly task: Task;
  readonly channel: SlackChannel;
  readonly settings: SlackSettings;
  readonly log: Log;
  readonly access: Access;
  /** For what people wait for; nothing else goes through it. */
  readonly client: WebClient;
};

/** Somebody who may take part did something; the reply goes to them alone. */
export type Visitor = { readonly user: string; readonly caller: Caller; readonly reply: PersonalReply };

/** A note in plain words. */
export function tell(visitor: Visitor, text: string): Promise<void> {
  return visitor.reply.note(paragraph(text));
}
