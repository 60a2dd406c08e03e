import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { type BadDays, strikes } from '../bad-days.ts';
import type { State } from '../state.ts';

/** How often a delivery that waits for its acknowledgement looks whether its line to the app still stands. */
const LOOK_MS = 3_000;
const HELD_BACK_MS = 300;

/** The kinds of envelope that Socket Mode delivers. */
export type EnvelopeType = 'slash_commands' | 'interactive' | 'events_api';

/** How a delivery ended: acknowledged with what the app said, or not in time. */
export type Delivery =
  | { readonly kind: 'acknowledged'; readonly payload: Record<string, unknown>; readonly afterMs: number }
  | { readonly kind: 'no app connected' }
  | { readonly kind: 'not acknowledged' };

const acknowledgement = z.object({ envelope_id: z.string(), payload: z.record(z.string(), z.unknown()).optional() });

/** Hands envelopes to the app and waits for its acknowledgements. */
export type Deliveries = {
  deliver(type: EnvelopeType, payload: unknown): Promise<Delivery>;
  /** Takes what the app sent over a socket. */
  receive(text: string): void;
  /** Gives up on everything that is still unanswered. */
  close(): void;
};

/** Where envelopes go, and what may become of them on the way. */
export type DeliverySetup = {
  readonly state: State;
  readonly badDays: BadDays;
  /** An app must acknowledge a delivery within this. */
  readonly deadlineMs: number;
  /** The socket for the next envelope, or undefined when no app is connected. */
  readonly pickSocket: () => WebSocket | undefined;
};

/** With nothing on its way yet. */
export function createDeliveries(setup: DeliverySetup): Deliveries {
  const { state, badDays, deadlineMs, pickSocket } = setup;
  const waiting = new Map<string, (payload: Record<string, unknown>) => void>();
  const giveUps = new Set<() => void>();
  const sender = createSender(badDays);

  return {
    deliver(type, payload) {
      if (!pickSocket()) return Promise.resolve({ kind: 'no app connected' });
      const id = randomUUID();
      const sentAt = performance.now();
      const retry = type === 'events_api' ? { retry_attempt: 0, retry_reason: '' } : {};
      const envelope = { envelope_id: id, type, payload, accepts_response_payload: type !== 'events_api', ...retry };
      let sentOver: WebSocket | undefined;
      return new Promise((resolve) => {
        const end = (delivery: Delivery) => {
          stopWaiting();
          waiting.delete(id);
          giveUps.delete(giveUp);
          resolve(delivery);
        };
        const giveUp = () => end({ kind: 'not acknowledged' });
        const stopWaiting = waitFor(deadlineMs, {
          isConnected: () => sentOver?.readyState === WebSocket.OPEN,
          onOver: giveUp,
          onMissed: () => blame(state, type, deadlineMs),
        });
        giveUps.add(giveUp);
        waiting.set(id, (answer) => {
          end({ kind: 'acknowledged', payload: answer, afterMs: performance.now() - sentAt });
        });
        sender.send(() => {
          sentOver = pickSocket();
          sentOver?.send(JSON.stringify(envelope));
        });
      });
    },
    receive(text) {
      const parsed = acknowledgement.safeParse(parseJson(text));
      if (parsed.success) {
        waiting.get(parsed.data.envelope_id)?.(parsed.data.payload ?? {});
        return;
      }
      const explanation = 'the app sent something that is not an acknowledgement: {"envelope_id": …, "payload": …}';
      state.addViolation({ level: 'error', where: 'socket', code: 'bad_acknowledgement', explanation });
    },
    close() {
      sender.release();
      for (const giveUp of [...giveUps]) giveUp();
    },
  };
}

/**
 * Waits for an acknowledgement. An app that never got the envelope, or lost its line meanwhile, is not waited for, and has not
 * missed it. Returns the way to end it.
 */
function waitFor(
  deadlineMs: number,
  app: { readonly isConnected: () => boolean; readonly onMissed: () => void; readonly onOver: () => void },
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const wait = (leftMs: number) => {
    timer = setTimeout(look, Math.min(LOOK_MS, leftMs), leftMs - LOOK_MS);
  };
  const look = (leftMs: number) => {
    if (app.isConnected() && leftMs > 0) return wait(leftMs);
    if (app.isConnected()) app.onMissed();
    app.onOver();
  };
  wait(deadlineMs);
  return () => clearTimeout(timer);
}

/** Sends now, later, twice or never, as the day goes; `release` sends what is held back. */
function createSender(badDays: BadDays) {
  let releaseHeld: (() => void) | undefined;

  function sendAsTheDayGoes(send: () => void): void {
    if (strikes(badDays, 'lostDeliveries')) return;
    const times = strikes(badDays, 'duplicateDeliveries') ? 2 : 1;
    const sendAll = () => {
      for (let time = 0; time < times; time += 1) send();
    };
    if (releaseHeld === undefined && strikes(badDays, 'reorderedDeliveries')) {
      const release = () => {
        clearTimeout(timer);
        releaseHeld = undefined;
        sendAll();
      };
      const timer = setTimeout(release, HELD_BACK_MS);
      releaseHeld = release;
      return;
    }
    sendAll();
    releaseHeld?.();
  }

  return { send: sendAsTheDayGoes, release: () => releaseHeld?.() };
}

/** An app must say within the time that it got the envelope. */
function blame(state: State, type: EnvelopeType, deadlineMs: number): void {
  const explanation = `the app did not acknowledge within ${deadlineMs / 1000} s: call ack() first, work after`;
  state.addViolation({ level: 'error', where: type, code: 'operation_timeout', explanation });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
