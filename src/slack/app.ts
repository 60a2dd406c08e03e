import { setTimeout as sleep } from 'node:timers/promises';
import { type AnyMiddlewareArgs, App } from '@slack/bolt';
import { z } from 'zod';
import type { Log } from '../log.ts';
import { type Caller, callerOf, controlAccess } from './access.ts';
import { openConnection } from './connect.ts';
import { onAction } from './do/actions.ts';
import { publishClosedHome, publishHome } from './do/home.ts';
import { suggest } from './do/labeling/class-search.ts';
import { submitLane } from './do/labeling/lane.ts';
import { runCommand } from './do/run-command.ts';
import { introduce, tryChannels } from './introduce.ts';
import { splitMark } from './mark.ts';
import { clientOptions, openClient, unasked } from './out/clients.ts';
import { startTidying } from './out/files/tidy.ts';
import { forgetOldest } from './out/forget-oldest.ts';
import { quietLogger } from './out/quiet-logger.ts';
import { waitAskedMs } from './out/refusals.ts';
import { acknowledge, replyTo } from './out/reply.ts';
import { type Parts, tell, type Visitor } from './parts.ts';
import type { ResultChannel } from './results.ts';
import { listOf, refusalOn, routeOf, saidAfterMention } from './routing.ts';
import { saidOf } from './say/blocks.ts';
import { noticeView } from './say/lane.ts';
import { sentences } from './say/sentences.ts';
import { keptDays } from './settings.ts';

/** A task as people meet it on Slack. */
export type TaskOnSlack = Pick<Parts, 'name' | 'task' | 'channel' | 'settings' | 'log'>;

/** The bot on Slack. `lost` resolves with the reason and its cure when Slack takes it back no more. */
export type RunningApp = { readonly lost: Promise<Error>; stop(): Promise<void> };

/**
 * Connects to Slack and answers everything people do. Throws, with the cure, when Slack refuses the tokens, their scopes
 * or the channel, or cannot be reached.
 * Listeners acknowledge, translate and delegate; `authorize` stands before every one of them.
 */
export async function startApp({
  tasks,
  results = [],
  log,
  mayCall,
}: {
  tasks: readonly [TaskOnSlack, ...TaskOnSlack[]];
  /** Channels in which tasks announce together. */
  results?: readonly ResultChannel[];
  log: Log;
  /** Asked before old files are deleted; throws where another process has taken a task over since. */
  mayCall: () => Promise<void>;
}): Promise<RunningApp> {
  const { settings } = tasks[0];
  // What answers one person's press: only the bot that got it can.
  const client = openClient(settings, unasked);
  const identity = await introduce(client);
  await tryChannels(tasks, results, client, identity);
  const all: Parts[] = [];
  for (const one of tasks) {
    const mark = tasks.length > 1 ? { mark: one.name } : {};
    all.push({ ...one, ...mark, all, access: controlAccess(one.settings, identity), client });
  }
  const { receiver, lost } = openConnection(settings, log);
  const app = new App({
    receiver,
    clientOptions: clientOptions(settings),
    logger: quietLogger,
    extendedErrorHandler: true,
    authorize: async () => ({ botToken: settings.botToken, ...identity }),
  });
  listen(app, all, log);
  const stop = async () => {
    // Bolt resolves while the socket is still open.
    const closed = new Promise((resolve) => receiver.client.once('disconnected', resolve));
    await app.stop();
    await Promise.race([closed, sleep(2_000, undefined, { ref: false })]);
  };
  const refusal = await Promise.race([app.start().then(() => undefined), lost]);
  if (refusal !== undefined) {
    await stop();
    throw refusal;
  }
  const stopTidying = startTidying(
    { client: openClient(settings, mayCall), botUserId: identity.botUserId, keepDays: keptLongest(tasks), log },
    (files) => {
      for (const { channel } of tasks) channel.images.forget(files);
    },
  );
  return {
    lost,
    stop: () => {
      stopTidying();
      return stop();
    },
  };
}

/** Files do not say which task they are of, so none goes before the task that keeps them longest lets them go. */
function keptLongest(tasks: readonly TaskOnSlack[]): number {
  const days = tasks.map(({ settings }) => settings.keepImagesDays ?? keptDays);
  return days.includes(0) ? 0 : Math.max(...days);
}

