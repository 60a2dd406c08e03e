import type { BadDays } from './bad-days.ts';
import type { HomeView, ModalView } from './blocks/blocks.ts';
import { createFiles } from './files.ts';
import { createMessages, type MessageChange } from './messages.ts';
import { createRecord, type ViolationChange } from './record.ts';
import { ENTERPRISE, type Person, type WorkspaceChannel, type WorkspaceCommand } from './scene.ts';

/** A modal or a Home tab as it stands in front of one person. */
export type OpenView = {
  readonly id: string;
  readonly owner: string;
  /** New with every change of the view. */
  readonly hash: string;
  readonly view: ModalView | HomeView;
  readonly rootId: string;
  readonly previousId: string | null;
};

/** What the page is told, so that it changes without a reload. */
export type Change =
  | MessageChange
  | ViolationChange
  | { readonly kind: 'modals'; readonly person: string }
  | { readonly kind: 'home'; readonly person: string }
  | { readonly kind: 'connections'; readonly count: number }
  | { readonly kind: 'bad days' };

/** What `createState` gives. */
export type State = ReturnType<typeof createState>;

/** Everything the workspace remembers, in memory only. */
export function createState(setup: {
  readonly teamName: string;
  readonly appName: string;
  readonly people: readonly Person[];
  readonly channels: readonly WorkspaceChannel[];
  readonly commands: readonly WorkspaceCommand[];
  readonly now: () => number;
  /** Slack's troubles of the day. */
  readonly badDays: BadDays;
}) {
  const listeners = new Set<(change: Change) => void>();
  const modals = new Map<string, readonly OpenView[]>();
  const channels = [...setup.channels];
  let lastTsMicros = 0;
  let lastId = 0;

  function tell(change: Change): void {
    for (const listener of listeners) listener(change);
  }

  return {
    ...setup,
    channels: channels as readonly WorkspaceChannel[],
    enterprise: setup.people.some(({ kind }) => kind === 'grid') ? ENTERPRISE : undefined,
    ...createMessages(tell),
    ...createFiles(setup.now),
    ...createRecord(setup.now, tell),
    /** Modal stacks by person, root first. */
    modals,
    homes: new Map<string, OpenView>(),
    listeners,
    tell,

    /** A new `ts`: seconds with six decimals, always later than the one before. */
    newTs(): string {
      lastTsMicros = Math.max(Math.floor(setup.now() * 1000), lastTsMicros + 1);
      return `${Math.floor(lastTsMicros / 1e6)}.${String(lastTsMicros % 1e6).padStart(6, '0')}`;
    },

    /** A new id of Slack's form and length, such as `V00000000AB`. */
    newId(prefix: string): string {
      lastId += 1;
      return `${prefix}${lastId.toString(36).toUpperCase().padStart(10, '0')}`;
    },

    /** Archives a channel, takes the app out of it, or undoes that. */
    changeChannel(id: string, change: Partial<Omit<WorkspaceChannel, 'id'>>): void {
      const index = channels.findIndex((channel) => channel.id === id);
      if (index >= 0) channels[index] = { ...channels[index]!, ...change };
    },

    setModals(person: string, stack: readonly OpenView[]): void {
      modals.set(person, stack);
      tell({ kind: 'modals', person });
    },
  };
}
