import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Work } from './ways.ts';

/** What a way took: `cpuMs` over all its processes and threads, `rssMb` of all its processes together. */
export type Measured = { readonly wallMs: number; readonly cpuMs: number; readonly rssMb: readonly number[] };

const SAMPLE_MS = 50;

/** Runs a way in processes of its own and measures it from the outside, with its start. Linux only. */
export async function measure(way: string, work: Work): Promise<Measured> {
  const cpuBefore = cpuOfEndedChildrenMs();
  const startMs = performance.now();
  const script = fileURLToPath(new URL('./run-way.ts', import.meta.url));
  const child = spawn(process.execPath, [script, way, JSON.stringify(work)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    // With what was compiled before, as `modelpicker.js` starts the bot.
    env: {
      ...process.env,
      UV_THREADPOOL_SIZE: String(availableParallelism()),
      NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/modelpicker', import.meta.url)),
    },
  });
  const rssMb: number[] = [];
  const timer = setInterval(() => rssMb.push(treeOf(child.pid!).reduce((sum, pid) => sum + rssOf(pid), 0)), SAMPLE_MS);
  const [code] = await once(child, 'exit');
  clearInterval(timer);
  if (code !== 0) throw new Error(`The way "${way}" failed.`);
  return { wallMs: performance.now() - startMs, cpuMs: cpuOfEndedChildrenMs() - cpuBefore, rssMb };
}

/** @see proc_pid_stat(5), fields 16 and 17, in ticks of 10 ms */
function cpuOfEndedChildrenMs(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[13]) + Number(fields[14]));
}

function treeOf(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).trim();
  return [pid, ...(children === '' ? [] : children.split(' ').flatMap((child) => treeOf(Number(child))))];
}

function rssOf(pid: number): number {
  return Number(/VmRSS:\s*(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1000;
}

/** Nothing where the process has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
