import { z } from 'zod';
import { call, MlflowRefusal, type MlflowServer } from './mlflow-call.ts';
import type { Registry, TaggedVersion } from './registry.ts';

const API = '/api/2.0/mlflow';

/** Versions on one page. */
const PAGE = 200;

const Tag = z.object({ key: z.string(), value: z.string().default('') });

/** A model version as MLflow shows it; `version` is text there, and a number in some servers. */
export const ModelVersion = z.object({
  name: z.string(),
  version: z.coerce.string(),
  status: z.string().default('READY'),
  tags: z.array(Tag).default([]),
});

const Page = z.object({ model_versions: z.array(ModelVersion).default([]), next_page_token: z.string().optional() });

const Nothing = z.looseObject({});

/** The registry of an MLflow server, as open source or managed. @see https://mlflow.org/docs/latest/ml/model-registry */
export function mlflowRegistry(server: MlflowServer): Registry {
  const change = async (method: 'POST' | 'DELETE', path: string, say: Record<string, unknown>) => {
    await call(server, Nothing, { method, path: `${API}${path}`, say });
  };
  return {
    async versions(name) {
      const found: TaggedVersion[] = [];
      for (let token = ''; ; ) {
        const say = { filter: `name=${quoted(name)}`, max_results: PAGE, ...(token !== '' && { page_token: token }) };
        const page = await call(server, Page, { path: `${API}/model-versions/search`, say });
        found.push(...page.model_versions.map(taggedVersion));
        token = page.next_page_token ?? '';
        if (token === '') return found.sort((a, b) => Number(b.version) - Number(a.version));
      }
    },
    async aliased(name, alias) {
      const Answer = z.object({ model_version: ModelVersion });
      const path = `${API}/registered-models/alias`;
      const found = await call(server, Answer, { path, say: { name, alias } }).catch(unlessMissing);
      return found && taggedVersion(found.model_version);
    },
    setAlias: ({ name, version }, alias) => change('POST', '/registered-models/alias', { name, alias, version }),
    removeAlias: async (name, alias) => {
      await change('DELETE', '/registered-models/alias', { name, alias }).catch(unlessMissing);
    },
    async setTags(version, tags) {
      for (const [key, value] of Object.entries(tags))
        await change('POST', '/model-versions/set-tag', { ...nameOf(version), key, value });
    },
  };
}

/** What a version of the API's own form says. */
export function taggedVersion({ name, version, status, tags }: z.infer<typeof ModelVersion>): TaggedVersion {
  const isReady = status === 'READY';
  return { name, version, isReady, tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])) };
}

/** `undefined` for what is not there; everything else is thrown on. */
export function unlessMissing(error: unknown): undefined {
  if (error instanceof MlflowRefusal && error.isMissing) return undefined;
  throw error;
}

/** A name as text in a filter. */
export function quoted(name: string): string {
  if (!name.includes("'")) return `'${name}'`;
  if (!name.includes('"')) return `"${name}"`;
  throw new Error(`The registered model ${name} has both kinds of quotes in its name, and cannot be searched for.`);
}

function nameOf({ name, version }: { name: string; version: string }) {
  return { name, version };
}
