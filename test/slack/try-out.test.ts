import { readFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { tryOutSlack } from '../../src/slack/try-out.ts';
import { startWorkspace, type WorkspaceOptions } from '../../src/workspace/workspace.ts';
import { people, startRig } from './rig.ts';

const manifest = parse(await readFile(new URL('../../manifest.yml', import.meta.url), 'utf8'));

/** What `check` finds in a workspace, with a token or a channel that may be wrong. */
async function tryOut(
  setup: Partial<WorkspaceOptions> = {},
  wrong: { channel?: string; appToken?: string; slackApiUrl?: string } = {},
) {
  const channels = [{ id: 'CMODELS', name: 'models' }];
  const workspace = await startWorkspace({ people, channels, commands: [], manifest, ...setup });
  onTestFinished(() => workspace.close());
  const { botToken, appToken, apiUrl: slackApiUrl } = workspace;
  const found = await tryOutSlack({ botToken, appToken, slackApiUrl, channel: 'CMODELS', ...wrong });
  return { found, said: workspace.state.messages.size };
}

test('where all is well nothing is found, and nobody sees that it was tried', async () => {
  expect(await tryOut()).toEqual({ found: [], said: 0 });
});

test('a wrong channel and a wrong app token are said together, with their cures', async () => {
  const { found } = await tryOut({}, { channel: 'CGONE', appToken: 'xapp-wrong' });
  expect(found).toEqual([
    expect.stringContaining('Slack knows no channel CGONE that the bot can see.'),
    expect.stringContaining('Slack refuses the app token (invalid_auth). Make one with the scope connections:write'),
  ]);
});

test('scopes that the token lacks are named', async () => {
  const lacking = structuredClone(manifest);
  lacking.oauth_config.scopes.bot = ['chat:write', 'commands', 'files:read'];
  expect((await tryOut({ manifest: lacking })).found).toEqual([
    expect.stringContaining('The bot token lacks files:write. Paste manifest.yml again'),
  ]);
});

test('another bot that is connected with the same token is noticed', async () => {
  const rig = await startRig();
  onTestFinished(() => rig.stop());
  const { botToken, appToken, apiUrl: slackApiUrl } = rig.workspace;
  expect(await tryOutSlack({ botToken, appToken, slackApiUrl, channel: 'CMODELS' })).toEqual([
    expect.stringContaining('Slack has another line open with the same app token.'),
  ]);
});

test('a Slack that is out of reach is one thing to look at, not one for each token', async () => {
  const { found } = await tryOut({}, { slackApiUrl: 'http://127.0.0.1:9/api/' });
  expect(found).toEqual([expect.stringContaining('Slack cannot be reached.')]);
});
