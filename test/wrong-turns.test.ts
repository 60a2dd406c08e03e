import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { colorModel } from './predictions/onnx/odd-models.ts';
import { put, putBatch } from './predictions/onnx/picture.ts';

const main = resolve('modelpicker.js');

/** Settings that work; each wrong turn spoils one thing. */
const sound = {
  models: 'models',
  batches: 'batches',
  classes: ['red', 'green', 'blue'],
  descriptions: [{ match: '*', mean: [0, 0, 0], std: [1, 1, 1] }],
  slack: { channel: 'C0MODELS' },
};

const BOT = 'xoxb-1-secret';
const APP = 'xapp-1-secret';

/** A wrong turn: what the engineer has done, what they type, and what they read. */
type Turn = {
  readonly settings?: object | string;
  readonly type: readonly string[];
  readonly reads: RegExp;
  readonly environment?: Readonly<Record<string, string>>;
};

/** Where the engineer works: two models, one whole day of images, and what else lies about. */
async function openDesk(): Promise<string> {
  const desk = await mkdtemp(join(tmpdir(), 'modelpicker-turns-'));
  onTestFinished(() => rm(desk, { recursive: true }));
  for (const name of ['a', 'b']) await put(desk, `models/${name}.onnx`, colorModel());
  await putBatch(join(desk, 'twins/monday'), 12);
  const rows = Array.from({ length: 12 }, (_, at) => `photo-${String(at).padStart(3, '0')}.png,red`);
  await put(desk, 'twins/monday/predictions.csv', ['file,a', ...rows, ''].join('\n'));
  await put(desk, 'twins/monday/_COMPLETE', '');
  await putBatch(join(desk, 'batches/monday'), 12);
  await put(desk, 'batches/monday/_COMPLETE', '');
  await put(desk, 'no-images/monday/notes.txt', 'soon');
  await put(desk, 'no-images/monday/_COMPLETE', '');
  await put(desk, 'phone/monday/IMG_1.HEIC', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'));
  await put(desk, 'phone/monday/_COMPLETE', '');
  await put(desk, 'a-file', '');
  await put(desk, 'truth.csv', 'image,label\nphoto-000.png,red\n');
  return desk;
}

/** Types a command at the desk, without tokens unless the turn has them. */
async function typeAt(desk: string, { settings = sound, type, environment = {} }: Turn) {
  await writeFile(join(desk, 'modelpicker.yaml'), typeof settings === 'string' ? settings : JSON.stringify(settings));
  const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_API_URL, ...others } = process.env;
  return new Promise<{ code: unknown; text: string }>((done) => {
    execFile(process.execPath, [main, ...type], { cwd: desk, env: { ...others, ...environment } }, (error, out, err) =>
      done({ code: error?.code ?? 0, text: out + err }),
    );
  });
}

async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

const oldNode = `Object.defineProperty(process.versions, 'node', { value: '18.1.0' })`;

