import { Webhook } from 'standardwebhooks';
import { ask } from '../remote/http.ts';
import { bodyOf, type EventType, type Listener } from './listener.ts';

/** `secret` as the standard writes it: `whsec_` and base64. */
export type WebhookOptions = {
  readonly name: string;
  readonly url: string;
  readonly secret: string;
  readonly events?: readonly EventType[] | undefined;
  readonly now: () => Date;
  /** How long the receiver may take; ten seconds where this is left out. */
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
};

/**
 * Sends events as Standard Webhooks, signed: whoever receives them can tell that they are ours, and by `webhook-id` that it
 * has had one already.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function webhook({ name, url, secret, events, now, timeoutMs, signal }: WebhookOptions): Listener {
  const signer = new Webhook(secret);
  return {
    name,
    wants: (type) => events?.includes(type) ?? true,
    async tell(event) {
      const body = bodyOf(event);
      const at = now();
      const headers = {
        'content-type': 'application/json',
        'webhook-id': event.id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': signer.sign(event.id, at, body),
      };
      const { status } = await ask({
        url,
        method: 'POST',
        headers,
        body,
        signal,
        ...(timeoutMs !== undefined && { timeoutMs }),
      });
      if (status >= 200 && status < 300) return 'taken';
      if (status === 410) return 'gone';
      throw new Error(`${new URL(url).origin} answers with status ${status}. Look into the receiver’s log.`);
    },
  };
}
