/**
 * How many images a minute reach Slack, over two minutes, at Slack's rates and with a file that can be shown 1.5 s after
 * its upload.
 *
 * Run: npm exec -- node scripts/bench/upload-rate.ts [--ready MS]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { openChannel } from '../../src/slack/out/channel.ts';
import { startWorkspace } from '../../src/workspace/workspace.ts';
import { alone } from '../../test/alone.ts';

const { values } = parseArgs({ options: { ready: { type: 'string', default: '1500' } } });
const minutes = 2;
const workspace = await startWorkspace({
  people: [{ id: 'UADA', name: 'Ada' }],
  channels: [{ id: 'CMODELS', name: 'models' }],
  badDays: { uploadDelayMs: Number(values.ready) },
});
const { botToken, appToken, apiUrl } = workspace;
const settings = { botToken, appToken, slackApiUrl: apiUrl, channel: 'CMODELS', admins: [], timeZone: 'UTC' };
const channel = openChannel(settings, (event, fields) => console.log(event, JSON.stringify(fields ?? {})), alone);
const folder = await mkdtemp(join(tmpdir(), 'modelpicker-rate-'));
const images = await Promise.all(
  Array.from({ length: 300 }, async (_, index) => {
    const file = join(folder, `${index}.png`);
    await sharp({ create: { width: 64, height: 64, channels: 3, background: { r: index % 256, g: 9, b: 99 } } }).toFile(
      file,
    );
    return { key: `rate/${index}.png`, file };
  }),
);
channel.prepare(images);
for (let minute = 1, before = 0; minute <= minutes; minute++) {
  await sleep(60_000);
  const ready = images.filter((image) => channel.isPrepared(image)).length;
  console.log(`minute ${minute}: ${ready - before} images`);
  before = ready;
}
const looks = workspace.state.callCounts.get('files.info') ?? 0;
const uploads = workspace.state.callCounts.get('files.completeUploadExternal') ?? 1;
console.log(`${(looks / uploads).toFixed(2)} looks a file; refused: ${workspace.state.violations.length}`);
channel.prepare([]);
await workspace.close();
await rm(folder, { recursive: true });
process.exit();
