import type { Drift } from '../round/drift.ts';
import type { Measured, Result } from '../round/facts.ts';
import type { ModelShare } from '../round/model-share.ts';
import type { ToGo } from '../round/view.ts';
import type { Arriving } from './arrivals.ts';
import type { Obstacle } from './going-on/obstacle.ts';
import type { Notice } from './notice.ts';

/** The promise about the place where people are: Slack, or its local stand-in. */
export type Channel = {
  /**
   * Posts a new message, which notifies people, and returns where it stands; looks for it first where an earlier attempt
   * with its key ended without an answer (`perhapsPosted`); throws when the place is down. `under` another message it
   * stands in the thread of that, which notifies nobody else.
   */
  post(message: Message, options: { perhapsPosted: boolean; under?: Posted | undefined }): Promise<Posted>;
  /** Edits a posted message in place, in its own time: of several edits the newest wins. */
  edit(posted: Posted, message: Message): void;
  /** True once an edit found that somebody deleted the message. */
  isGone(posted: Posted): boolean;
  /** Makes images ready to be shown, in its own time, most urgent first. */
  prepare(images: readonly ImageFile[]): void;
  /** Whether an image can be shown without delay. */
  isPrepared(image: ImageFile): boolean;
  /** How many images it makes ready in a minute, as measured lately. */
  imagesPerMinute(): number;
  /** Resolves when every edit made so far has been sent or given up. */
  settled(): Promise<void>;
  /** Tells those who look after the task what does not work and the cure; throws when none of them could be reached. */
  tellAdmins(trouble: Obstacle): Promise<void>;
};

/** Where a message stands. */
export type Posted = { readonly channel: string; readonly ts: string };

/** A readable image: `file` is absolute, `key` names it across batches, `sha256` is of the file the models judged, if it may be shown. */
export type ImageFile = { readonly key: string; readonly file: string; readonly sha256?: string };

/** `key` is unique per message over all rounds, e.g. `2026-11-02:card`. */
export type Message =
  | { readonly kind: 'card'; readonly key: string; readonly card: Card }
  | { readonly kind: 'result'; readonly key: string; readonly announcement: Announcement }
  | { readonly kind: 'digest'; readonly key: string; readonly digest: Digest }
  | { readonly kind: 'digests'; readonly key: string; readonly date: string; readonly digests: readonly NamedDigest[] }
  /** `under`: the key of the message in whose thread it stands. */
  | { readonly kind: 'notice'; readonly key: string; readonly notice: Notice; readonly under?: string };

/** The live card of a round: no leader, count of votes or percentage on it while people label. */
export type Card = {
  readonly batch: string;
  readonly classes: readonly string[];
  readonly openedAt: string;
  readonly progress: Progress;
  readonly lastAnswer?: { readonly annotator: string; readonly class: string | null };
  /** Said once, at the top: models left out, images set aside. */
  readonly warnings: readonly string[];
  readonly now: /** `notFor`: who labeled its image already, and waits for somebody else to look. */
    | {
        readonly kind: 'asking';
        readonly question: Question;
        readonly notFor?: readonly string[];
        /** A winner stands, and this question measures it. */
        readonly check?: AccuracyCheck;
      }
    | { readonly kind: 'paused'; readonly by: string }
    /** Every open question is with somebody who labels on their own. */
    | { readonly kind: 'all taken' }
    | { readonly kind: 'finished'; readonly result: Result };
  /** The next batch, where people wait for it long enough to wonder. */
  readonly arriving?: Arriving;
};

/** A winner that is measured on images drawn at random: answers so far, and how many are wanted. */
export type AccuracyCheck = {
  readonly model: string;
  readonly result: number;
  readonly done: number;
  readonly of: number;
};

export type Progress = {
  readonly labels: number;
  readonly budget: number;
  readonly annotators: readonly string[];
  /** When the best so far is said, whatever is left to ask. */
  readonly until?: string;
  /** About how many labels are to go until labeling ends, at most the rest of the budget; absent when it is over. */
  readonly toGo?: ToGo;
};

export type Question = {
  /** Stands in the buttons; new for every question. */
  readonly id: string;
  readonly batch: string;
  readonly image: ImageFile;
  /** Every class of the label set, in fixed order. */
  readonly classes: readonly string[];
  /** Classes that at least one model predicted for this image, ascending: never ordered by votes. */
  readonly candidates: readonly number[];
  /** Classes that no model predicted for it, those most like the candidates first: among them candidates do not stand out. */
  readonly others: readonly number[];
  /** 1 for the first person asked about this image, 2 for the second look; a repeat where they labeled it before. */
  readonly opinion: number;
  readonly isRepeat?: boolean;
  /** Its image was drawn at random, to measure a winner. */
  readonly isCheck?: boolean;
  /** Set once it has its answer: a window may have been late to hear of it. */
  readonly isAnswered?: boolean;
};

