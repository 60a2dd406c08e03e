import { type Asked, nameIn, onVersion, type Said, type StandInRegistry, searched } from './stand-in-registry.ts';

const CATALOG = '/api/2.0/mlflow/unity-catalog/model-versions/';
const ALIAS = /^\/api\/2\.1\/unity-catalog\/models\/([^/]+)\/aliases\/([^/]+)$/;

/**
 * A stand-in for the models of Databricks' Unity Catalog, written from its documentation and from the calls of MLflow's own
 * client for it: names of three parts, a search that says nothing of tags or aliases, aliases with whole numbers.
 *
 * @returns undefined for a call that is about something else.
 * @see https://docs.databricks.com/api/workspace/registeredmodels
 */
export function unityCatalogRoutes({ method, path, say }: Asked, registry: StandInRegistry): Said | undefined {
  const [, model, alias] = ALIAS.exec(path) ?? [];
  if (model !== undefined) return onAlias(method, { model, alias: alias!, number: say.version_num }, registry);
  if (!path.startsWith(CATALOG)) return undefined;
  const call = `${method} ${path.slice(CATALOG.length)}`;
  if (call === 'GET search') {
    const found = registry.versions.filter(({ name }) => name === nameIn(say.filter!));
    // It answers in pages of its own size.
    return searched(
      found.map(({ name, version, status }) => ({ name, version, status })),
      2,
      say.page_token,
    );
  }
  if (isWrongName(say.name!)) return wrongName(say.name!);
  if (call === 'GET get')
    return onVersion(say, registry, ({ name, version, status, tags }) => ({
      model_version: { name, version, status, tags: [...tags].map(([key, value]) => ({ key, value })) },
    }));
  if (call === 'POST set-tag')
    return onVersion(say, registry, ({ tags }) => {
      tags.set(say.key!, say.value!);
      return {};
    });
  return undefined;
}

function onAlias(
  method: string,
  { model, alias, number }: { model: string; alias: string; number: unknown },
  registry: StandInRegistry,
): Said {
  if (isWrongName(model)) return wrongName(model);
  const key = `${model}@${alias}`;
  const version = registry.aliases.get(key);
  if (method === 'PUT') {
    if (!Number.isInteger(number))
      return [400, { error_code: 'INVALID_PARAMETER_VALUE', message: 'version_num must be an integer' }];
    return onVersion({ name: model, version: String(number) }, registry, () => {
      registry.aliases.set(key, String(number));
      return { alias_name: alias, version_num: number };
    });
  }
  if (version === undefined)
    return [404, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: `Alias '${alias}' does not exist.` }];
  if (method === 'DELETE') registry.aliases.delete(key);
  const [catalog, schema, name] = model.split('.');
  const info = { catalog_name: catalog, schema_name: schema, model_name: name, version: Number(version) };
  return [200, method === 'DELETE' ? {} : info];
}

function isWrongName(name: string): boolean {
  return name.split('.').length !== 3;
}

function wrongName(name: string): Said {
  return [
    400,
    { error_code: 'INVALID_PARAMETER_VALUE', message: `'${name}' is not a valid name: catalog.schema.model` },
  ];
}
