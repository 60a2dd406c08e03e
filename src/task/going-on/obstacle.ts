/** What does not work until somebody mends it; `problem` says what was found, and its cure where there is one. */
export type Obstacle = {
  readonly kind: 'hand-over' | 'event' | 'receiver gone' | 'message' | 'method' | 'start' | 'damage';
  readonly batch: string;
  /** The winner that could not be handed over. */
  readonly model?: string;
  /** Where to, who was not told of an event, or the file that is damaged; the folder of the data where a hand-over names none. */
  readonly target?: string;
  readonly problem: string;
};

/** A message that the place where people are does not take as it is: the same one will be refused again. */
export class MessageRefused extends Error {}