function listen(app: App, all: readonly Parts[], log: Log): void {
  /** Whoever did something, and the task it is about: the first where that does not matter. */
  const meet = (body: unknown) => {
    const route = routeOf(all, body);
    const parts = route?.parts ?? all[0]!;
    return { ...visit(body, parts), parts, route };
  };

  const isRepeated = rememberTriggers();
  app.use(async (args) => {
    if (isRepeated(args.body)) return acknowledge(() => ackOf(args)(), log);
    const caller = callerOf(args.body);
    const { route, parts } = meet(args.body);
    const isForAll = 'event' in args.body || 'command' in args.body;
    const refusal = refusalOn(all, route, caller) ?? (route || isForAll ? undefined : sentences.notes.stale);
    if (refusal === undefined) await args.next();
    else await refuse(parts, caller, refusal, args);
  });

  app.action(/.*/, async ({ ack, action, body }) => {
    await acknowledge(() => ack(), log);
    const { parts, visitor } = meet(body);
    await onAction(parts, visitor, action);
  });

  app.options(/.*/, async ({ ack, body }) => {
    const question = splitMark(body.action_id).id.slice('search:'.length);
    await ack({ options: suggest(meet(body).parts, question, body.value) });
  });

  app.view(/^(.*@)?lane$/, async ({ ack, body, view }) => {
    const { parts, visitor } = meet(body);
    const { acknowledgement, goOn } = await submitLane(parts, visitor, view);
    await acknowledge(() => ack(acknowledgement), log);
    await goOn?.();
  });

  app.command(/.*/, async ({ ack, command, body }) => {
    await acknowledge(() => ack(), log);
    await obey(all, body, command.text);
  });

  app.event('app_home_opened', async ({ event, body }) => {
    const { parts, visitor } = meet(body);
    if (event.tab === 'home') await publishHome(parts, visitor);
  });

  app.event('app_mention', async ({ event, body }) => obey(all, body, saidAfterMention(event.text)));

  app.error(async ({ error, body }: Failure) => {
    const cause = error.original ?? error;
    log('failed', { error: String(cause), kind: (body as { type?: string }).type ?? 'command' });
    await tellFailure(meet(body).visitor, cause).catch((failure: unknown) =>
      log('could not tell about the failure', { error: String(failure) }),
    );
  });
}

/** Does what was typed, for the task it is about; where that is none, says which there are. */
async function obey(all: readonly Parts[], body: unknown, text: string): Promise<void> {
  const route = routeOf(all, body);
  const { visitor } = visit(body, route?.parts ?? all[0]!);
  if (route)
    await runCommand(route.parts, route.isNamed ? elsewhere(visitor, route.parts) : visitor, route.text ?? text);
  else await tell(visitor, listOf(all, visitor.caller, text));
}

/** Somebody who named the task: the answer stands in a channel that does not say which it is about. */
function elsewhere(visitor: Visitor, { name }: Parts): Visitor {
  const { reply } = visitor;
  return { ...visitor, reply: { ...reply, note: (content) => reply.note(saidOf(name, content)) } };
}

/** What Bolt gives to its error handler; it does not export the type. */
type Failure = { readonly error: Error & { readonly original?: Error }; readonly body: unknown };

/** Slack delivers some things twice. Windows are answered again, because their first answer may not have arrived. */
function rememberTriggers(): (body: unknown) => boolean {
  const seen = new Set<string>();
  return (body) => {
    const { type, trigger_id, event_id } = delivered.parse(body);
    const trigger = trigger_id ?? event_id;
    if (trigger === undefined || type === 'view_submission') return false;
    if (seen.has(trigger)) return true;
    seen.add(trigger);
    forgetOldest(seen, 1_000);
    return false;
  };
}

const delivered = z.object({
  type: z.string().optional(),
  trigger_id: z.string().optional(),
  event_id: z.string().optional(),
});

function visit(body: unknown, parts: Parts): { readonly visitor: Visitor } {
  const caller = callerOf(body);
  return { visitor: { user: caller.user, caller, reply: replyTo(body, parts, caller.user) } };
}

/** Says no in the way each kind of request understands. */
async function refuse(parts: Parts, caller: Caller, refusal: string, args: AnyMiddlewareArgs): Promise<void> {
  const { body } = args;
  parts.log('refused', { user: caller.user, channel: caller.channel, why: refusal });
  if ('event' in body) {
    if (body.event.type === 'app_home_opened') await publishClosedHome(parts, caller.user, refusal);
    if (body.event.type === 'app_mention') {
      await tell(visit(body, parts).visitor, refusal);
    }
    return;
  }
  const answers: Record<string, unknown> = {
    block_suggestion: { options: [] },
    view_submission: { response_action: 'update', view: noticeView(refusal) },
    command: { response_type: 'ephemeral', text: refusal },
  };
  const kind = 'command' in body ? 'command' : String((body as { type?: string }).type);
  await acknowledge(() => ackOf(args)(answers[kind]), parts.log);
  if (kind !== 'block_actions') return;
  await tell(visit(body, parts).visitor, refusal);
}

/** Bolt's types know the acknowledgement only for each kind on its own; events have none. */
function ackOf(args: object): (answer?: unknown) => Promise<void> {
  return 'ack' in args ? (args.ack as (answer?: unknown) => Promise<void>) : async () => undefined;
}

async function tellFailure(visitor: Visitor, error: Error): Promise<void> {
  const waitMs = waitAskedMs(error);
  const other = isDiskFailure(error) ? sentences.failed.disk : sentences.failed.general;
  await tell(visitor, waitMs === undefined ? other : sentences.failed.busy(Math.ceil(waitMs / 1000)));
}

/** The store keeps what the system said as the cause. */
function isDiskFailure({ cause }: Error): boolean {
  return ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EIO'].includes(
    String((cause as { code?: unknown } | undefined)?.code),
  );
}
