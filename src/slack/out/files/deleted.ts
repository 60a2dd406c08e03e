import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { ImageFile } from '../../../task/people.ts';
import type { Pace } from '../clients.ts';
import { errorCode } from '../refusals.ts';
import type { KeptFiles } from './kept.ts';

/** Whoever asks holds up something that people wait for. */
const answerWithinMs = 1_000;

/** Slack's answers about a file that is not there any more; other files are taken all the same. */
export const deletedCodes: ReadonlySet<string> = new Set(['file_not_found', 'file_deleted']);

/** What is known of files on Slack, by the image's key, and which images people will come to. */
type OnSlack = {
  readonly client: WebClient;
  readonly look: Pace;
  readonly ready: Map<string, string>;
  readonly kept: KeptFiles;
  wished(): readonly ImageFile[];
  /** Something that is wished for may have to be uploaded anew. */
  onLookedAfter(): void;
};

/** Forgets files that Slack shows no longer. */
export function openForgetting({ client, look, ready, kept, wished, onLookedAfter }: OnSlack) {
  let isLookingAfter = false;

  /** Whether somebody, or the workspace's retention, has deleted a file; false where Slack does not say so soon. */
  async function isDeleted(file: string, urgency: Parameters<Pace>[0]): Promise<boolean> {
    const turn = look(urgency);
    if (urgency === 'unhurried') await turn;
    const answer = turn
      .then(() => client.files.info({ file }))
      .then(
        () => false,
        (error: unknown) => deletedCodes.has(errorCode(error) ?? ''),
      );
    return Promise.race([answer, sleep(answerWithinMs, false, { ref: false })]);
  }

  function forget(files: readonly string[]): void {
    const gone = new Set(files);
    for (const [key, file] of ready) if (gone.has(file)) ready.delete(key);
    kept.forget(gone);
  }

  /** Retention takes many files at once: those that wait are looked at before people come to them. */
  async function lookAfterOthers(): Promise<void> {
    if (isLookingAfter) return;
    isLookingAfter = true;
    for (const { key } of wished()) {
      const file = ready.get(key);
      if (file === undefined) continue;
      if (await isDeleted(file, 'unhurried')) forget([file]);
    }
    isLookingAfter = false;
    onLookedAfter();
  }

  return {
    forget,
    async deletedOf(files: readonly string[]): Promise<string[]> {
      const isGone = await Promise.all(files.map((file) => isDeleted(file, 'urgent')));
      const gone = files.filter((_, index) => isGone[index]);
      forget(gone);
      if (gone.length > 0) void lookAfterOthers();
      return gone;
    },
  };
}
