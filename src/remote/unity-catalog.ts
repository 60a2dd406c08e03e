import { z } from 'zod';
import { ModelVersion, quoted, taggedVersion, unlessMissing } from './mlflow.ts';
import { call, type MlflowServer } from './mlflow-call.ts';
import type { Registry } from './registry.ts';

const API = '/api/2.0/mlflow/unity-catalog/model-versions';

const Page = z.object({ model_versions: z.array(ModelVersion).default([]), next_page_token: z.string().optional() });

const Nothing = z.looseObject({});

/**
 * Models in Databricks' Unity Catalog: names have three parts, versions are numbers, and a search says nothing of tags.
 *
 * @see https://docs.databricks.com/api/workspace/registeredmodels/setalias
 */
export function unityCatalog(server: MlflowServer): Registry {
  const aliasPath = (name: string, alias: string) =>
    `/api/2.1/unity-catalog/models/${encodeURIComponent(name)}/aliases/${encodeURIComponent(alias)}`;
  const Answer = z.object({ model_version: ModelVersion });
  const version = async (name: string, number: string) =>
    taggedVersion((await call(server, Answer, { path: `${API}/get`, say: { name, version: number } })).model_version);
  return {
    async versions(name) {
      const numbers: string[] = [];
      for (let token = ''; ; ) {
        const say = { filter: `name=${quoted(name)}`, ...(token !== '' && { page_token: token }) };
        const page = await call(server, Page, { path: `${API}/search`, say });
        numbers.push(...page.model_versions.map((one) => one.version));
        token = page.next_page_token ?? '';
        if (token === '') break;
      }
      const newestFirst = numbers.sort((a, b) => Number(b) - Number(a));
      return Promise.all(newestFirst.map((number) => version(name, number)));
    },
    async aliased(name, alias) {
      const Found = z.object({ version: z.coerce.string() });
      const found = await call(server, Found, { path: aliasPath(name, alias) }).catch(unlessMissing);
      return found && version(name, found.version);
    },
    async setAlias({ name, version: number }, alias) {
      const path = aliasPath(name, alias);
      await call(server, Nothing, { method: 'PUT', path, say: { version_num: Number(number) } });
    },
    async removeAlias(name, alias) {
      await call(server, Nothing, { method: 'DELETE', path: aliasPath(name, alias) }).catch(unlessMissing);
    },
    async setTags({ name, version: number }, tags) {
      for (const [key, value] of Object.entries(tags)) {
        const say = { name, version: number, key, value };
        await call(server, Nothing, { method: 'POST', path: `${API}/set-tag`, say });
      }
    },
  };
}
