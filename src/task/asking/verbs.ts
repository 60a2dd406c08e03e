import type { ToGo } from '../../round/view.ts';
import type { PeopleReport } from '../beliefs/review.ts';
import type { Trend } from '../days/trend.ts';
import type { Trust } from '../days/trust.ts';
import type { BatchLabels } from '../labels/settled.ts';
import type {
  AccuracyCheck,
  Deployed,
  ImageFile,
  Mistakes,
  NamedResult,
  PastRound,
  Question,
  Status,
} from '../people.ts';

/** What people can do with a task, whichever button or command they use. */
export type Task = {
  /** Looks for batches, then advances: for the cron line and a start. */
  look(): Promise<void>;
  /** Something may have changed: takes every step that is due. Safe to call at any time, any number of times. */
  advance(): Promise<void>;
  answer(click: GivenAnswer): Promise<AnswerOutcome>;
  undo(request: UndoRequest): Promise<UndoOutcome>;
  /** False when it already was so. */
  pause(by: string): Promise<boolean>;
  resume(by: string): Promise<boolean>;
  /** Withdraws the result that stands, if it is the one named, and goes on labeling; false when it is not. */
  reopen(by: string, named?: NamedResult): Promise<boolean>;
  /** An admin's word on a winner that waits for one. */
  rule(ruling: RuleRequest): Promise<RuleOutcome>;
  /** Has the winner that is named measured on more images drawn at random, or on no more. */
  measure(request: MeasureRequest): Promise<MeasureOutcome>;
  /** The labeled images that a model of a batch got wrong; of its winner where none is named. */
  mistakes(of: MistakesRequest): Promise<MistakesOutcome>;
  /** How often what was announced has been true, by the images drawn at random on all days. */
  trust(): Trust;
  /** How the newest batches went, the last one last. */
  trend(): Trend;
  /** Has somebody look again at an image, while the result that is named stands. */
  recheck(request: RecheckRequest): Promise<RecheckOutcome>;
  /** An admin's word that a model is to serve, whoever wins, until somebody takes that back. */
  pin(request: PinRequest): Promise<PinOutcome>;
  unpin(by: string): Promise<UnpinOutcome>;
  /** Has the models run again, now, on a batch that they could not look at. */
  runAgain(request: RunAgainRequest): Promise<RunAgainOutcome>;
  /** Winners that served before, newest first. */
  earlierWinners(): readonly Deployed[];
  /** A question for one person alone, leased for some minutes; the same one again while its lease lives. */
  lease(annotator: string): Promise<LeaseOutcome>;
  /** Gives a leased question back: its image is for others, or for this person when nothing else is left. False when it is not theirs. */
  putOff(question: string, annotator: string): Promise<boolean>;
  status(): Promise<Status>;
  /** Every batch that has had a round, the newest last. */
  batches(): readonly string[];
  /** How the round of a batch went; undefined where there is none. */
  pastRound(batch: string): PastRound | undefined;
  /** The models that a batch would be given to now; those that cannot be listed are the batch's own. */
  pool(): Promise<readonly string[]>;
  /** How those who labeled the newest batch agree, and one label for each image answered there that models disagree on. */
  people(): Promise<PeopleReport | undefined>;
  /** One label for each image answered, of every round whose predictions are at hand; it may take seconds. */
  settledLabels(): Promise<readonly BatchLabels[]>;
  /** Removes what the models said about batches that are over for longer than it is kept; their labels stay. */
  removeOld(): Promise<void>;
  /** Answers of a round, newest first; of the newest round where no other is named. */
  history(batch?: string): readonly HistoryEntry[];
  /** What was deployed lately, newest first. */
  results(): readonly Deployed[];
  /** Question of the newest round by its id, answered or not. */
  question(id: string): Question | undefined;
  /** All answers of all rounds as CSV text, safe to open in a spreadsheet. */
  exportCsv(): string;
  /**
   * Posts the daily announcement for this local date, once; nothing when there is nothing to say. False in quiet hours:
   * then it is still due.
   */
  announceDay(date: string): Promise<boolean>;
};

/** One answer, newest first in `history`. */
export type HistoryEntry = {
  /** Names this very answer: undo can never hit a newer one. */
  readonly answer: string;
  readonly image: ImageFile;
  /** The image's file, relative to the batch's folder. */
  readonly file: string;
  readonly class: string | null;
  readonly annotator: string;
  readonly at: string;
  readonly undoneBy?: string;
  /** Others may yet be asked about this image, and must not be led by this answer. */
  readonly isSecret: boolean;
  /** A result that stands relies on it, and is withdrawn where it is undone. */
  readonly isRelied?: boolean;
  /** A newer batch has closed its round, so it stays as it is. */
  readonly isFinal: boolean;
};

/** Somebody's answer to a question: a class by its number, or null for "can't tell". */
export type GivenAnswer = { readonly question: string; readonly class: number | null; readonly annotator: string };

