import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ask } from '../remote/http.ts';
import type { Store } from '../store/store.ts';
import { aboutWinner, isSame, readAbout, writeAbout } from './about.ts';
import { copyModel, fingerprintOf } from './model-files.ts';
import type { HandOver, Target } from './target.ts';

/** `repository`: the folder that Triton reads its models from, as this machine sees it. */
export type TritonTargetOptions = {
  readonly name: string;
  readonly url: string;
  readonly repository: string;
  readonly model: string;
  /** The whole header, where Triton or what stands before it wants one. */
  readonly authorization?: string | undefined;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Asked before anything changes; throws where another process has taken over since. */
  readonly refuseIfLost: Store['refuseIfLost'];
};

/** Loading a model takes longer than answering. */
const LOAD_MS = 120_000;

/**
 * Puts the winner into a Triton model repository as its next version, and has Triton load it. It must run with
 * `--model-control-mode=explicit`; by its own default it serves the highest version. Versions are kept: none is ever changed.
 *
 * @see https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_model_repository.md
 */
export function tritonTarget(options: TritonTargetOptions): Target {
  const { name, model, refuseIfLost } = options;
  const folder = join(options.repository, model);
  return {
    name,
    async handOver(winner) {
      await refuseIfLost();
      const version = await versionFor(folder, winner, options);
      await refuseIfLost();
      await post(options, `/v2/repository/models/${encodeURIComponent(model)}/load`, LOAD_MS);
      const found = await readyVersion(options);
      if (found !== version)
        throw new Error(
          `Triton has loaded version ${found ?? 'none'} of ${model}, not ${version}: is its version_policy latest?`,
        );
    },
    async serving() {
      const version = await readyVersion(options);
      if (version === undefined) return undefined;
      const {
        batch,
        result,
        model: served,
        sha256,
        withdrawn,
        pinned,
      } = await readAbout(join(folder, String(version)));
      const isWithdrawn = withdrawn !== undefined;
      return { batch, result, model: served, sha256, isWithdrawn, ...(pinned && { pinned: pinned.id }) };
    },
  };
}

/** The highest version, if it is this very hand-over; otherwise the next one, renamed in whole. */
async function versionFor(
  folder: string,
  winner: HandOver,
  { now, refuseIfLost }: TritonTargetOptions,
): Promise<number> {
  const { model, sha256, result } = winner;
  if (model === undefined)
    throw new Error(
      `${result.model} has no file, so Triton cannot serve it. Pin a model that has one, or serve it elsewhere.`,
    );
  const about = aboutWinner(winner, now());
  const [last] = await versionsIn(folder);
  const before = last === undefined ? undefined : await readAbout(join(folder, String(last))).catch(() => undefined);
  if (last !== undefined && before && isSame(before, about)) {
    await writeAbout(join(folder, String(last)), { ...about, since: before.since });
    return last;
  }
  // Triton passes over folders whose names are not numbers.
  const unfinished = join(folder, '.modelpicker-new');
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  await copyModel(model, unfinished);
  if ((await fingerprintOf(join(unfinished, 'model.onnx'))) !== sha256)
    throw new Error(
      `${model} is not the model that won: it has been replaced since. Put back the one that was judged.`,
    );
  await writeAbout(unfinished, about);
  const next = (last ?? 0) + 1;
  // To copy a model may have taken long.
  await refuseIfLost();
  await rename(unfinished, join(folder, String(next)));
  return next;
}

/** Highest first. */
async function versionsIn(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return names
    .filter((name) => /^[1-9]\d*$/.test(name))
    .map(Number)
    .sort((a, b) => b - a);
}

const Index = z.array(z.object({ name: z.string(), version: z.string().default(''), state: z.string().default('') }));

async function readyVersion(options: TritonTargetOptions): Promise<number | undefined> {
  const models = Index.parse(JSON.parse(await post(options, '/v2/repository/index')));
  const ready = models.filter(({ name, state }) => name === options.model && state === 'READY');
  return ready.map(({ version }) => Number(version)).sort((a, b) => b - a)[0];
}

async function post(
  { url, signal, authorization }: TritonTargetOptions,
  path: string,
  timeoutMs?: number,
): Promise<string> {
  const answer = await ask({
    ...{ url: `${url.replace(/\/+$/, '')}${path}`, method: 'POST', body: '{}', signal },
    ...(authorization !== undefined && { headers: { authorization } }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  if (answer.status === 200) return answer.text;
  throw new Error(
    `Triton refuses (${answer.status}): ${answer.text.slice(0, 300)} Does it run with --model-control-mode=explicit?`,
  );
}
