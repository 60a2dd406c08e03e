import { fork } from 'node:child_process';
import { isFromOutside, KILLS_MAX } from '../death.ts';
import type { DescribedModel, DescribeReport, DescribeRequest, LeftOut, Pool } from './described-model.ts';
import type { ModelDescription } from './model-description.ts';

/** Without a sign of life for so long, a file is not read any more: a pipe, or a mount that hangs. */
const SILENCE_MS = 30_000;

/**
 * Every ONNX model below a folder, sorted by path, without running any. What does not fit is left out with its reason.
 * Files are read in a process of their own: one that never answers costs itself and `silenceMs`, not the bot.
 *
 * @throws when the folder cannot be read or holds no model at all.
 */
export async function readPool(
  folder: string,
  descriptions: readonly ModelDescription[],
  silenceMs = SILENCE_MS,
): Promise<Pool> {
  const models = new Map<string, DescribedModel>();
  const leftOut = new Map<string, LeftOut>();
  const kills = new Map<string, number>();
  for (;;) {
    const skip = [...models.keys(), ...leftOut.keys()];
    const stuck = await readOn(
      { folder, descriptions: [...descriptions], skip },
      silenceMs,
      (path, { model, left }) => {
        if (model) models.set(path, model);
        if (left) leftOut.set(path, left);
      },
    );
    if (!stuck) return { models: [...models.values()], leftOut: [...leftOut.values()] };
    kills.set(stuck.path, (kills.get(stuck.path) ?? 0) + 1);
    if (stuck.isKilled && kills.get(stuck.path)! < KILLS_MAX) continue;
    leftOut.set(stuck.path, { name: stuck.name, reason: stuck.reason });
  }
}

type Read = { readonly model?: DescribedModel; readonly left?: LeftOut };
type Stuck = { readonly path: string; readonly name: string; readonly reason: string; readonly isKilled: boolean };

/** Reads what is left; resolves with the file that ended it, if one did. */
function readOn(
  request: DescribeRequest,
  silenceMs: number,
  onFound: (path: string, found: Read) => void,
): Promise<Stuck | undefined> {
  const child = fork(new URL('./describe-process.ts', import.meta.url), {
    ...{ serialization: 'advanced', execArgv: [], env: {}, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  });
  return new Promise<Stuck | undefined>((resolve, reject) => {
    let at: { path: string; name: string } | undefined;
    const endWith = (why: string, isKilled = false) => {
      if (at || isKilled) resolve({ path: '', name: '', ...at, reason: why, isKilled });
      else
        reject(new Error(`Can't read the models' folder ${request.folder}: ${why}. Correct "models" in the settings.`));
      child.kill('SIGKILL');
    };
    const seconds = silenceMs / 1000;
    const silence = setTimeout(
      () => endWith(`it did not answer for ${seconds} s: a pipe, or a drive that hangs?`),
      silenceMs,
    );
    child.on('message', (report: DescribeReport) => {
      silence.refresh();
      if (report.kind === 'reading') at = report;
      else if (report.kind === 'model') onFound(at!.path, { model: report.model });
      else if (report.kind === 'left out') onFound(at!.path, { left: report.leftOut });
      else {
        clearTimeout(silence);
        if (report.kind === 'done') resolve(undefined);
        else reject(new Error(report.reason));
        child.kill('SIGKILL');
      }
    });
    child.once('error', reject);
    child.once('exit', (code, killedBy) => {
      clearTimeout(silence);
      endWith(`the process that read it ended (${killedBy ?? `code ${code}`})`, isFromOutside(killedBy));
    });
    child.send(request, () => undefined);
  });
}
