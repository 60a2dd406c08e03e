import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { isFailure, type Log, type LogEvent } from './log.ts';
import type { Figures } from './task/figures.ts';

/** What Prometheus reads: of each task, and of the process. */
export type Metrics = {
  /**
   * Serves them from now on at `http://127.0.0.1:<port>/metrics` in Prometheus' text form; gives the port that was taken.
   *
   * @param port 0 takes any that is free.
   * @throws where the port is taken, with the cure; then it may be tried again.
   */
  serve(port: number): Promise<number>;
  /** Counts what a task writes into its log, on its way there. */
  counted(task: string, log: Log): Log;
  /** From now on these figures of a task are read whenever somebody asks. */
  watch(task: string, figures: () => Figures): void;
  close(): Promise<void>;
};

/** Nobody on another machine can read it: whoever wants to, puts something in between that asks who they are. */
const LOOPBACK = '127.0.0.1';

type Watched = ReadonlyMap<string, () => Figures>;

/** Counts from now on; nobody can read it before it is served. */
export function openMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const watched = new Map<string, () => Figures>();
  defineGauges(registry, watched);
  const count = eventCounters(registry);
  const server = createServer((request, response) => void answer(registry, request, response));
  return {
    async serve(port) {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(port, LOOPBACK, resolve);
      }).catch((error: Error) => {
        throw new Error(
          `Can't serve metrics on port ${port} (${error.message}). Set "metrics.port" to one that is free.`,
          { cause: error },
        );
      });
      return (server.address() as AddressInfo).port;
    },
    counted: (task, log) => (event, fields) => {
      count(task, event);
      log(event, fields);
    },
    watch: (task, figures) => void watched.set(task, figures),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(registry: Registry, { method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
  const isAsked = method === 'GET' && url?.split('?')[0] === '/metrics';
  if (!isAsked) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('There is only GET /metrics.\n');
    return;
  }
  try {
    const text = await registry.metrics();
    response.writeHead(200, { 'content-type': registry.contentType }).end(text);
  } catch (error) {
    response.writeHead(500, { 'content-type': 'text/plain' }).end(`${(error as Error).message}\n`);
  }
}

/** Everything that is worth a line in the log is worth being counted. */
function eventCounters(registry: Registry): (task: string, event: LogEvent) => void {
  const events = new Counter({
    name: 'modelpicker_events_total',
    help: 'Lines of the log since the start, by what they say: answer, undo, result, refused, ...',
    labelNames: ['task', 'event'],
    registers: [registry],
  });
  const failures = new Counter({
    name: 'modelpicker_failures_total',
    help: 'Things that failed since the start and are tried again, or cost only themselves.',
    labelNames: ['task', 'what'],
    registers: [registry],
  });
  return (task, event) => (isFailure(event) ? failures.inc({ task, what: event }) : events.inc({ task, event }));
}

type GaugeRow = readonly [name: string, help: string, read: (figures: Figures) => number | undefined];

/** What is absent is not zero: it has no line. */
const ROWS: readonly GaugeRow[] = [
  ['rounds', 'Batches that ever had a round.', ({ rounds }) => rounds],
  ['round_labels', 'Labels of the newest round so far.', ({ round }) => round?.labels],
  ['round_budget', 'Labels that the newest round may take at most.', ({ round }) => round?.budget],
  ['round_questions', 'Questions of the newest round that wait for an answer.', ({ round }) => round?.questions],
  ['round_opened_timestamp_seconds', 'When the newest round opened.', ({ round }) => seconds(round?.openedAt)],
  ['batch_images', 'Images of the batch that the models are looking at.', ({ arriving }) => arriving?.of],
  ['batch_images_done', 'Those of them that all models have seen.', ({ arriving }) => arriving?.done],
  ['batch_failed', '1 while there are no predictions of the newest batch.', ({ hasFailed }) => Number(hasFailed)],
  ['uploads_per_minute', 'Images that reach Slack in a minute, as measured.', (figures) => figures.uploadsPerMinute],
  ['handovers_pending', 'Targets that do not have yet what is to serve.', (figures) => figures.handOversPending],
  ['last_look_timestamp_seconds', 'When batches were last looked for.', ({ lookedAt }) => seconds(lookedAt)],
];

function defineGauges(registry: Registry, watched: Watched): void {
  for (const [name, help, read] of ROWS) {
    gauge(registry, { name, help, labelNames: ['task'] }, (self) => {
      for (const [task, figures] of watched) {
        const value = read(figures());
        if (value !== undefined) self.set({ task }, value);
      }
    });
  }
  const phase = { name: 'round_phase', help: '1 for the phase of the newest round.', labelNames: ['task', 'phase'] };
  gauge(registry, phase, (self) => {
    for (const [task, figures] of watched) {
      const { round } = figures();
      for (const one of ['labeling', 'paused', 'finished'] as const)
        if (round) self.set({ task, phase: one }, Number(round.phase === one));
    }
  });
}

function gauge(
  registry: Registry,
  { name, ...about }: { name: string; help: string; labelNames: string[] },
  fill: (self: Gauge) => void,
): void {
  const made: Gauge = new Gauge({
    ...about,
    name: `modelpicker_${name}`,
    registers: [registry],
    collect: () => {
      made.reset();
      fill(made);
    },
  });
}

function seconds(iso: string | undefined): number | undefined {
  return iso === undefined ? undefined : Date.parse(iso) / 1000;
}
