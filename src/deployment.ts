import { existsSync } from 'node:fs';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Deploy } from './bot/advance.ts';

/**
 * Puts winners where a serving process polls them:
 *
 *     deployed/              a link, swapped in one step: whoever opens it sees the old winner or the new one, whole
 *       model.onnx           a link to the winner's file in the pool
 *       deployed.json        which model, its SHA-256, for which batch, how sure, since when
 */
export function deployTo(folder: string, now: () => Date): Deploy {
  return async ({ batch, result, model, sha256 }) => {
    const version = join(folder, 'deployments', `${batch}-${result.number}`);
    if (!existsSync(version)) {
      const unfinished = `${version}.new`;
      await rm(unfinished, { recursive: true, force: true });
      await mkdir(unfinished, { recursive: true });
      await symlink(model, join(unfinished, 'model.onnx'));
      const { confidence, tolerance, labels } = result;
      const at = now().toISOString();
      const about = { model: result.model, file: model, sha256, batch, confidence, tolerance, labels, at };
      await writeFile(join(unfinished, 'deployed.json'), `${JSON.stringify(about, undefined, 2)}\n`, { flush: true });
      await rename(unfinished, version);
    }
    const link = join(folder, 'deployed');
    // A start that was killed between these lines leaves the new link behind.
    await rm(`${link}.new`, { force: true });
    await symlink(relative(folder, version), `${link}.new`);
    await rename(`${link}.new`, link);
  };
}
