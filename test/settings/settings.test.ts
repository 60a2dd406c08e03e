import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { settingNames } from '../../src/settings/cures.ts';
import { storePlace, winnersFolder } from '../../src/settings/folders.ts';
import { readSettings, readTokens, SettingsFile } from '../../src/settings/settings.ts';
import { wallClock } from '../../src/settings/wall-clock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelpicker-config-'));
  onTestFinished(() => rm(folder, { recursive: true }));
});

async function settings(text: string) {
  const file = join(folder, 'modelpicker.yaml');
  await writeFile(file, text);
  return readSettings(file);
}

test('two paths are enough; the rest has defaults, and paths start at the file', async () => {
  const found = await settings('models: pool\nbatches: ../batches\n');
  expect(found.models).toBe(join(folder, 'pool'));
  expect(found.batches).toBe(join(folder, '..', 'batches'));
  expect(found.rules).toEqual({
    confidence: 0.95,
    tolerance: 0.005,
    budget: 300,
    opinions: 3,
    deadlineHours: 0,
    prefer: 'present',
    measure: 20,
  });
});

test('winners go below the data, also where a demo or a script has moved it, unless a folder is named for them', async () => {
  const found = await settings('models: pool\nbatches: batches\n');
  expect(winnersFolder({ ...found, data: '/elsewhere' })).toBe('/elsewhere');
  const named = await settings('models: pool\nbatches: batches\ntargets: { to: folder, path: served }\n');
  expect(winnersFolder({ ...named, data: '/elsewhere' })).toBe(join(folder, 'served'));
  const nowhere = await settings('models: pool\nbatches: batches\ntargets: []\n');
  expect(winnersFolder(nowhere)).toBeUndefined();
});

test('providers hold for every model whose description names none, and a mistyped one is told with those there are', async () => {
  const of = (text: string) => settings(`models: pool\nbatches: batches\n${text}`);
  const described = 'descriptions: [{ match: a, providers: [cpu] }, { match: b, width: 8 }]\n';
  const found = await of(`providers: [cuda, cpu]\n${described}`);
  expect(found.descriptions.map(({ match, providers }) => [match, providers])).toEqual([
    ['a', ['cpu']],
    ['b', ['cuda', 'cpu']],
    ['*', ['cuda', 'cpu']],
  ]);
  expect((await of(described)).descriptions).toHaveLength(2);
  await expect(of('providers: [gpu]')).rejects.toThrow(
    /"gpu" is not a provider of ONNX Runtime: write one of cpu, cuda/,
  );
});

test('the example file is valid', async () => {
  expect(readSettings('modelpicker.example.yaml').slack?.channel).toBe('C0123ABCD');
});

test('every setting stands in the README’s table, and in the example file, which says that it shows them all', async () => {
  const [readme, example] = [readFileSync('README.md', 'utf8'), readFileSync('modelpicker.example.yaml', 'utf8')];
  const parts: readonly string[] = ['schedule', 'slack', 'metrics'];
  const { clickErrorPercent: _outdated, ...current } = SettingsFile.shape;
  const missing = Object.entries(current).flatMap(([name, schema]) => {
    const inside = parts.includes(name) ? settingNames(schema) : [];
    const named = inside.length > 0 ? inside.map((of) => `\`${name}.${of}\``) : [`\`${name}\``];
    return [
      ...named.filter((one) => !new RegExp(`^\\|.*${one}.*\\| .* \\|`, 'm').test(readme)),
      ...[name, ...inside].filter((one) => !new RegExp(`\\b${one}:`).test(example)),
    ];
  });
  expect(missing).toEqual([]);
});

test('five mistakes are told in one message, each with its place and cure', async () => {
  const wrong = `
models: 7
batches: ./batches
confidence: 95
budgt: 100
schedule: { look: every day, timeZone: Mars/Olympus }
slack: { channel: '#general' }
`;
  const message = await settings(wrong).catch((error: Error) => error.message.replace(folder, ''));
  expect(message).toMatchInlineSnapshot(`
    "Bad settings in /modelpicker.yaml (modelpicker.example.yaml shows them all):
    ✖ "budgt" is not a setting: did you mean "budget"?
    ✖ 7 is not text
      → at models
    ✖ 95 is not a confidence: write 0.95 for 95 %, at least 0.5 and at most 0.999
      → at confidence
    ✖ "every day" is not a cron line: it takes five fields, e.g. "*/5 * * * *"
      → at schedule.look
    ✖ "Mars/Olympus" is not a time zone: take an IANA name, e.g. "Europe/Berlin"
      → at schedule.timeZone
    ✖ "#general" is not a channel id: copy it from the end of the channel’s details in Slack, e.g. "C0123ABCD"
      → at slack.channel"
  `);
});

