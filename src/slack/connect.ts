import { SocketModeReceiver } from '@slack/bolt';
import { z } from 'zod';
import type { Log } from '../log.ts';
import { quietLogger } from './out/quiet-logger.ts';
import { transientCodes } from './out/refusals.ts';
import { startUp } from './say/operator.ts';
import type { SlackSettings } from './settings.ts';

/** The line over which Slack delivers, and the end of it. */
export type Connection = {
  readonly receiver: SocketModeReceiver;
  /** Resolves with the reason and its cure when Slack takes us back no more; stays pending otherwise. */
  readonly lost: Promise<Error>;
};

/** Slack's pongs often take over 5 s (bolt-js #2496); a line that is really dead is noticed within 20 s. */
const pongPatienceMs = 15_000;
/** Slack's SDK waits this long before it connects again, and once more so long for each failure in a row. */
const reconnectDelayMs = 1_000;

/**
 * Built by ourselves, because Bolt shares one options object between its clients and changes it. The connection is
 * looked for again for as long as it takes, unless Slack refuses the app itself.
 */
export function openConnection({ appToken, slackApiUrl }: SlackSettings, log: Log): Connection {
  const { promise: lost, resolve: lose } = Promise.withResolvers<Error>();
  const receiver = new SocketModeReceiver({
    appToken,
    logger: quietLogger,
    installerOptions: {
      clientOptions: {
        timeout: 10_000,
        fetch: fetchUnlessRefused((code) => lose(new Error(startUp.appToken(code)))),
        retryConfig: { forever: true, minTimeout: 500, factor: 1.5, maxTimeout: 30_000 },
        ...(slackApiUrl !== undefined && { slackApiUrl }),
      },
    },
  });
  bePatientOnceConnected(receiver);
  guard(receiver, log, () => lose(new Error(startUp.linkDisabled)));
  return { receiver, lost };
}

/** The SDK has one number for two things: the patience with a pong, read at each new line, and the delay before it. */
function bePatientOnceConnected({ client }: SocketModeReceiver): void {
  const set = (clientPingTimeoutMS: number) => Object.assign(client, { clientPingTimeoutMS });
  set(reconnectDelayMs);
  client.on('authenticated', () => set(pongPatienceMs));
  client.on('connecting', () => set(reconnectDelayMs));
}

const Refusal = z.object({ ok: z.literal(false), error: z.string() });

/**
 * Asks Slack for a line. The SDK would ask again for ever where the app's token lacks its scope, and let a rejection go
 * unhandled where it was revoked; so a refusal that no waiting cures is told to `refused`, and the SDK never hears of it.
 */
function fetchUnlessRefused(refused: (code: string) => void): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const answer = Refusal.safeParse(
      await response
        .clone()
        .json()
        .catch(() => undefined),
    );
    if (!answer.success || transientCodes.has(answer.data.error) || !response.ok) return response;
    refused(answer.data.error);
    return new Promise<never>(() => {});
  };
}

const Envelope = z.object({ type: z.string(), reason: z.string().optional(), payload: z.unknown().optional() });
const EventPayload = z.object({ event: z.object({ type: z.string() }) });

/**
 * Stands before Slack's SDK, which rejects, unhandled, on an event without content, takes one that is called like its
 * own signals for such a signal, and connects again and again when Socket Mode was switched off.
 */
function guard({ client }: SocketModeReceiver, log: Log, disabled: () => void): void {
  const handlers = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', (data: unknown, isBinary: unknown) => {
    const envelope = soundEnvelope(data);
    if (envelope === undefined) return log('refused', { why: 'what came over the line is not a Slack event' });
    if (envelope.type === 'disconnect' && envelope.reason === 'link_disabled') return disabled();
    for (const handle of handlers) handle(data, isBinary);
  });

  function soundEnvelope(data: unknown): z.infer<typeof Envelope> | undefined {
    try {
      const envelope = Envelope.parse(JSON.parse(String(data)));
      const isSound =
        envelope.type !== 'events_api' || client.listenerCount(EventPayload.parse(envelope.payload).event.type) === 0;
      return isSound ? envelope : undefined;
    } catch {
      return undefined;
    }
  }
}
