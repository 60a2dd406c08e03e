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
const Compose = z.object({
  services: z.object({ postgres: z.object({ environment: z.record(z.string(), z.string()) }), bot: Bot, standby: Bot }),
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
