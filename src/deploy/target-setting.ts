import { z } from 'zod';
import { EVENT_TYPES } from './listener.ts';

/** Secrets are not part of an address: it is logged, and people read settings. */
export const Address = z.string().refine(isPlainAddress, {
  error: ({ input }) =>
    `"${hidden(String(input))}" is not an address: write https:// or http://, a host, and no name, password or query in it`,
});

function isPlainAddress(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.search === ''
  );
}

/** What may be a secret in a wrong address is not shown. */
function hidden(text: string): string {
  const url = URL.parse(text);
  return url ? url.origin : text.replace(/^.*@/s, '…@').replace(/\?.*$/s, '?…').slice(0, 60);
}

const name = z.string().min(1).optional();

const events = z
  .array(
    z.enum(EVENT_TYPES, {
      error: ({ input }) => `"${input}" is not an event: write some of ${EVENT_TYPES.join(', ')}`,
    }),
  )
  .optional();

/**
 * Settings name the variable that holds a secret, never the secret. What stands there by mistake may be one, and would be
 * named as a variable that is not set: so small letters, which secrets have, are refused.
 */
export const Variable = z.string().regex(/^[A-Z_][A-Z0-9_]*$/, {
  error:
    'this is not the name of an environment variable: write a name in capitals such as WEBHOOK_SECRET, and set that one',
});

const alias = z
  .string()
  .regex(/^[\w-]{1,255}$/)
  .refine((text) => text !== 'latest' && !/^v\d+$/i.test(text), {
    error: ({ input }) => `"${input}" is an alias that MLflow keeps for itself: write another one, e.g. "champion"`,
  });

const Folder = z.strictObject({ to: z.literal('folder'), path: z.string().optional() });

const Mlflow = z.strictObject({
  ...{ to: z.literal('mlflow'), name, url: Address },
  models: z.array(z.string().min(1)).min(1),
  alias: alias.default('champion'),
  tag: z.string().min(1).max(250).default('sha256'),
  register: z.boolean().default(false),
  tokenFrom: Variable.optional(),
  isUnityCatalog: z.boolean().default(false),
});

const Triton = z.strictObject({
  ...{ to: z.literal('triton'), name, url: Address },
  repository: z.string(),
  tokenFrom: Variable.optional(),
  model: z.string().regex(/^[\w][\w.-]*$/),
});

const WebhookSetting = z.strictObject({
  ...{ to: z.literal('webhook'), name, url: Address, events },
  secretFrom: Variable.default('WEBHOOK_SECRET'),
});

const Command = z.strictObject({
  ...{ to: z.literal('command'), name, events },
  run: z.array(z.string().min(1)).min(1),
  timeoutSeconds: z.number().min(1).max(3_600).default(60),
  environment: z.array(Variable).default([]),
});

/** One place where a winner is handed, or that is told what happens, as a user writes it. */
export const TargetSetting = z.discriminatedUnion('to', [Folder, Mlflow, Triton, WebhookSetting, Command], {
  error: () => 'a target has "to": folder, mlflow, triton, webhook or command',
});

export type TargetSetting = z.infer<typeof TargetSetting>;

/** What the operator calls a target: its own name, or what it is and where. */
export function nameOfTarget(target: TargetSetting): string {
  if (target.to === 'folder') return 'folder';
  if (target.name !== undefined) return target.name;
  if (target.to === 'command') return `command ${target.run[0]}`;
  // What is not an address is refused elsewhere, with the cure.
  const { host, pathname } = URL.parse(target.url) ?? { host: '', pathname: '' };
  const where = pathname === '/' ? host : `${host}${pathname}`;
  return target.to === 'mlflow'
    ? `mlflow ${where} ${target.models.join(', ')}@${target.alias}`
    : `${target.to} ${where}`;
}
