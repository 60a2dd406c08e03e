/** Where no channel says which task something is about, its ids do: `animals@lane` opens the lane of the task "animals". */

/** Before the first colon, so that nothing people or folders are called can look like a mark. */
const MARKED = /^([a-z0-9][a-z0-9_-]*)@(.*)$/s;

/** The id with the task's name in front of it; as it is, where the bot has one task only. */
export function marked(task: string | undefined, id: string): string {
  return task === undefined ? id : `${task}@${id}`;
}

/** The task that an id names, if any, and the id without it. */
export function splitMark(id: string): { readonly task?: string; readonly id: string } {
  const [, task, rest] = MARKED.exec(id) ?? [];
  return task === undefined || rest === undefined ? { id } : { task, id: rest };
}

/** A window that knows whose it is. */
export function markWindow<Window extends { readonly callback_id?: string }>(
  task: string | undefined,
  window: Window,
): Window {
  return { ...window, callback_id: marked(task, window.callback_id ?? '') };
}

/**
 * Blocks whose buttons and menus know whose they are: for notes and App Home, which may hold those of several tasks. Slack
 * takes a block's id once in a view, and tasks may have batches of the same name.
 */
export function markBlocks<Blocks>(task: string | undefined, blocks: Blocks): Blocks {
  if (task === undefined) return blocks;
  const text = JSON.stringify(blocks, (key, value) =>
    key === 'action_id' || key === 'block_id' ? marked(task, String(value)) : value,
  );
  return JSON.parse(text) as Blocks;
}
