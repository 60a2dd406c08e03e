import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { isFailure, type LogEvent } from '../../src/log.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';

const CLI = fileURLToPath(new URL('../../modelpicker.js', import.meta.url));

/** As `docs/deploy` has it. */
const DEPLOYED = { MALLOC_ARENA_MAX: '2', NODE_OPTIONS: '--max-semi-space-size=4' };

/** The bot in a process of its own, as `modelpicker start` runs it. */
export type Bot = {
  /** Milliseconds from its start until it first logged this. */
  said(event: LogEvent): Promise<number>;
  /** Milliseconds since its start. */
  elapsedMs(): number;
  readonly failures: readonly string[];
  /** Of its process with all threads, so far. */
  peakMb(): number;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
};

export function startBot(config: string, { botToken, appToken, apiUrl }: Workspace): Bot {
  const begunMs = performance.now();
  const tokens = { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_API_URL: apiUrl };
  const child: ChildProcess = spawn(process.execPath, [CLI, 'start', '--config', config], {
    env: { ...process.env, ...DEPLOYED, ...tokens },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const failures: string[] = [];
  const firstMs = new Map<LogEvent, number>();
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const event = eventIn(line);
    if (isFailure(event)) failures.push(line);
    if (!firstMs.has(event)) firstMs.set(event, performance.now() - begunMs);
    for (const look of waiting) look();
  });
  return {
    elapsedMs: () => performance.now() - begunMs,
    failures,
    said: async (event) => {
      while (!firstMs.has(event)) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add(resolve);
        await promise;
        waiting.delete(resolve);
      }
      return firstMs.get(event)!;
    },
    peakMb: () => Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1000,
    end: async (signal) => {
      child.kill(signal);
      await once(child, 'exit');
    },
  };
}

/** What Node takes before it has read a line of anybody's. */
export function runtimeMb(): number {
  const program = 'console.log(process.memoryUsage.rss() / 1e6)';
  return Number(execFileSync(process.execPath, ['-e', program], { env: { ...process.env, ...DEPLOYED } }));
}

/** A line is the time, the event, and fields as `name=value`. */
function eventIn(line: string): LogEvent {
  return (/^\S+ (.*?)(?: \w+=|$)/.exec(line)?.[1] ?? line) as LogEvent;
}
