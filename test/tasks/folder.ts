import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { startWorkspace, UNHURRIED_MS, type Workspace, type WorkspaceOptions } from '../../src/workspace/workspace.ts';

/** What a task of `openTasksFolder` has beside what all have: lines of its settings file. */
export type TaskLines = Readonly<
  Record<string, { readonly slack?: string; readonly more?: string; readonly batches?: string }>
>;

const TEAM_BATCH = '2026-11-02';

/** The channel of the task of this name. */
function channelNamed(task: string): string {
  return `C${task.toUpperCase()}`;
}

/**
 * A new folder with a batch of images, a file of what four models say about it, and a settings file a task in `tasks/`; the
 * data of each is in a folder of its name.
 */
export async function openTasksFolder(tasks: TaskLines, images = 24): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'modelpicker-tasks-'));
  const batch = join(folder, 'batches', TEAM_BATCH);
  await mkdir(batch, { recursive: true });
  await mkdir(join(folder, 'tasks'));
  const rows = ['file,ash,birch,cedar,oak'];
  for (let image = 0; image < images; image++) {
    const background = { r: image % 256, g: (image * 7) % 256, b: 9 };
    await sharp({ create: { width: 16, height: 16, channels: 3, background } })
      .png()
      .toFile(join(batch, `${image}.png`));
    const said = [1, 2, 3].map((model) => ['cat', 'dog'][(image >> (model - 1)) % 2]);
    rows.push(`${image}.png,${said},dog`);
  }
  await writeFile(join(batch, 'predictions.csv'), rows.join('\n'));
  await writeFile(join(batch, '_COMPLETE'), '');
  for (const [name, { slack = '', more = '', batches = '../batches' }] of Object.entries(tasks)) {
    const lines = [
      `batches: ${batches}`,
      'classes: [cat, dog]',
      `data: ../${name}`,
      `slack: { channel: ${channelNamed(name)}, admins: [UADA], uploadsPerMinute: 6000${slack} }`,
      more,
    ];
    await writeFile(join(folder, 'tasks', `${name}.yaml`), lines.join('\n'));
  }
  return folder;
}

/** A workspace with a channel for each task, and these. */
export function workspaceOf(
  tasks: TaskLines,
  others: readonly string[] = [],
  options: Partial<WorkspaceOptions> = {},
  archived: readonly string[] = [],
): Promise<Workspace> {
  const channels = Object.keys(tasks).map((name) => ({
    id: channelNamed(name),
    name,
    isArchived: archived.includes(channelNamed(name)),
  }));
  return startWorkspace({
    deadlineMs: UNHURRIED_MS,
    people: ['UADA', 'UBEN', 'UCLEO'].map((id) => ({ id, name: id.slice(1) })),
    channels: [...channels, ...others.map((id) => ({ id, name: id.slice(1).toLowerCase() }))],
    commands: [{ command: '/modelpicker', description: 'Model Picker', usageHint: 'status' }],
    rates: 'off',
    ...options,
  });
}