test('what zod finds by itself is said with its cure, too', async () => {
  const wrong = 'models: m\nbudget: 0\nopinions: many\nwhatever: 1\nschedule: { quiet: at night }\nslack: {}\n';
  const message = await settings(wrong).catch((error: Error) => error.message.replace(folder, ''));
  expect(message).toMatchInlineSnapshot(`
    "Bad settings in /modelpicker.yaml (modelpicker.example.yaml shows them all):
    ✖ "whatever" is not a setting: remove it
    ✖ missing, but required: text
      → at batches
    ✖ 0 is too small: write at least 1
      → at budget
    ✖ "many" is not a number
      → at opinions
    ✖ "at night" are not quiet hours: write two times of the day, e.g. "20:00-08:00"
      → at schedule.quiet
    ✖ missing, but required: text
      → at slack.channel"
  `);
});

test('example images stand beside the settings file, or on the web', async () => {
  const found = await settings(
    'models: m\nbatches: b\nslack: { channel: C1, guidelines: { owl: { image: a/owl.jpg }, fox: { image: https://x.org/f.png } } }\n',
  );
  expect(found.slack?.guidelines).toEqual({
    owl: { image: join(folder, 'a/owl.jpg') },
    fox: { image: 'https://x.org/f.png' },
  });
});

test('what is not YAML, and a file that is not there, are told apart', async () => {
  await expect(settings('models: [')).rejects.toThrow(/is not YAML/);
  expect(() => readSettings(join(folder, 'other.yaml'))).toThrow(/Copy modelpicker.example.yaml/);
});

test('tokens are named when they are missing, and never shown', () => {
  const read = () => readTokens({ SLACK_BOT_TOKEN: 'secret-123' });
  expect(read).toThrow(/SLACK_BOT_TOKEN/);
  expect(read).toThrow(/SLACK_APP_TOKEN/);
  expect(read).not.toThrow(/secret-123/);
});

test.each([
  'Asia/Kolkata',
  'Asia/Calcutta',
  'Europe/Kyiv',
  'Asia/Ho_Chi_Minh',
  'Etc/UTC',
  'US/Pacific',
  'GMT',
  '+05:30',
  'utc',
])('the time zone %s is one, for the system can tell the time there', async (timeZone) => {
  const found = await settings(`models: m\nbatches: b\nschedule: { timeZone: '${timeZone}' }\n`);
  expect(found.schedule.timeZone).toBe(timeZone);
  expect(wallClock(timeZone)(new Date('2026-07-01T12:00:00Z'))).toBeGreaterThan(0);
});

test('the clock on the wall is read to the second, in zones with odd minutes, and at midnight', () => {
  const read = (timeZone: string, at: string) => new Date(wallClock(timeZone)(new Date(at))).toISOString().slice(0, 19);
  expect(read('+05:45', '2026-07-01T18:15:00Z')).toBe('2026-07-02T00:00:00');
  expect(read('Australia/Lord_Howe', '2026-07-01T12:00:01Z')).toBe('2026-07-01T22:30:01');
  expect(read('Asia/Tehran', '2026-03-20T20:30:00Z')).toBe('2026-03-21T00:00:00');
});

test('an old file with an error rate is read as before, and says that it is learned now', async () => {
  const found = await settings('models: m\nbatches: b\nclickErrorPercent: 5\n');
  expect(found.outdated).toEqual([expect.stringMatching(/^clickErrorPercent: .* Remove it\.$/)]);
  expect((await settings('models: m\nbatches: b\n')).outdated).toEqual([]);
});

test('facts stay in the data folder unless a Postgres is named, by its address or by a variable that holds it', async () => {
  const place = async (line: string, environment = {}) => {
    const { data, ...found } = await settings(`name: owls\nbatches: b\ndata: d\n${line}`);
    return [storePlace({ data, ...found }, environment), data] as const;
  };
  const [files, data] = await place('');
  expect(files).toEqual({ folder: join(data, 'rounds') });
  const address = 'postgres://picker@db.example.com:6543/facts?sslmode=verify-full';
  expect((await place(`store: ${address}`))[0]).toEqual({ address, task: 'owls' });
  const secret = 'postgresql://picker:geheim@db/facts';
  expect((await place('store: DATABASE_URL', { DATABASE_URL: secret }))[0]).toEqual({ address: secret, task: 'owls' });
});

test('a wrong store is told with its cure, and a password is never repeated', async () => {
  const told = async (store: string, environment = {}) => {
    const found = settings(`batches: b\nstore: ${store}\n`).then((read) => storePlace(read, environment));
    return found.then(JSON.stringify, (error: Error) => error.message);
  };
  expect(await told('./facts.db')).toContain('neither an address nor the name of an environment variable');
  expect(await told('postgres://db')).toContain('neither an address');
  expect(await told('DATABASE_URL')).toContain('DATABASE_URL, which "store" names, is not set');
  expect(await told('DATABASE_URL', { DATABASE_URL: 'mysql://u:geheim@db/x' })).toContain(
    'is not the address of a Postgres',
  );
  for (const wrong of ['postgres://u:geheim@db/x', 'postgres://db/x?password=geheim']) {
    expect(await told(wrong)).toContain('a password stands in the address: take it out and set PGPASSWORD');
    expect(await told(wrong)).not.toContain('geheim');
  }
  expect(await told('DATABASE_URL', { DATABASE_URL: 'mysql://u:geheim@db/x' })).not.toContain('geheim');
});
