import { LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { errorCode, type Log } from './out/clients.ts';
import type { SlackSettings } from './settings.ts';

/**
 * The connection over which Slack delivers. Built by ourselves, because Bolt shares one options object between its
 * clients and changes it. It is looked for again for as long as it takes; a ping that stays without answer for 2.5 s ends
 * a dead one.
 */
export function openReceiver({ appToken, slackApiUrl }: SlackSettings, log: Log): SocketModeReceiver {
  const receiver = new SocketModeReceiver({
    appToken,
    clientPingTimeout: 2_500,
    logLevel: LogLevel.ERROR,
    installerOptions: {
      clientOptions: {
        timeout: 10_000,
        retryConfig: { forever: true, minTimeout: 500, factor: 1.5, maxTimeout: 30_000 },
        ...(slackApiUrl !== undefined && { slackApiUrl }),
      },
    },
  });
  guard(receiver, log);
  return receiver;
}

const Envelope = z.object({ type: z.string(), payload: z.unknown().optional() });
const EventPayload = z.object({ event: z.object({ type: z.string() }) });

/**
 * Stands before Slack's SDK, which rejects, unhandled, on an event without content, and takes one that is called like its
 * own signals for such a signal.
 */
function guard({ client }: SocketModeReceiver, log: Log): void {
  const handlers = client.listeners('ws_message');
  client.removeAllListeners('ws_message');
  client.on('ws_message', (data: unknown, isBinary: unknown) => {
    if (!isSound(data)) return log('refused', { why: 'what came over the line is no event of Slack' });
    for (const handle of handlers) handle(data, isBinary);
  });

  function isSound(data: unknown): boolean {
    try {
      const { type, payload } = Envelope.parse(JSON.parse(String(data)));
      return type !== 'events_api' || client.listenerCount(EventPayload.parse(payload).event.type) === 0;
    } catch {
      return false;
    }
  }
}

const me = z.object({ user_id: z.string(), bot_id: z.string(), team_id: z.string() });

/** Who we are to Slack. Throws, with the cure, when Slack refuses the token or cannot be reached. */
export async function introduce(client: WebClient): Promise<{ botUserId: string; botId: string; teamId: string }> {
  const answer = await client.auth.test().catch((error: unknown) => {
    const code = errorCode(error);
    const why = code === undefined ? 'Slack cannot be reached' : `Slack refuses the bot token (${code})`;
    throw new Error(`${why}. Check SLACK_BOT_TOKEN and the network; see "Connect your Slack" in the README.`, {
      cause: error,
    });
  });
  const { user_id: botUserId, bot_id: botId, team_id: teamId } = me.parse(answer);
  return { botUserId, botId, teamId };
}
