import { setTimeout as sleep } from 'node:timers/promises';
import { type AnyMiddlewareArgs, App } from '@slack/bolt';
import { z } from 'zod';
import type { Log } from '../log.ts';
import type { Task } from '../task/asking/verbs.ts';
import { type Caller, callerOf, controlAccess } from './access.ts';
import { openConnection } from './connect.ts';
import { onAction } from './do/actions.ts';
import { publishClosedHome, publishHome } from './do/home.ts';
import { suggest } from './do/labeling/class-search.ts';
import { submitLane } from './do/labeling/lane.ts';
import { runCommand } from './do/run-command.ts';
import { introduce, tryChannel } from './introduce.ts';
import type { SlackChannel } from './out/channel.ts';
import { clientOptions, openClient } from './out/clients.ts';
import { startTidying } from './out/files/tidy.ts';
import { forgetOldest } from './out/forget-oldest.ts';
import { quietLogger } from './out/quiet-logger.ts';
import { waitAskedMs } from './out/refusals.ts';
import { acknowledge, replyTo } from './out/reply.ts';
import { type Parts, tell, type Visitor } from './parts.ts';
import { noticeView } from './say/lane.ts';
import { sentences } from './say/sentences.ts';
import { keptDays, type SlackSettings } from './settings.ts';

/** The bot on Slack. `lost` resolves with the reason and its cure when Slack takes it back no more. */
export type RunningApp = { readonly lost: Promise<Error>; stop(): Promise<void> };

/**
 * Connects to Slack and answers everything people do. Throws, with the cure, when Slack refuses the tokens, their scopes
 * or the channel, or cannot be reached.
 * Listeners acknowledge, translate and delegate; `authorize` stands before every one of them.
 */
export async function startApp({
  task,
  channel,
  settings,
  log,
}: {
  task: Task;
  channel: SlackChannel;
  settings: SlackSettings;
  log: Log;
}): Promise<RunningApp> {
  const client = openClient(settings);
  const identity = await introduce(client);
  await tryChannel(client, settings, identity, log);
  const access = controlAccess(settings, identity);
  const parts: Parts = { task, channel, settings, log, access, client };
  const { receiver, lost } = openConnection(settings, log);
  const app = new App({
    receiver,
    clientOptions: clientOptions(settings),
    logger: quietLogger,
    extendedErrorHandler: true,
    authorize: async () => ({ botToken: settings.botToken, ...identity }),
  });
  listen(app, parts);
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
  const keepDays = settings.keepImagesDays ?? keptDays;
  const stopTidying = startTidying(
    { client: openClient(settings), botUserId: identity.botUserId, keepDays, log },
    channel.images.forget,
  );
  return {
    lost,
    stop: () => {
      stopTidying();
      return stop();
    },
  };
}

function listen(app: App, parts: Parts): void {
  const { log } = parts;
  const visitor = (body: unknown): Visitor => {
    const { user } = callerOf(body);
    return { user, reply: replyTo(body, parts, user) };
  };

  const isRepeated = rememberTriggers();
  app.use(async (args) => {
    if (isRepeated(args.body)) return acknowledge(() => ackOf(args)(), log);
    const caller = callerOf(args.body);
    const refusal = parts.access.refusalOf(caller);
    if (refusal === undefined) await args.next();
    else await refuse(parts, caller, refusal, args);
  });

  app.action(/.*/, async ({ ack, action, body }) => {
    await acknowledge(() => ack(), log);
    await onAction(parts, visitor(body), action);
  });

  app.options(/^search:/, async ({ ack, body }) => {
    await ack({ options: suggest(parts, body.action_id.slice('search:'.length), body.value) });
  });

  app.view('lane', async ({ ack, body, view }) => {
    const answer = await submitLane(parts, visitor(body), view);
    await acknowledge(() => ack(answer), log);
  });

  app.command(/.*/, async ({ ack, command, body }) => {
    await acknowledge(() => ack(), log);
    await runCommand(parts, visitor(body), command.text);
  });

  app.event('app_home_opened', async ({ event }) => {
    if (event.tab === 'home') await publishHome(parts, event.user);
  });

  app.event('app_mention', async ({ event, body }) => {
    await runCommand(parts, visitor(body), event.text.replace(/^[^<]*<@[^>]+>/, ''));
  });

  app.error(async ({ error, body }: Failure) => {
    const cause = error.original ?? error;
    log('failed', { error: String(cause), kind: (body as { type?: string }).type ?? 'command' });
    await tellFailure(visitor(body), cause).catch((failure: unknown) =>
      log('could not tell about the failure', { error: String(failure) }),
    );
  });
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

/** Says no in the way each kind of request understands. */
async function refuse(parts: Parts, caller: Caller, refusal: string, args: AnyMiddlewareArgs): Promise<void> {
  const { body } = args;
  parts.log('refused', { user: caller.user, channel: caller.channel, why: refusal });
  if ('event' in body) {
    if (body.event.type === 'app_home_opened') await publishClosedHome(parts, caller.user, refusal);
    if (body.event.type === 'app_mention') {
      await tell({ user: caller.user, reply: replyTo(body, parts, caller.user) }, refusal);
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
  await tell({ user: caller.user, reply: replyTo(body, parts, caller.user) }, refusal);
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
