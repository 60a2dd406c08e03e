import { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Log } from '../log.ts';
import { introduce, tryChannel } from './introduce.ts';
import { clientOptions, openClient, unasked, whenWell } from './out/clients.ts';
import { errorCode } from './out/refusals.ts';
import { startUp } from './say/operator.ts';
import type { SlackSettings } from './settings.ts';

const Hello = z.object({ type: z.literal('hello'), num_connections: z.int() });

/** Slack says hello as soon as a line stands. */
const HELLO_WITHIN_MS = 10_000;

/**
 * Tries everything a start needs of Slack: the bot's token and its scopes, the channel and whether the bot is in it, the
 * app's token, and whether somebody else is connected with it. Nothing is posted that anybody sees.
 *
 * @returns every problem, each with its cure; none where the bot can start.
 */
export async function tryOutSlack(
  settings: Pick<SlackSettings, 'botToken' | 'appToken' | 'slackApiUrl' | 'channel'> & {
    readonly results?: string | undefined;
  },
): Promise<string[]> {
  const problems: string[] = [];
  const tell = (error: unknown) => void problems.push((error as Error).message);
  const client = openClient(settings, unasked);
  const untried: Log = (_, { why } = {}) => void problems.push(startUp.untried(String(why)));
  const { channel, results } = settings;
  const channels = results === undefined ? [channel] : [channel, results];
  await introduce(client)
    .then(async (identity) => {
      for (const one of channels) await tryChannel(client, { channel: one }, identity, untried).catch(tell);
    })
    .catch(tell);
  await countLines(settings)
    .then((lines) => void (lines > 1 && problems.push(startUp.shared(lines - 1))))
    .catch(tell);
  // A Slack that is out of reach is so for both tokens.
  return [...new Set(problems)];
}

/** How many lines Slack has open for the app, this one included. It is closed at once, before Slack sends anything over it. */
async function countLines({ appToken, slackApiUrl }: Pick<SlackSettings, 'appToken' | 'slackApiUrl'>): Promise<number> {
  const client = new WebClient(appToken, clientOptions(slackApiUrl === undefined ? {} : { slackApiUrl }));
  const { url } = await whenWell(() => client.apps.connections.open(), { attempts: 3 }).catch((error: unknown) => {
    const code = errorCode(error);
    throw new Error(code === undefined ? startUp.unreachable : startUp.appToken(code), { cause: error });
  });
  const line = new WebSocket(url!);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const giveUp = setTimeout(() => reject(new Error(startUp.unreachable)), HELLO_WITHIN_MS);
  line.addEventListener('error', () => reject(new Error(startUp.unreachable)));
  line.addEventListener('message', ({ data }) => {
    const hello = Hello.safeParse(JSON.parse(String(data)));
    if (hello.success) resolve(hello.data.num_connections);
  });
  return promise.finally(() => {
    clearTimeout(giveUp);
    line.close();
  });
}
