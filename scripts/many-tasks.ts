/**
 * Starts a bot with one task and one with many, each in a process of its own and by turns, and prints how long each took to
 * connect and to open all rounds, its memory, and the ratios of the medians.
 *
 * Run: npm exec -- node scripts/many-tasks.ts [--tasks 10] [--times 3]
 */
import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readTasks } from '../src/settings/several.ts';
import { start } from '../src/start.ts';
import { openTasksFolder, workspaceOf } from '../test/tasks/folder.ts';

type Measured = { readonly connectMs: number; readonly roundsMs: number; readonly memoryMb: number };

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '10' },
    times: { type: 'string', default: '3' },
    alone: { type: 'string' },
  },
});
const IMAGES = 300;

if (values.alone !== undefined) await measure(Number(values.alone));
else compare([1, Number(values.tasks)], Number(values.times));

/** Prints what one start took, as JSON, and ends the process. */
async function measure(count: number): Promise<void> {
  const tasks = Object.fromEntries(Array.from({ length: count }, (_, nth) => [`t${nth}`, {}]));
  const folder = await openTasksFolder(tasks, IMAGES);
  const workspace = await workspaceOf(tasks);
  const { botToken, appToken, apiUrl: slackApiUrl } = workspace;
  const settings = readTasks([join(folder, 'tasks')]);
  const began = performance.now();
  const running = await start(settings, { botToken, appToken, slackApiUrl }, () => undefined);
  const connectMs = performance.now() - began;
  for (const { task } of running.tasks) while ((await task.status()).kind !== 'round') await sleep(20);
  const roundsMs = performance.now() - began;
  await sleep(3_000);
  console.log(JSON.stringify({ connectMs, roundsMs, memoryMb: process.memoryUsage.rss() / 1e6 } satisfies Measured));
  await running.stop();
  await workspace.close();
  await rm(folder, { recursive: true });
  process.exit();
}

function compare(counts: readonly [number, number], times: number): void {
  const found = new Map<number, Measured[]>(counts.map((count) => [count, []]));
  for (let time = 0; time < times; time++)
    for (const [count, list] of found) {
      const args = [fileURLToPath(import.meta.url), '--alone', String(count)];
      const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      const line = stdout.trim().split('\n').at(-1);
      if (!line) throw new Error(`The start of ${count} tasks printed nothing: ${stderr}`);
      list.push(JSON.parse(line) as Measured);
    }
  for (const key of ['connectMs', 'roundsMs', 'memoryMb'] as const) {
    const [one, many] = counts.map((count) => median(found.get(count)!.map((measured) => measured[key])));
    console.log(`${key}: ${one!.toFixed(0)} and ${many!.toFixed(0)}, ratio ${(many! / one!).toFixed(1)}`);
  }
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}