const turns = (port: number): Record<string, Turn> => ({
  'a wrong path': {
    type: ['check', '--config', 'nope.yaml'],
    reads:
      /^Can't read the settings file .*nope\.yaml: there is nothing of that name\. Copy modelpicker\.example\.yaml/,
  },
  'settings that are not YAML': { settings: 'models: [a', type: ['check'], reads: /modelpicker\.yaml is not YAML/ },
  'an unknown setting': {
    settings: { ...sound, toleranzPoints: 1 },
    type: ['check'],
    reads: /"toleranzPoints" is not a setting: did you mean "tolerancePoints"\?/,
  },
  'an unknown command': { type: ['chekc'], reads: /^"chekc" is not a command\. Did you mean "check"\?$/ },
  'an unknown option': {
    type: ['check', '--confg', 'x'],
    reads: /^"--confg" is not an option of check\. Did you mean "--config"\?$/,
  },
  'a word too many': { type: ['status', 'monday'], reads: /^"monday" is not understood: status takes options only\./ },
  'models that are elsewhere': {
    settings: { ...sound, models: 'modles' },
    type: ['check'],
    reads: /modles: there is nothing of that name\. Correct "models"/,
  },
  'batches that are elsewhere': {
    settings: { ...sound, batches: 'btaches' },
    type: ['check'],
    reads: /Can't look for batches in .*btaches: there is nothing of that name\..*correct "batches"/,
  },
  'batches at one day': {
    settings: { ...sound, batches: 'batches/monday' },
    type: ['check'],
    reads:
      /"monday" is not taken for a batch: it holds 12 images itself.*set "batches" to the folder above it, .*\/batches\./,
  },
  'models without classes': {
    settings: { ...sound, classes: undefined },
    type: ['check'],
    reads: /Nobody names the classes: put "classes" into the settings/,
  },
  'two models of one name': {
    settings: { ...sound, batches: 'twins' },
    type: ['check'],
    reads: /column "a": a model of the pool has this name already: rename the column/,
  },
  'no images': {
    settings: { ...sound, batches: 'no-images' },
    type: ['check'],
    reads: /There is no image in .*no-images\/monday\. Put/,
  },
  'photos of a phone': {
    settings: { ...sound, batches: 'phone' },
    type: ['check'],
    reads: /Image IMG_1\.HEIC: HEIC is not read: save it as JPEG or PNG/,
  },
  'a truth of another form': {
    type: ['demo', '--auto', '--config', 'modelpicker.yaml', '--truth', 'truth.csv'],
    reads: /the first line is "image,label", and must be "file,class"/,
  },
  'a truth that is not there': {
    type: ['demo', '--auto', '--config', 'modelpicker.yaml', '--truth', 'turth.csv'],
    reads: /Can't read the true classes in .*turth\.csv: there is nothing of that name/,
  },
  'a port that is taken': {
    type: ['demo', '--port', String(port)],
    reads: new RegExp(`^Something is already listening on port ${port}\\.`),
  },
  'tokens swapped': {
    type: ['start'],
    environment: { SLACK_BOT_TOKEN: APP, SLACK_APP_TOKEN: BOT },
    reads: /^The tokens are swapped: .*$/,
  },
  'no tokens': { type: ['start'], reads: /not set: set it to the Bot User OAuth Token[\s\S]*SLACK_BOT_TOKEN/ },
  'no channel': {
    settings: { ...sound, slack: undefined },
    type: ['start'],
    environment: { SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP },
    reads: /The settings have no "slack" part\. Name at least the channel/,
  },
  'data that cannot be written': {
    settings: { ...sound, data: 'a-file/live' },
    type: ['start'],
    environment: { SLACK_BOT_TOKEN: BOT, SLACK_APP_TOKEN: APP },
    reads: /^Can't make the folder .*a-file\/live\/rounds \(ENOTDIR: not a directory\)\. Let this user write there/,
  },
  'Node too old': {
    type: ['status'],
    environment: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(oldNode)}` },
    reads: /^Model Picker needs Node 24 or newer, and this is Node 18\.1\.0\./,
  },
});

test('every wrong turn of an engineer ends in one readable message and a code that is not 0', {
  timeout: 600_000,
}, async () => {
  // Three engineers, each at a desk of their own, share the turns: a command waits for its models most of the time.
  const todo = Object.entries(turns(await takenPort())).values();
  const atDesk = async (desk: string) => {
    for (const [name, turn] of todo) {
      const { code, text } = await typeAt(desk, turn);
      expect.soft(code, name).toBe(1);
      expect.soft(text.trim(), name).toMatch(turn.reads);
      expect.soft(text, name).not.toMatch(/^\s+at |secret|undefined|\[object|Error:|ENOENT/m);
    }
  };
  const desks = await Promise.all([1, 2, 3].map(openDesk));
  await Promise.all(desks.map(atDesk));
});