/** A result as people are told of it, with what has become of it since. */
export type Announcement = {
  readonly batch: string;
  readonly result: Result;
  /** Set when the result was withdrawn: the message says so and keeps standing. */
  readonly withdrawnBy?: string;
  /** Set while the winner could not be handed over: what served before goes on serving. */
  readonly isPending?: boolean;
  readonly previous?: { readonly batch: string; readonly model: string };
  /** What was deployed in its place since. */
  readonly replacedBy?: { readonly batch: string; readonly model: string };
  /** A newer batch has closed its round: it can't be reopened. */
  readonly isClosed?: boolean;
  /** Targets on other machines that do not have it yet: the admins know why. */
  readonly lacking?: readonly string[];
  /** An admin's word on a winner that waited for one. */
  readonly ruling?: { readonly by: string; readonly deploys: boolean };
  /** How often it is right, measured on images drawn at random; and whether people are asked about such images now. */
  readonly measured?: Measured;
  readonly isMeasuring?: boolean;
  readonly leaderboard: Leaderboard;
};

/**
 * The daily announcement: what is deployed, how sure we are and of what, what changed, and since when people could not tell.
 * `won`: the newest batch, where it has a winner, and `wonBefore` the last one before it that had.
 */
export type Digest = {
  readonly date: string;
  readonly deployed?: Deployed;
  readonly previous?: Deployed;
  readonly won?: Won;
  readonly wonBefore?: Won;
  /** How the newest batch differs from those before it. */
  readonly drift?: readonly Drift[];
  readonly round?: { readonly batch: string; readonly progress: Progress; readonly isOpen: boolean };
  readonly undecidedAt?: string;
};

/** A batch's winner, how often it is right, where that was measured, and what served until then, where that is another model. */
export type Won = {
  readonly batch: string;
  readonly result: Result;
  readonly measured?: Measured;
  readonly served?: ModelShare;
};

/** What one of several tasks has to say on a day, where they share a channel for results. */
export type NamedDigest = { readonly task: string; readonly digest: Digest };

/** `withdrawnBy`: its result was withdrawn since; it serves until the next one does. */
export type Deployed = {
  readonly batch: string;
  readonly result: Result;
  readonly at: string;
  readonly withdrawnBy?: string;
  /** Set where an admin chose it: it serves until that is taken back. */
  readonly pinned?: { readonly by: string; readonly at: string; readonly why?: string | undefined };
};

/** A result as a button names it. */
export type NamedResult = { readonly batch: string; readonly result: number };

/** Where a round stands: what `status`, its picture and the winner post show. */
export type Leaderboard = {
  /** Best first. */
  readonly models: readonly {
    readonly name: string;
    readonly accuracy: number;
    readonly accuracySd: number;
    readonly chanceBest: number;
    /** What it ran on, where that is not the processor alone. */
    readonly providers?: readonly string[];
  }[];
  /** `confidencePath[n]`: confidence in the leader of then (within the tolerance) after n labels; NaN: not known again yet. */
  readonly confidencePath: readonly number[];
  /** How many labels in a row have to leave the confidence at the target before it is announced. */
  readonly patience: number;
  readonly target: number;
  readonly tolerance: number;
  readonly images: number;
};

/** A labeled image that a model got wrong: what it said (null: nothing), and what people said, in order. */
export type Mistake = {
  readonly number: number;
  readonly image: ImageFile;
  readonly file: string;
  readonly said: string | null;
  readonly people: readonly { readonly annotator: string; readonly class: string }[];
  /** Somebody wants another look at it. */
  readonly isAskedAgain: boolean;
};

/** What a model got wrong of the `labeled` images of a batch; `result`: the one that stands and beside which people may be asked again. */
export type Mistakes = {
  readonly batch: string;
  readonly model: string;
  readonly labeled: number;
  readonly mistakes: readonly Mistake[];
  readonly result?: number;
};

export type Status =
  | { readonly kind: 'no batch yet'; readonly lookingIn: string }
  | ({ readonly kind: 'running models' } & Arriving)
  | { readonly kind: 'batch failed'; readonly batch: string; readonly reason: string }
  | RoundStatus;

export type RoundStatus = {
  readonly kind: 'round';
  readonly batch: string;
  readonly phase: 'labeling' | 'paused' | 'finished';
  /** Where its card stands, once it is posted. */
  readonly card?: Posted;
  readonly progress: Progress;
  readonly leaderboard: Leaderboard;
  readonly agreement?: { readonly of: number; readonly cases: number };
  readonly result?: Result;
  readonly measured?: Measured;
  readonly check?: AccuracyCheck;
  readonly deployed?: Deployed;
  /** What does not work at the moment. */
  readonly troubles: readonly Obstacle[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  readonly setAside: readonly { readonly name: string; readonly reason: string }[];
};

/** How an earlier round went; one that ended before anything was announced has no result. */
export type PastRound = {
  readonly batch: string;
  readonly openedAt: string;
  readonly models: number;
  readonly progress: Progress;
  readonly result?: Result;
  readonly withdrawnBy?: string;
};

/** What a class means: words, and an example image (an absolute file or an https address). */
export type Guideline = { readonly text?: string; readonly image?: string };
