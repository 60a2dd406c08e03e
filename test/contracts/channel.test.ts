import { expect, onTestFinished, test } from 'vitest';
import type { Channel, ImageFile, Message } from '../../src/task/people.ts';
import { messagesFor, startRig, until } from '../slack/rig.ts';
import { batch, leaderboard, result } from '../slack/scripted-task.ts';
import { openRoom } from '../task/bench.ts';

/** A channel, what of it people see, and an image that may be shown there. */
type Opened = {
  readonly channel: Channel;
  readonly image: ImageFile;
  /** How many messages stand there. */
  count(): Promise<number>;
  remove(ts: string): Promise<void>;
};

const winner: Message = { kind: 'result', key: `${batch}:result:1`, announcement: { batch, result, leaderboard } };
const withdrawn: Message = { ...winner, announcement: { ...winner.announcement, withdrawnBy: 'UADA' } };

/** What every channel promises. */
function contract(name: string, open: () => Promise<Opened>): void {
  test(`${name}: a message that was perhaps posted is found where it stands, and posted where it does not`, async () => {
    const { channel, count } = await open();
    const first = await channel.post(winner, { perhapsPosted: true });
    expect(await channel.post(winner, { perhapsPosted: true })).toEqual(first);
    expect(await count()).toBe(1);
  });

  test(`${name}: an edit posts nothing, and finds out whether somebody deleted the message`, async () => {
    const { channel, count, remove } = await open();
    const posted = await channel.post(winner, { perhapsPosted: false });
    channel.edit(posted, withdrawn);
    await channel.settled();
    expect(await count()).toBe(1);
    expect(channel.isGone(posted)).toBe(false);
    await remove(posted.ts);
    channel.edit(posted, winner);
    await channel.settled();
    expect(channel.isGone(posted)).toBe(true);
  });

  test(`${name}: an image that it was told to prepare is prepared in the end`, async () => {
    const { channel, image } = await open();
    channel.prepare([image]);
    await until(() => channel.isPrepared(image));
  });
}

contract('Slack', async () => {
  // With the right to read the channel, which a channel needs to find what was perhaps posted.
  const rig = await startRig({ workspace: { manifest: undefined } });
  onTestFinished(() => rig.stop());
  const ada = rig.workspace.person('UADA');
  return {
    channel: rig.channel,
    image: rig.images[0]!,
    count: async () => (await messagesFor(ada)).length,
    remove: async (ts) => {
      const message = (await messagesFor(ada)).find((one) => one.ts === ts);
      if (message) rig.workspace.state.removeMessage(message);
    },
  };
});

contract('the stand-in of the tests', async () => {
  const room = openRoom();
  return {
    channel: room,
    image: { key: 'image', file: 'image.png' },
    count: async () => room.posts.length,
    remove: async (ts) => void room.gone.add(ts),
  };
});
