import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
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

/** One metric, as Prometheus' text form has it. */
type Metric = {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[];
};

const TEXT_FORM = 'text/plain; version=0.0.4; charset=utf-8';

/** Counts from now on; nobody can read it before it is served. */
export function openMetrics(): Metrics {
  const watched = new Map<string, () => Figures>();
  const counts = openCounts();
  const delay = monitorEventLoopDelay();
  delay.enable();
  const read = () => [...ofTasks(watched), ...counts.metrics(), ...ofProcess(delay)];
  const server = createServer((request, response) => answer(read, request, response));
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
      counts.count(task, event);
      log(event, fields);
    },
    watch: (task, figures) => void watched.set(task, figures),
    close: () =>
      new Promise((resolve) => {
        delay.disable();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(read: () => readonly Metric[], { method, url }: IncomingMessage, response: ServerResponse): void {
  const isAsked = method === 'GET' && url?.split('?')[0] === '/metrics';
  if (!isAsked) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('There is only GET /metrics.\n');
    return;
  }
  try {
    const text = read().map(textOf).join('');
    response.writeHead(200, { 'content-type': TEXT_FORM }).end(text);
  } catch (error) {
    response.writeHead(500, { 'content-type': 'text/plain' }).end(`${(error as Error).message}\n`);
  }
}

/** @see https://prometheus.io/docs/instrumenting/exposition_formats/ */
function textOf({ name, help, type, samples }: Metric): string {
  const lines = samples.map(({ labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function escaped(label: string): string {
  return label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** Everything that is worth a line in the log is worth being counted. */
function openCounts() {
  const [events, failures] = [new Map<string, Counted>(), new Map<string, Counted>()];
  return {
    count(task: string, event: LogEvent): void {
      const counted = isFailure(event) ? failures : events;
      const key = JSON.stringify([task, event]);
      counted.set(key, { task, event, count: (counted.get(key)?.count ?? 0) + 1 });
    },
    metrics: (): readonly Metric[] => [
      {
        name: 'modelpicker_events_total',
        help: 'Lines of the log since the start, by what they say: answer, undo, result, refused, ...',
        type: 'counter',
        samples: [...events.values()].map(({ task, event, count }) => ({ labels: { task, event }, value: count })),
      },
      {
        name: 'modelpicker_failures_total',
        help: 'Things that failed since the start and are tried again, or cost only themselves.',
        type: 'counter',
        samples: [...failures.values()].map(({ task, event, count }) => ({
          labels: { task, what: event },
          value: count,
        })),
      },
    ],
  };
}

type Counted = { readonly task: string; readonly event: string; readonly count: number };

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

function ofTasks(watched: Watched): readonly Metric[] {
  const tasks = [...watched].map(([task, figures]) => ({ task, figures: figures() }));
  const rows = ROWS.map(([name, help, read]): Metric => {
    const samples = tasks.flatMap(({ task, figures }) => {
      const value = read(figures);
      return value === undefined ? [] : [{ labels: { task }, value }];
    });
    return { name: `modelpicker_${name}`, help, type: 'gauge', samples };
  });
  const phases = tasks.flatMap(({ task, figures: { round } }) =>
    PHASES.map((phase) => ({ labels: { task, phase }, value: Number(round?.phase === phase), isThere: round })),
  );
  const help = '1 for the phase of the newest round.';
  return [
    ...rows,
    { name: 'modelpicker_round_phase', help, type: 'gauge', samples: phases.filter(({ isThere }) => isThere) },
  ];
}

const PHASES = ['labeling', 'paused', 'finished'] as const;

/** Under the names that Prometheus' own libraries give them. Delays are those since somebody asked before. */
function ofProcess(delay: ReturnType<typeof monitorEventLoopDelay>): readonly Metric[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const startedAt = Date.now() / 1000 - process.uptime();
  const [p99, max] = [delay.percentile(99) / 1e9, delay.max / 1e9];
  delay.reset();
  const metric = (name: string, type: Metric['type'], help: string, value: number): Metric => {
    return { name, help, type, samples: [{ value }] };
  };
  return [
    metric('process_cpu_seconds_total', 'counter', 'Seconds of a processor.', (user + system) / 1e6),
    metric('process_start_time_seconds', 'gauge', 'When the process started.', startedAt),
    metric('process_resident_memory_bytes', 'gauge', 'Memory that is in use.', rss),
    metric('nodejs_heap_size_used_bytes', 'gauge', "Of JavaScript's objects.", heapUsed),
    metric('nodejs_eventloop_lag_p99_seconds', 'gauge', 'How late things ran: 99 of 100 sooner.', p99),
    metric('nodejs_eventloop_lag_max_seconds', 'gauge', 'How late things ran at worst.', max),
  ];
}

function seconds(iso: string | undefined): number | undefined {
  return iso === undefined ? undefined : Date.parse(iso) / 1000;
}
