/**
 * Plays the bot through days on which everything goes wrong, once for each seed, and checks what must hold afterwards.
 *
 *     npm run chaos -- --seeds 500               seeds 1 to 500
 *     npm run chaos -- --from 125 --seeds 1      one of them again, with what happened before
 *     npm run chaos -- --slack 10                ten seeds through the real Slack app, in real time: some 10 s each
 *     npm run chaos -- --tasks 3 --seeds 300     three tasks in one process, whose buttons are forged and mixed up
 *     npm run chaos -- --postgres --seeds 200    the facts in a real Postgres, whose lines break; needs its programs
 *     npm run chaos -- --plant skip-fsync        the same with a bug planted; ends at the first seed that finds it
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { plant } from '../test/chaos/plants.ts';
import { play } from '../test/chaos/play.ts';
import { postgresGround } from '../test/chaos/postgres-ground.ts';
import type { GroundFor } from '../test/chaos/world.ts';
import { startPostgres } from '../test/store/postgres-server.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    plant: { type: 'string' },
    slack: { type: 'string' },
    tasks: { type: 'string', default: '1' },
    postgres: { type: 'boolean', default: false },
    'stop-at-first': { type: 'boolean', default: false },
  },
});

if (values.plant !== undefined) await playWithout(values.plant);
else if (values.slack !== undefined) await playThroughSlack(Number(values.from), Number(values.slack));
else await playAll(Number(values.from), Number(values.seeds));

async function playAll(from: number, count: number): Promise<void> {
  const server = values.postgres ? await startPostgres() : undefined;
  const address = server?.withPassword(await server.database());
  const groundOf = (seed: number): GroundFor | undefined =>
    server && ((chance, name) => postgresGround(server, address!, `seed ${seed}${name}`, chance));
  const begun = performance.now();
  let failures = 0;
  let lives = 0;
  let seed = from;
  for (; seed < from + count; seed++) {
    const ending = await play(seed, Number(values.tasks), groundOf(seed));
    lives += ending.lives;
    if (ending.broken.length === 0) continue;
    failures += 1;
    console.log(`seed ${seed}:\n  ${ending.broken.join('\n  ')}`);
    const several = values.tasks === '1' ? '' : ` --tasks ${values.tasks}`;
    console.log(`  again: npm run chaos -- --from ${seed} --seeds 1${several}${values.postgres ? ' --postgres' : ''}`);
    if (count === 1) console.log(ending.trace.join('\n'));
    if (values['stop-at-first']) break;
  }
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${Math.min(seed - from + 1, count)} seeds, ${failures} failed; ${lives} lives of the bot, ${seconds} s`);
  await server?.stop();
  if (failures > 0) process.exitCode = 1;
}

async function playThroughSlack(from: number, count: number): Promise<void> {
  const { playRealSlack } = await import('../test/chaos/real-slack.ts');
  let failures = 0;
  for (let seed = from; seed < from + count; seed++) {
    const broken = await playRealSlack(seed);
    if (broken.length === 0) continue;
    failures += 1;
    console.log(`seed ${seed}:\n  ${broken.join('\n  ')}`);
  }
  console.log(`${count} seeds through the real Slack app, ${failures} failed`);
  process.exit(failures > 0 ? 1 : 0);
}

/** Runs this very script in a copy of the project that has a bug. */
async function playWithout(name: string): Promise<void> {
  const copy = await plant(name);
  const args = ['--seeds', values.seeds, '--from', values.from, '--stop-at-first'];
  const child = spawn(process.execPath, [join(copy, 'scripts/chaos.ts'), ...args], { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  await rm(copy, { recursive: true });
  console.log(code === 0 ? `The planted bug (${name}) was not found.` : `The planted bug (${name}) was found.`);
  process.exitCode = code === 0 ? 1 : 0;
}
