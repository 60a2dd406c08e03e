import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { isPostgresAddress } from '../../src/settings/store-setting.ts';

const FILE = 'docs/deploy/compose.yaml';
const Bot = z.object({
  build: z.object({ context: z.string(), dockerfile: z.string() }),
  init: z.literal(true),
  environment: z.object({ DATABASE_URL: z.string() }),
  volumes: z.array(z.string()),
  depends_on: z.object({ postgres: z.object({ condition: z.literal('service_healthy') }) }),
});
const Worker = Bot.extend({ build: Bot.shape.build.extend({ target: z.string() }) }).strict();
const Compose = z.object({
  services: z.object({
    postgres: z.object({ environment: z.record(z.string(), z.string()) }),
    bot: Bot,
    standby: Bot,
    worker: Worker.extend({ restart: z.string() }),
    'second-worker': Worker.extend({ restart: z.string() }),
  }),
});

// There is no engine here that could run it.
test('the compose file has a Postgres, a bot and the same bot as its standby, and what it names is there', () => {
  const text = readFileSync(FILE, 'utf8');
  const { services } = Compose.parse(parse(text, { merge: true }));
  expect(services.standby).toEqual(services.bot);
  const { context, dockerfile } = services.bot.build;
  expect(readFileSync(join(dirname(FILE), context, dockerfile), 'utf8')).toContain('/picker/modelpicker.yaml');
  expect(services.bot.volumes).toEqual([expect.stringMatching(/:\/picker$/)]);
  const { POSTGRES_USER, POSTGRES_DB } = services.postgres.environment;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as compose fills it in.
  const address = services.bot.environment.DATABASE_URL.replace('${POSTGRES_PASSWORD}', 'secret');
  expect(isPostgresAddress(address)).toBe(true);
  expect(new URL(address)).toMatchObject({
    username: POSTGRES_USER,
    hostname: 'postgres',
    pathname: `/${POSTGRES_DB}`,
  });
});

test('it has two workers, which run the image’s worker on the bot’s folder and database, and have no tokens', () => {
  const { services } = Compose.parse(parse(readFileSync(FILE, 'utf8'), { merge: true }));
  const { worker, bot } = services;
  expect(services['second-worker']).toEqual(worker);
  expect(worker.volumes).toEqual(bot.volumes.map((volume) => `${volume}:ro`));
  expect(worker.environment).toEqual(bot.environment);
  const stages = readFileSync(join(dirname(FILE), worker.build.context, worker.build.dockerfile), 'utf8').split(
    '\nFROM ',
  );
  const found = stages.find((stage) => stage.startsWith(`base AS ${worker.build.target}\n`));
  expect(found).toContain('CMD ["node", "src/cli.ts", "worker", "--config", "/picker/modelpicker.yaml"]');
  // What is built where no stage is named.
  expect(stages.at(-1)).toContain('CMD ["node", "src/cli.ts", "start",');
});