/** What became of an answer. */
export type AnswerOutcome =
  | { readonly kind: 'recorded'; readonly answer: string; readonly class: string | null }
  | { readonly kind: 'already answered'; readonly by: string }
  /** The same click again, by a double click or delivered twice: it counted the first time. */
  | { readonly kind: 'repeated'; readonly answer: string; readonly class: string | null }
  | { readonly kind: 'not yours' }
  /** The image has this answer of theirs, and is to have a second one by somebody else. */
  | { readonly kind: 'somebody else is asked'; readonly answer: string; readonly class: string | null }
  | { readonly kind: 'paused' }
  | { readonly kind: 'over' };

/** `isMeant`: also where a result that stands is withdrawn with the answer. */
export type UndoRequest = {
  readonly answer: string;
  readonly by: string;
  readonly isAdmin: boolean;
  readonly isMeant?: boolean;
};

/** Whose answer, to which image of the batch. */
type UndoneAnswer = { readonly class: string | null; readonly annotator: string; readonly file: string };

/** What became of the wish to undo an answer. */
export type UndoOutcome =
  | ({ readonly kind: 'undone'; readonly withdrew: boolean } & UndoneAnswer)
  /** A result stands that relies on the answer: nothing is undone until that is meant. */
  | ({ readonly kind: 'would withdraw'; readonly answer: string; readonly model: string } & UndoneAnswer)
  | { readonly kind: 'already undone' }
  | { readonly kind: 'not yours' }
  | { readonly kind: 'no such answer' }
  | { readonly kind: 'round over' };

/** A question for one person, or why there is none. */
export type LeaseOutcome =
  /** `mine`: how many images this person answered. `wasPutOff`: by this person, and nothing else is left for them. */
  | {
      readonly kind: 'question';
      readonly question: Question;
      readonly mine?: number;
      readonly toGo?: ToGo | undefined;
      /** A winner stands, and this question measures it. */
      readonly check?: AccuracyCheck | undefined;
      readonly wasPutOff?: boolean;
    }
  /** `on the card`: what is left for this person stands there, and with nobody. */
  | { readonly kind: 'nothing to ask'; readonly because: 'paused' | 'over' | 'all taken' | 'no round' };

/** An admin’s word on the winner of a result. */
export type RuleRequest = { readonly by: string; readonly named: NamedResult; readonly deploys: boolean };

/** What became of that word. */
export type RuleOutcome =
  | { readonly kind: 'ruled' }
  /** The same click delivered twice. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'already ruled'; readonly by: string; readonly deploys: boolean }
  /** The result does not stand any more, or no word on it was ever awaited. */
  | { readonly kind: 'over' };

/** Somebody wants more images to measure a winner on, or no more. */
export type MeasureRequest = { readonly by: string; readonly named: NamedResult; readonly more: boolean };

/** `over`: the result does not stand any more, or nothing is being measured that could end. */
export type MeasureOutcome = { readonly kind: 'begun' | 'ended' | 'already measured' | 'nothing left' | 'over' };

/** Whose mistakes: those of the newest batch and its winner where nothing is named. */
export type MistakesRequest = { readonly batch?: string | undefined; readonly model?: string | undefined };

/** The mistakes, or why they are not shown. */
export type MistakesOutcome =
  | ({ readonly kind: 'mistakes' } & Mistakes)
  | { readonly kind: 'no such model'; readonly models: readonly string[] }
  /** Labels are asked for: what was said must not lead those who look next. */
  | { readonly kind: 'still open' }
  | { readonly kind: 'no round' };

/** Somebody wants another look at an image, while this result stands. */
export type RecheckRequest = { readonly by: string; readonly named: NamedResult; readonly image: number };

/** What became of that wish; `over`: the result stands no more. */
export type RecheckOutcome = { readonly kind: 'asked' | 'asked already' | 'over' };

/** `failure`: the number of the one that is answered with it. */
export type RunAgainRequest = { readonly by: string; readonly batch: string; readonly failure: number };

/** What became of the wish to run the models again. */
export type RunAgainOutcome =
  | { readonly kind: 'begun' }
  /** Somebody has answered this failure with it: the same person by a double click, or another. */
  | { readonly kind: 'begun before'; readonly by: string }
  /** By itself, as at a start. */
  | { readonly kind: 'running' }
  /** They have looked at the batch by now, or it is gone. */
  | { readonly kind: 'over' };

/** What is to serve: any model of the pool, or an earlier winner. */
export type PinRequest = { readonly by: string; readonly why?: string } & (
  | { readonly kind: 'model'; readonly model: string }
  | { readonly kind: 'winner'; readonly named: NamedResult }
);

/** What became of the wish to pin a model. */
export type PinOutcome =
  | { readonly kind: 'pinned'; readonly model: string }
  | { readonly kind: 'no such model'; readonly models: readonly string[] }
  | { readonly kind: 'no such winner' }
  | { readonly kind: 'no round' };

/** `serves`: the winner that serves again; absent where none ever did. */
export type UnpinOutcome =
  | { readonly kind: 'unpinned'; readonly model: string; readonly serves?: string }
  | { readonly kind: 'not pinned' };
