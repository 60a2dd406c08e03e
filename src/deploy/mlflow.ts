import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import type { Registry, TaggedVersion } from '../remote/registry.ts';
import { partsOf } from './model-files.ts';
import type { HandOver, Serving, Target } from './target.ts';

/** What an MLflow target needs. `models`: the registered models among which the alias stands at one version. */
export type MlflowTargetOptions = {
  readonly name: string;
  readonly registry: Registry;
  readonly models: readonly string[];
  readonly alias: string;
  /** The tag that holds the SHA-256 of a version's model file. */
  readonly tag: string;
  /** The version of which somebody knows that its file has this SHA-256, though no tag says so. */
  readonly versionOf: (sha256: string) => Promise<{ readonly name: string; readonly version: string } | undefined>;
  /** Sends the winner's files as a new version; absent where that is not wished. */
  readonly register?: (
    model: string,
    files: ReadonlyMap<string, string>,
    tags: Readonly<Record<string, string>>,
  ) => Promise<{ readonly name: string; readonly version: string }>;
};

/** Names the model that a version stands for, where it has no file: one behind an API, say. */
const NAME_TAG = 'modelpicker.name';

/**
 * Points an alias at the registered version that holds the winner, and says in tags why. Whoever serves `models:/NAME@alias`
 * gets the winner the next time it loads. `handOver` throws, with the cure, where no version holds it and none is to be made.
 */
export function mlflowTarget(options: MlflowTargetOptions): Target {
  const { name, registry, models, alias } = options;
  return {
    name,
    async handOver(winner) {
      const version = (await versionFor(winner, options)) ?? (await registered(winner, options));
      await registry.setTags(version, tagsOf(winner, options.tag));
      if ((await registry.aliased(version.name, alias))?.version !== version.version)
        await registry.setAlias(version, alias);
      for (const other of models) {
        if (other !== version.name && (await registry.aliased(other, alias))) await registry.removeAlias(other, alias);
      }
    },
    async serving() {
      for (const model of models) {
        const found = await registry.aliased(model, alias);
        if (found) return servingIn(found, options.tag);
      }
      return undefined;
    },
  };
}

/** The newest version that holds the winner's file, or stands for it by name. */
async function versionFor(
  { sha256, model, result }: HandOver,
  { registry, models, tag, versionOf }: MlflowTargetOptions,
) {
  for (const name of models) {
    const versions = await registry.versions(name);
    const found = versions.find(({ tags, isReady }) =>
      isReady && model !== undefined ? tags[tag] === sha256 : isReady && tags[NAME_TAG] === result.model,
    );
    if (found) return found;
  }
  const known = await versionOf(sha256);
  return known && models.includes(known.name) ? known : undefined;
}

async function registered(winner: HandOver, { models, tag, register }: MlflowTargetOptions) {
  const { model, sha256, result } = winner;
  const among = models.join(', ');
  if (model === undefined) {
    throw new Error(
      `${result.model} has no file, and no version of ${among} stands for it: tag one with ${NAME_TAG} = ${result.model}.`,
    );
  }
  if (!register) {
    throw new Error(
      `No version of ${among} holds ${result.model}: tag the one that does with ${tag} = ${sha256}, or set register: true.`,
    );
  }
  const files = new Map(
    partsOf(model).map((part) => [part === basename(model) ? 'model.onnx' : part, join(dirname(model), part)]),
  );
  return register(models[0]!, files, { [tag]: sha256 });
}

/** Values stay far below the 5,000 characters that a tag may have; a tag that no longer holds is emptied. */
function tagsOf({ batch, result, sha256, model, withdrawnBy, pinned }: HandOver, tag: string): Record<string, string> {
  return {
    ...(model !== undefined && { [tag]: sha256 }),
    'modelpicker.model': result.model,
    'modelpicker.batch': batch,
    'modelpicker.result': String(result.number),
    'modelpicker.accuracy': result.accuracy.toFixed(4),
    'modelpicker.confidence': result.confidence.toFixed(4),
    'modelpicker.labels': String(result.labels),
    'modelpicker.withdrawn': withdrawnBy ?? '',
    'modelpicker.pinned': pinned ? JSON.stringify(pinned).slice(0, 2_000) : '',
    // Without a file, the tag by which it was found says who it is.
    ...(model === undefined && { 'modelpicker.sha256': sha256 }),
  };
}

/** What somebody else pointed the alias at has none of our tags. */
function servingIn({ name, version, tags }: TaggedVersion, tag: string): Serving {
  const { 'modelpicker.batch': batch = '', 'modelpicker.model': model = `${name} version ${version}` } = tags;
  const pinned = pinOf(tags['modelpicker.pinned'] ?? '');
  return {
    batch,
    result: Number(tags['modelpicker.result'] ?? Number.NaN),
    model,
    sha256: tags[tag] ?? tags['modelpicker.sha256'] ?? '',
    isWithdrawn: (tags['modelpicker.withdrawn'] ?? '') !== '',
    ...(pinned !== undefined && { pinned }),
  };
}

function pinOf(text: string): string | undefined {
  try {
    return z.object({ id: z.string() }).parse(JSON.parse(text)).id;
  } catch {
    return undefined;
  }
}
