import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const [NAME, HERE, THERE] = ['modelpicker0', '10.213.77.1', '10.213.77.2'];

/** A network of its own for a process, with one cable to the database that can be pulled. Needs root and `ip`. */
export type Cable = {
  /** What starts a command there. */
  readonly through: readonly string[];
  /** The database as it is reached from there. */
  address(here: string): string;
  pull(): void;
  plug(): void;
  remove(): Promise<void>;
};

/** Why there is none; undefined where there can be. */
export function whyNoCable(): string | undefined {
  try {
    ip('netns', 'add', NAME);
    ip('netns', 'del', NAME);
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n')[0];
  }
}

export async function layCable(database: string): Promise<Cable> {
  ip('netns', 'add', NAME);
  ip('link', 'add', 'mpick-here', 'type', 'veth', 'peer', 'name', 'mpick-there', 'netns', NAME);
  ip('addr', 'add', `${HERE}/24`, 'dev', 'mpick-here');
  ip('link', 'set', 'mpick-here', 'up');
  ip('-n', NAME, 'addr', 'add', `${THERE}/24`, 'dev', 'mpick-there');
  ip('-n', NAME, 'link', 'set', 'mpick-there', 'up');
  ip('-n', NAME, 'link', 'set', 'lo', 'up');
  const { port, hostname } = new URL(database);
  const relay = createServer((near) => {
    const far = connect(Number(port), hostname);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => [near, far].map((one) => one.destroy()));
  }).listen(Number(port), HERE);
  await once(relay, 'listening');
  return {
    through: ['ip', 'netns', 'exec', NAME],
    address: (here) => here.replace(`${hostname}:`, `${HERE}:`),
    pull: () => ip('link', 'set', 'mpick-here', 'down'),
    plug: () => ip('link', 'set', 'mpick-here', 'up'),
    remove: async () => {
      relay.close();
      ip('link', 'del', 'mpick-here');
      ip('netns', 'del', NAME);
    },
  };
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
