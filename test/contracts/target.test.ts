import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { folderTarget } from '../../src/deploy/folder.ts';
import type { HandOver, Target } from '../../src/deploy/target.ts';

/** A target, and the SHA-256 of the model that serves there; undefined while none does. */
type Opened = { readonly target: Target; readonly serving: () => Promise<string | undefined> };

/** What every target promises; `open` makes an empty one beside a folder of its own. */
function contract(name: string, open: (folder: string) => Opened): void {
  async function openWithModels() {
    const folder = await mkdtemp(join(tmpdir(), 'modelpicker-contract-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    for (const model of ['fog', 'rain']) await copyFile(`data/demo/models/${model}.onnx`, join(folder, model));
    return { ...open(folder), winner: (batch: string, model: string) => winnerOf(folder, batch, model) };
  }

  test(`${name}: has a name, and serves nothing at first`, async () => {
    const { target, serving } = await openWithModels();
    expect(target.name).not.toBe('');
    expect(await serving()).toBeUndefined();
  });

  test(`${name}: serves the newest winner; handing it over twice changes nothing`, async () => {
    const { target, serving, winner } = await openWithModels();
    const [fog, rain] = [await winner('monday', 'fog'), await winner('tuesday', 'rain')];
    await target.handOver(fog);
    expect(await serving()).toBe(fog.sha256);
    await target.handOver(rain);
    await target.handOver(rain);
    expect(await serving()).toBe(rain.sha256);
  });

  test(`${name}: refuses a file that is not the one that was judged, and goes on serving`, async () => {
    const { target, serving, winner } = await openWithModels();
    const [fog, rain] = [await winner('monday', 'fog'), await winner('tuesday', 'rain')];
    await target.handOver(fog);
    await expect(target.handOver({ ...rain, sha256: '0'.repeat(64) })).rejects.toThrow(/Put back/);
    expect(await serving()).toBe(fog.sha256);
  });
}

async function winnerOf(folder: string, batch: string, name: string): Promise<HandOver> {
  const model = join(folder, name);
  const figures = { confidence: 0.96, tolerance: 0.005, accuracy: 0.9, accuracySd: 0.01, labels: 40 };
  const result = { number: 1, because: 'confident' as const, isWinner: true, model: name, tiedWith: [], ...figures };
  const about = { model, sha256: sha256(await readFile(model)), classes: ['cat', 'dog'] };
  return { batch, result: { ...result, annotators: ['U1'] }, ...about };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

contract('a folder', (folder) => ({
  target: folderTarget(folder, () => new Date('2026-11-02T12:00:00Z')),
  serving: () => readFile(join(folder, 'deployed/model.onnx')).then(sha256, () => undefined),
}));
