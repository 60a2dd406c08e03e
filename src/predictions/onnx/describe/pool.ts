import { fork } from 'node:child_process';
import { compiledEnvironment } from '../compiled.ts';
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
    const { path = '', name = '', reason, isKilled } = stuck;
    kills.set(path, (kills.get(path) ?? 0) + 1);
    if (isKilled && kills.get(path)! < KILLS_MAX) continue;
    if (path === '')
      throw new Error(`Can't read the models' folder ${folder}: ${reason}. Correct "models" in the settings.`);
    leftOut.set(path, { name, reason });
  }
}

type Read = { readonly model?: DescribedModel; readonly left?: LeftOut };

/** A file at which a process stopped; without a path, before any. */
type Stuck = { readonly path?: string; readonly name?: string; readonly reason: string; readonly isKilled: boolean };

/** On a busy machine, starting a process and listing the folder takes longer than reading a file. */
const START_MS = 60_000;

/** Reads what is left; resolves with what ended it early, if something did. */
function readOn(
  request: DescribeRequest,
  silenceMs: number,
  onRead: (path: string, found: Read) => void,
): Promise<Stuck | undefined> {
  const child = fork(new URL('./describe-process.ts', import.meta.url), {
    ...{ serialization: 'advanced', execArgv: [], env: compiledEnvironment() },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise<Stuck | undefined>((resolve, reject) => {
    let at: { path: string; name: string } | undefined;
    let silence: NodeJS.Timeout;
    const end = (stuck?: { reason: string; isKilled: boolean }) => {
      clearTimeout(silence);
      resolve(stuck && { ...at, ...stuck });
      // One that hangs in a drive cannot even be killed: nobody waits for it.
      child.kill('SIGKILL');
      child.unref();
    };
    const listen = (ms: number) => {
      clearTimeout(silence);
      const reason = `it did not answer for ${ms / 1000} s: a pipe, or a drive that hangs?`;
      silence = setTimeout(end, ms, { reason, isKilled: false });
    };
    listen(Math.max(START_MS, silenceMs));
    child.on('message', (report: DescribeReport) => {
      listen(silenceMs);
      if (report.kind === 'reading') at = report;
      else if (report.kind === 'model') onRead(at!.path, { model: report.model });
      else if (report.kind === 'left out') onRead(at!.path, { left: report.leftOut });
      else if (report.kind === 'failed') reject(new Error(report.reason));
      if (report.kind === 'done' || report.kind === 'failed') end();
    });
    child.once('error', (error) => {
      clearTimeout(silence);
      reject(error);
    });
    child.once('exit', (code, killedBy) => {
      const reason = `the process that read it ended (${killedBy ?? `code ${code}`})`;
      end({ reason, isKilled: isFromOutside(killedBy) });
    });
    child.send(request, () => undefined);
  });
}
