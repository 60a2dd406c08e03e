/** What failed and is tried again, or costs only itself. */
const failures = [
  'a step failed, will try again',
  'a failure nobody handled',
  'could not tell about the failure',
  'daily announcement failed, will try again',
  'ended by a fault',
  'ended by Slack',
  'export of labels failed, will try again',
  'failed',
  'image not uploaded',
  'left the old round as it was',
  'starts from nothing: an earlier day cannot be read',
  'looking for a batch failed, will try again',
  'message not edited',
  'metrics not served, will try again',
  'models could not run',
  'no batch looked for, will try again',
  'not acknowledged',
  'not advanced, will try again',
  'old images not deleted, will try again',
  'part not done, will be tried again',
  'queue of parts not looked after, will try again',
  'refused by Slack for good',
  'removal of old predictions failed, will try again',
  'task not started',
  'what admins were told was not saved',
] as const;

type FailureEvent = (typeof failures)[number];

/** A fact that was kept goes by the name of its kind. */
type FactKind =
  | 'round'
  | 'question'
  | 'answer'
  | 'later'
  | 'undo'
  | 'pause'
  | 'resume'
  | 'result'
  | 'measuring'
  | 'measured'
  | 'recheck'
  | 'withdrawal'
  | 'ruling'
  | 'deployment'
  | 'posting'
  | 'posted'
  | 'told'
  | 'cured'
  | 'pin'
  | 'unpin'
  | 'placement'
  | 'handover'
  | 'failure'
  | 'rerun'
  | 'trouble'
  | 'drift';

type Happened =
  | 'a receiver wants nothing any more'
  | 'cannot look whether a message was posted before, so it is posted again'
  | 'command'
  | 'could not try the channel'
  | 'an admin could not be told'
  | 'batches are looked for again'
  | 'damaged file set aside'
  | 'images on Slack'
  | 'old images deleted'
  | 'old predictions removed'
  | 'setting not needed any more'
  | 'labels of a batch left out'
  | 'message gone'
  | 'models have run'
  | 'night falls'
  | 'part done'
  | 'not compared: an earlier day cannot be read'
  | 'not taken for a batch'
  | 'ready'
  | 'refused'
  | 'running a part'
  | 'running the models'
  | 'serving metrics'
  | 'step'
  | 'stopped'
  | 'stopped before everything was sent; the next start sends it'
  | 'the next batch arrives'
  | 'waiting for another bot to end'
  | 'waiting for what the bot sees to be here, too'
  | 'waiting for work';

/** Every event the log speaks of: whoever acts on one compares it with these words, which the compiler knows. */
export type LogEvent = FailureEvent | FactKind | Happened;

/** Takes an event with its fields, to be written down or counted. */
export type Log = (event: LogEvent, fields?: Record<string, unknown>) => void;

/** Whether an event is a failure; the field `error` says which. */
export function isFailure(event: LogEvent): event is FailureEvent {
  return (failures as readonly LogEvent[]).includes(event);
}

/** One line an event: time, words, then fields as `name=value`. */
export function logTo(stream: NodeJS.WritableStream): Log {
  return (event, fields = {}) => {
    const known = Object.entries(fields).filter(([, value]) => value !== undefined);
    const rest = known.map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    stream.write(`${[new Date().toISOString(), event, ...rest].join(' ')}\n`);
  };
}

/** A log whose lines say which task they are about. */
export function named(task: string, log: Log): Log {
  return (event, fields) => log(event, { task, ...fields });
}

/** For what is tried again and again: an event is said when it is new or reads differently than the last time. */
export type News = {
  tell: Log;
  /** It is over; said again when it comes back. True when it had been told. */
  end(event: LogEvent): boolean;
};

/** With nothing told yet. */
export function openNews(log: Log): News {
  const told = new Map<LogEvent, string>();
  return {
    tell(event, fields) {
      const text = JSON.stringify(fields);
      if (told.get(event) !== text) log(event, fields);
      told.set(event, text);
    },
    end: (event) => told.delete(event),
  };
}
