import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** A version as the stand-in remembers it. */
export type StandInVersion = {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  status: string;
  tags: Map<string, string>;
};

/** What a stand-in registry holds; `aliases` by `name@alias`. */
export type StandInRegistry = { readonly versions: StandInVersion[]; readonly aliases: Map<string, string> };

/** An answer to a call: its status and what it says. */
export type Said = readonly [status: number, body: unknown];

/** A call by its method and path; `say` is its body or its query. */
export type Asked = { readonly method: string; readonly path: string; readonly say: Record<string, string> };

/** What a search says, a page at a time, as servers do; `from` is the token of the page before. */
export function searched(found: readonly unknown[], most: number, from = '0'): Said {
  const start = Number(from);
  const next = start + most < found.length ? { next_page_token: String(start + most) } : {};
  return [200, { model_versions: found.slice(start, start + most), ...next }];
}

/** The name in a search's filter. */
export function nameIn(filter: string): string | undefined {
  return /^name\s*=\s*(['"])(.*)\1$/.exec(filter)?.[2];
}

/** Does something with a version that is there. */
export function onVersion(
  { name, version }: Record<string, string>,
  { versions }: StandInRegistry,
  work: (version: StandInVersion) => unknown,
): Said {
  const found = versions.find((one) => one.name === name && one.version === String(version));
  if (found) return [200, work(found)];
  return [404, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: `Model Version (${name}, ${version}) not found` }];
}

/** Of a file: what a version's tag says of it. */
export async function sha256Of(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}
