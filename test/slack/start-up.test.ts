import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { neededScopes } from '../../src/slack/introduce.ts';
import type { WorkspaceOptions } from '../../src/workspace/workspace.ts';
import { cardFor, messagesFor, people, type Rig, startRig, until } from './rig.ts';

/** What somebody reads who has set the bot up wrong: one message, with the cure, and soon. */

let rig: Rig | undefined;
afterEach(async () => {
  await rig?.stop();
  rig = undefined;
});

const manifest = parse(await readFile(new URL('../../manifest.yml', import.meta.url), 'utf8'));

type Workspace = Partial<WorkspaceOptions>;

/** The one message with which the start ends. */
async function refusalOf(workspace: Workspace): Promise<string> {
  const started = startRig({ workspace }).then(
    (running) => {
      rig = running;
      return 'started';
    },
    (error: Error) => error.message,
  );
  return Promise.race([started, sleep(15_000, 'nothing within 15 s', { ref: false })]);
}

const always = (method: string, code: string) => ({
  badDays: { refusedCalls: 1_000, refusalCode: code, onlyMethod: method },
});

test('the scopes the bot insists on are those of the manifest, but for answering mentions', () => {
  expect([...neededScopes, 'app_mentions:read'].toSorted()).toEqual(manifest.oauth_config.scopes.bot.toSorted());
});

test('an app token without connections:write ends the start, which Slack’s SDK would try for ever', async () => {
  expect(await refusalOf(always('apps.connections.open', 'missing_scope'))).toMatchInlineSnapshot(
    `"Slack refuses the app token (missing_scope). Make one with the scope connections:write (api.slack.com/apps, *Basic Information*, *App-Level Tokens*) and put it into SLACK_APP_TOKEN."`,
  );
});

test('an invalid bot token', async () => {
  expect(await refusalOf(always('auth.test', 'invalid_auth'))).toMatchInlineSnapshot(
    `"Slack refuses the bot token (invalid_auth). Copy the Bot User OAuth Token again into SLACK_BOT_TOKEN (api.slack.com/apps, *OAuth & Permissions*)."`,
  );
});

test('scopes that the manifest asks for and the token lacks', async () => {
  const lacking = structuredClone(manifest);
  lacking.oauth_config.scopes.bot = ['chat:write', 'commands'];
  expect(await refusalOf({ manifest: lacking })).toMatchInlineSnapshot(
    `"The bot token lacks files:read, files:write. Paste manifest.yml again under *App Manifest* at api.slack.com/apps, then press *Reinstall to Workspace* and copy the new token."`,
  );
});

test('a bot that nobody has invited', async () => {
  const channels = [{ id: 'CMODELS', name: 'models', isBotMember: false }];
  expect(await refusalOf({ channels })).toMatchInlineSnapshot(
    `"The bot is not in the channel CMODELS. Say /invite @Model Picker there, then start again."`,
  );
});

test('a channel that does not exist, or is private without the bot', async () => {
  expect(await refusalOf({ channels: [{ id: 'COTHER', name: 'random' }] })).toMatchInlineSnapshot(
    `"Slack knows no channel CMODELS that the bot can see. Copy the id from the end of the channel's details into slack.channel; in a private channel say /invite @Model Picker first."`,
  );
});

test('an archived channel', async () => {
  const channels = [{ id: 'CMODELS', name: 'models', isArchived: true }];
  expect(await refusalOf({ channels })).toMatchInlineSnapshot(
    `"The channel CMODELS is archived. Unarchive it, or name another one in slack.channel."`,
  );
});

test('a note to itself that Slack does not take says nothing about the channel', async () => {
  rig = await startRig({ workspace: always('chat.postEphemeral', 'user_not_in_channel') });
  expect(rig.logged.join('\n')).toContain('could not try the channel');
});

test('an answer that only says that Slack is unwell is asked for again', async () => {
  rig = await startRig({ workspace: { badDays: { refusedCalls: 1, refusalCode: 'internal_error' } } });
  expect(rig.logged).toEqual([]);
});

test('Socket Mode switched off later ends the app with its reason', async () => {
  rig = await startRig();
  rig.workspace.dropSocket('disabled');
  expect((await rig.lost).message).toMatchInlineSnapshot(
    `"Slack has switched Socket Mode off for this app (link_disabled). Switch it on again at api.slack.com/apps, *Socket Mode*, then start the bot."`,
  );
});

test('a token revoked later ends the app with its reason, and not in a rejection that nobody handles', async () => {
  rig = await startRig();
  Object.assign(rig.workspace.badDays, always('apps.connections.open', 'token_revoked').badDays);
  rig.workspace.dropSocket('refresh');
  expect((await rig.lost).message).toMatchInlineSnapshot(
    `"Slack refuses the app token (token_revoked). Make one with the scope connections:write (api.slack.com/apps, *Basic Information*, *App-Level Tokens*) and put it into SLACK_APP_TOKEN."`,
  );
});

test('pongs that take six seconds, as Slack’s often do, do not cost the connection', { timeout: 40_000 }, async () => {
  rig = await startRig({ workspace: { people, badDays: { pongDelayMs: 6_000, uploadDelayMs: 300 } } });
  await rig.task.open();
  const { workspace } = rig;
  const counts: number[] = [];
  workspace.state.listeners.add((change) => change.kind === 'connections' && counts.push(change.count));
  await sleep(20_000);
  expect(counts).toEqual([]);
  const ben = workspace.person('UBEN');
  expect(await ben.click(await cardFor(ben), 'dog')).toMatchObject({ kind: 'done' });
  await until(async () => JSON.stringify(await messagesFor(ben)).includes('said *dog*'));
});
