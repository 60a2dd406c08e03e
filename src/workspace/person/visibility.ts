import type { WebSocket } from 'ws';
import { directId } from '../api/chat-methods.ts';
import { viewInSlackForm } from '../api/view-methods.ts';
import type { BadDays } from '../bad-days.ts';
import { APP, type Person } from '../scene.ts';
import type { Change, State } from '../state.ts';

/** Who sees what. */
export type Visibility = {
  /** Everything a person has in front of them. */
  seenBy(person: Person): Record<string, unknown>;
  /** Guests see only files that stand in a message they see; everybody else sees all of the app's. */
  maySeeFile(person: Person, id: string): boolean;
  /** Tells a person's page everything, then every change. */
  watch(person: Person, socket: WebSocket): void;
};

type Setup = {
  readonly state: State;
  readonly badDays: BadDays;
  readonly connectionCount: () => number;
};

/** Looks at the state whenever it is asked. */
export function createVisibility(setup: Setup): Visibility {
  const { state, badDays, connectionCount } = setup;

  function seenBy(person: Person) {
    const direct = { id: directId(person.id), name: state.appName, isBotMember: true };
    return {
      app: { ...APP, name: state.appName },
      teamName: state.teamName,
      me: person,
      people: state.people,
      channels: [...state.channels, direct],
      commands: state.commands,
      messages: [...state.messages.values()].filter((message) => maySee(person, message)),
      modals: modalsOf(state, person),
      home: homeOf(state, person),
      violations: state.violations,
      badDays,
      connections: connectionCount(),
    };
  }

  return {
    seenBy,
    maySeeFile(person, id) {
      if (person.kind !== 'guest') return true;
      const seen = [...state.messages.values()].filter((message) => maySee(person, message));
      return seen.some(({ blocks, files }) => JSON.stringify([blocks, files]).includes(`"${id}"`));
    },
    watch(person, socket) {
      const send = (told: unknown) => socket.send(JSON.stringify(told));
      const listener = (change: Change) => {
        const told = toldTo(setup, person, change);
        if (told !== undefined) send(told);
      };
      send({ kind: 'all', seen: seenBy(person) });
      state.listeners.add(listener);
      socket.on('error', () => socket.terminate());
      socket.on('close', () => state.listeners.delete(listener));
    },
  };
}

/** A change as this person's page is told of it, or undefined when it is none of their business. */
function toldTo({ state, badDays }: Setup, person: Person, change: Change): unknown {
  switch (change.kind) {
    case 'message':
      return maySee(person, change.message) ? change : undefined;
    case 'message gone':
      return maySee(person, change) ? change : undefined;
    case 'modals':
      return change.person === person.id ? { ...change, modals: modalsOf(state, person) } : undefined;
    case 'home':
      return change.person === person.id ? { ...change, home: homeOf(state, person) } : undefined;
    case 'bad days':
      return { ...change, badDays };
    default:
      return change;
  }
}

function modalsOf(state: State, { id }: Person) {
  return (state.modals.get(id) ?? []).map((modal) => viewInSlackForm(modal));
}

function homeOf(state: State, { id }: Person) {
  const home = state.homes.get(id);
  return home ? viewInSlackForm(home) : null;
}

function maySee({ id }: Person, { channel, onlyFor }: { channel: string; onlyFor?: string }): boolean {
  const isDirectToOther = channel.startsWith('D') && channel !== directId(id);
  return !isDirectToOther && (onlyFor === undefined || onlyFor === id);
}
