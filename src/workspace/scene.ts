/** Who and what a workspace is made of, as it is given at the start. */

export type Person = {
  readonly id: string;
  readonly name: string;
  /**
   * `grid`: their own workspace is another one of our organization; `stranger`: they come through Slack Connect from
   * somebody else's; `guest`: they see no file but those in messages they see. A member of this workspace by default.
   */
  readonly kind?: 'grid' | 'stranger' | 'guest';
};

/** A public channel. */
export type WorkspaceChannel = {
  readonly id: string;
  readonly name: string;
  readonly isBotMember: boolean;
  readonly isArchived?: boolean;
};

/** A slash command of the app. */
export type WorkspaceCommand = {
  /** With its slash. */
  readonly command: string;
  readonly description: string;
  readonly usageHint: string;
  /** First words the composer completes. */
  readonly words: readonly string[];
};

/** The app: ids as Slack hands them out. */
export const APP = { id: 'A0000000APP', bot: 'B0000000BOT', user: 'U0000000BOT', team: 'T0000000LOC' } as const;

/** The organization the workspace belongs to, where one of its people is of another workspace of it. */
export const ENTERPRISE = { id: 'E0000000ORG', name: 'Local organization' } as const;

/** The workspaces that are not ours. */
export const OTHER_TEAMS = { grid: 'T000000GRID', stranger: 'T00STRANGER' } as const;
