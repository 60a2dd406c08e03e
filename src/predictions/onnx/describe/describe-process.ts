import { join } from 'node:path';
import { keepCompiled } from '../compiled.ts';
import type { DescribeReport, DescribeRequest } from './described-model.ts';
import { listModels } from './list-models.ts';
import { readModel } from './read-model.ts';

// Nobody waits for the answer any more.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

keepCompiled();

/** Signs of life while a large file is read; more would only cost. */
const SIGN_EVERY_MS = 500;

process.once('message', (request: DescribeRequest) => {
  const tell = (report: DescribeReport) => process.send?.(report, () => undefined);
  describeAll(request, tell).then(
    () => tell({ kind: 'done' }),
    (error: Error) => tell({ kind: 'failed', reason: error.message }),
  );
});

async function describeAll(request: DescribeRequest, tell: (report: DescribeReport) => void): Promise<void> {
  for (const { path, name } of await listModels(request.folder)) {
    if (request.skip.includes(path)) continue;
    await told({ kind: 'reading', path, name });
    let signMs = performance.now();
    const onBytes = () => {
      if (performance.now() - signMs < SIGN_EVERY_MS) return;
      signMs = performance.now();
      tell({ kind: 'reading', path, name });
    };
    try {
      tell({ kind: 'model', model: await readModel(name, join(request.folder, path), request.descriptions, onBytes) });
    } catch (error) {
      tell({ kind: 'left out', leftOut: { name, reason: (error as Error).message } });
    }
  }
}

/** What follows may never return, so the word has to be out before. */
function told(report: DescribeReport): Promise<void> {
  return new Promise((resolve) => (process.send ? process.send(report, () => resolve()) : resolve()));
}
