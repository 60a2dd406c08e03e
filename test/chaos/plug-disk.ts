import { basename } from 'node:path';
import type { Chance } from '../../src/simulate/chance.ts';
import type { Disk } from '../../src/store/disk.ts';
import type { Life } from './life.ts';

/** A disk of one folder, in memory, that forgets at a power cut what was not synced: contents and names alike. */
export type PlugDisk = {
  /** The disk as one process sees it. */
  mount(life: Life): Disk;
  /** Keeps some of what was not synced, as disks do: names up to some moment, contents whole, torn or not at all. */
  powerCut(): void;
  /** Somebody else's fault with what a file's last life left beside it: it loses its end, or a digit changes. */
  spoilBackup(): void;
  /** While set, writes, syncs or half of all reads fail. */
  trouble: 'ENOSPC' | 'EIO' | 'unreadable' | undefined;
};

type Content = { written: string; synced: string };
type Names = Map<string, Content>;

export function createPlugDisk(chance: Chance): PlugDisk {
  let names: Names = new Map();
  let syncedNames: Names = new Map();
  /** Changes of names since the last sync of the folder, in order. */
  let unsynced: ((names: Names) => void)[] = [];

  function change(apply: (names: Names) => void): void {
    apply(names);
    unsynced.push(apply);
  }

  function existing(path: string): Content {
    const content = names.get(path);
    if (!content) throw failure('ENOENT', `no such file: ${path}`);
    return content;
  }

  function create(path: string): Content {
    const content = { written: '', synced: '' };
    change((now) => now.set(path, content));
    return content;
  }

  function handleOf(content: Content | 'folder', life: Life, appends: boolean) {
    return {
      writeFile: (text: string) =>
        life.effect(() => {
          if (content === 'folder') return;
          const before = appends ? content.written : '';
          // A disk that runs full takes what still fits.
          if (disk.trouble === 'ENOSPC') content.written = before + text.slice(0, Math.floor(chance() * text.length));
          if (disk.trouble === 'ENOSPC') throw failure('ENOSPC', 'no space left on device');
          content.written = before + text;
        }),
      truncate: (bytes: number) =>
        life.effect(() => {
          if (disk.trouble === 'EIO') throw failure('EIO', 'i/o error');
          if (content !== 'folder') content.written = content.written.slice(0, bytes);
        }),
      sync: () =>
        life.effect(() => {
          if (disk.trouble === 'EIO') throw failure('EIO', 'i/o error');
          if (content !== 'folder') content.synced = content.written;
          else {
            syncedNames = new Map(names);
            unsynced = [];
          }
        }),
      close: async () => undefined,
    };
  }

  const disk: PlugDisk = {
    trouble: undefined,
    mount: (life) => ({
      open: (path, flags) =>
        life.effect(() => {
          const isFile = names.has(path) || flags === 'w';
          const content = isFile ? (flags === 'w' ? create(path) : existing(path)) : 'folder';
          return handleOf(content, life, flags === 'a');
        }),
      readFile: (path) =>
        life.effect(() => {
          const { written } = existing(path);
          if (disk.trouble === 'unreadable' && chance() < 0.5) throw failure('EIO', 'i/o error, read');
          return written;
        }),
      rename: (from, to) =>
        life.effect(() => {
          const content = existing(from);
          change((now) => {
            now.delete(from);
            now.set(to, content);
          });
        }),
      link: (from, to) =>
        life.effect(() => {
          const content = existing(from);
          if (names.has(to)) throw failure('EEXIST', `file exists: ${to}`);
          change((now) => now.set(to, content));
        }),
      rm: (path) => life.effect(() => change((now) => now.delete(path))),
      readdir: () => life.effect(() => [...names.keys()].map((path) => basename(path))),
    }),
    spoilBackup() {
      const backups = [...names].filter(([path]) => path.endsWith('.bak'));
      const chosen = backups[Math.floor(chance() * backups.length)];
      if (!chosen) return;
      const text = spoilt(chosen[1].written, chance);
      // In a file of its own: a backup may be the very content of the file, under a second name.
      const content = { written: text, synced: text };
      for (const known of [names, syncedNames]) known.set(chosen[0], content);
    },
    powerCut() {
      const kept = new Map(syncedNames);
      for (const apply of unsynced.slice(0, Math.floor(chance() * (unsynced.length + 1)))) apply(kept);
      for (const content of new Set(kept.values())) {
        if (content.written === content.synced) continue;
        const fate = chance();
        // What was synced stays, where more was only added.
        const kept = content.written.startsWith(content.synced) ? content.synced.length : 0;
        const torn = content.written.slice(0, kept + Math.floor(chance() * (content.written.length - kept)));
        content.written = fate < 0.4 ? content.synced : fate < 0.8 ? torn : content.written;
        content.synced = content.written;
      }
      names = kept;
      syncedNames = new Map(kept);
      unsynced = [];
    },
  };
  return disk;
}

function spoilt(text: string, chance: Chance): string {
  const at = Math.floor(chance() * text.length);
  return chance() < 0.5 ? text.slice(0, at) : `${text.slice(0, at)}#${text.slice(at + 1)}`;
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}
