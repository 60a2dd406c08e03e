import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fact, Rules } from '../../src/round/facts.ts';
import type { SlackSettings } from '../../src/slack/settings.ts';
import type { Store } from '../../src/store/store.ts';
import type { RunningTask } from '../../src/task/task.ts';
import type { WorkspaceMessage } from '../../src/workspace/messages.ts';
import { startWorkspace, UNHURRIED_MS, type Workspace } from '../../src/workspace/workspace.ts';
import { openStandIn } from './stand-in.ts';

/** The real bot, store and Slack app at a local workspace; only the models are stood in for. */
export type Desk = {
  readonly workspace: Workspace;
  readonly task: RunningTask;
  readonly store: Store;
  readonly folder: string;
  /** Every log line. */
  readonly logged: string[];
  /** Makes this the newest batch and waits for its card. */
  arrive(batch: string): Promise<void>;
  /** Every fact there is. */
  facts(): readonly Fact[];
  /** The question on the newest card. */
  asked(): string;
  stop(): Promise<void>;
};

const CHANNEL = 'CMODELS';
export const ADMIN = 'UADA';
export const MEMBER = 'UBEN';

export async function openDesk(setup: {
  readonly images: number;
  readonly rules?: Partial<Rules>;
  readonly settings?: Partial<SlackSettings>;
  /** As long as the test allows, where it does not name another. */
  readonly deadlineMs?: number;
  /** Rejects where the models are to fail. */
  readonly run?: () => Promise<void>;
}): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-desk-'));
  const workspace = await startWorkspace({
    people: [ADMIN, MEMBER, 'UCLEO', 'UDAN'].map((id) => ({ id, name: id.slice(1).toLowerCase() })),
    channels: [
      { id: CHANNEL, name: 'models' },
      { id: 'COTHER', name: 'random' },
    ],
    commands: [{ command: '/modelpicker', description: 'Model Picker', usageHint: 'help' }],
    rates: 'off',
    deadlineMs: setup.deadlineMs ?? UNHURRIED_MS,
    badDays: { uploadDelayMs: 0 },
  });
  const { botToken, appToken, apiUrl } = workspace;
  const settings: SlackSettings = {
    ...{ botToken, appToken, slackApiUrl: apiUrl, channel: CHANNEL, admins: [ADMIN] },
    ...{ timeZone: 'UTC', uploadsPerMinute: 100_000, ...setup.settings },
  };
  const logged: string[] = [];
  const log = (event: string, fields = {}) => void logged.push(`${event} ${JSON.stringify(fields)}`);
  const running = await openStandIn({
    folder,
    images: setup.images,
    settings,
    log,
    rules: setup.rules ?? {},
    run: setup.run,
  });
  const { task, store } = running;
  const asked = () => questionOn(cards(workspace).at(-1));
  return {
    ...{ workspace, task, store, folder, logged },
    async arrive(batch) {
      await running.arrive(batch);
      while (!(asked() ?? '').startsWith(`${batch}:`)) await sleep(20);
    },
    facts: () => store.rounds().flatMap((round) => store.facts(round)),
    asked: () => asked() ?? '',
    async stop() {
      await running.stop();
      await workspace.close();
      await rm(folder, { recursive: true });
    },
  };
}

export function cards({ state }: Workspace): WorkspaceMessage[] {
  return [...state.messages.values()].filter(({ metadata }) => String(metadata?.event_payload.key).endsWith(':card'));
}

/** The question that a card's class buttons answer. */
function questionOn(card: WorkspaceMessage | undefined): string | undefined {
  const elements = card?.blocks.flatMap((block) => ('elements' in block ? (block.elements as object[]) : [])) ?? [];
  const button = elements.find((element) => 'action_id' in element && String(element.action_id).startsWith('label:'));
  return button && 'value' in button ? String(button.value) : undefined;
}
