import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { EndReason } from '../executions/execution.ts';
import type { HealthReport } from '../executions/health.ts';
import type { Runner } from '../executions/runner.ts';
import type { SessionEndReason } from '../executions/sessions/session.ts';
import type { Stage, Telemetry } from '../executions/telemetry.ts';

/** From a millisecond, where a warm start lies, to the half minute of a cold one. */
const WAIT_SECONDS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];
const RUN_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];
const CALL_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/**
 * Counts what the service does, for Prometheus. Holds a registry of its own, so that several servers in one process
 * count apart. Label values come from closed sets (languages, reasons, routes), never from a request.
 */
export class Metrics implements Telemetry {
  readonly #registry = new Registry();

  readonly #submitted = this.#counter('podline_executions_submitted_total', 'Executions recorded.', [
    'language',
  ]);
  readonly #refused = this.#counter(
    'podline_executions_refused_total',
    'Submissions refused, by error code.',
    ['code'],
  );
  readonly #ended = this.#counter('podline_executions_ended_total', 'Executions ended.', [
    'language',
    'reason',
  ]);
  readonly #queueWait = this.#histogram(
    'podline_queue_wait_seconds',
    'From the submission until it was taken from the queue, or cancelled in it; again for one that went back.',
    ['language'],
    WAIT_SECONDS,
  );
  readonly #wait = this.#histogram(
    'podline_start_seconds',
    'From the submission to the first instruction.',
    ['language', 'warm'],
    WAIT_SECONDS,
  );
  readonly #firstOutput = this.#histogram(
    'podline_first_output_seconds',
    'From the submission to the first output that could be shown.',
    ['language', 'warm'],
    WAIT_SECONDS,
  );
  readonly #run = this.#histogram(
    'podline_run_seconds',
    "From the program's start to its end.",
    ['language'],
    RUN_SECONDS,
  );
  readonly #chunks = this.#counter('podline_output_chunks_total', 'Chunks of output read from programs.', []);
  readonly #bytes = this.#counter('podline_output_bytes_total', 'Bytes of output read from programs.', []);
  readonly #viewers = this.#gauge('podline_viewers', 'Outputs being followed now.');
  readonly #store = this.#histogram(
    'podline_store_operation_seconds',
    'Store operations; ok is false for those that failed.',
    ['operation', 'ok'],
    CALL_SECONDS,
  );
  readonly #requests = this.#histogram(
    'podline_http_request_seconds',
    'HTTP requests from their headers to the end of the response; streams are not among them.',
    ['route', 'method', 'status'],
    CALL_SECONDS,
  );
  readonly #clusterRequests = this.#histogram(
    'podline_kubernetes_request_seconds',
    'Requests to the Kubernetes API until the headers of their answer; code 0 without one.',
    ['verb', 'resource', 'code'],
    CALL_SECONDS,
  );
  readonly #clusterBytes = this.#counter(
    'podline_kubernetes_bytes_total',
    'Bytes of bodies and messages between here and the Kubernetes API.',
    ['verb', 'resource', 'direction'],
  );
  readonly #sessions = this.#gauge('podline_sessions', 'Sessions that this process holds.');
  readonly #sessionsEnded = this.#counter('podline_sessions_ended_total', 'Sessions ended, by reason.', [
    'reason',
  ]);
  readonly #sockets = this.#gauge('podline_websockets', 'WebSockets open now.');
  readonly #streams = this.#gauge('podline_event_streams', 'SSE streams open now.');

  #ask: (() => Promise<void>) | null = null;

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  submitted(language: string): void {
    this.#submitted.inc({ language });
  }

  refused(code: string): void {
    this.#refused.inc({ code });
  }

  started(language: string, warm: boolean, waitMs: number): void {
    this.#wait.observe({ language, warm: String(warm) }, waitMs / 1000);
  }

  firstOutput(language: string, warm: boolean, afterMs: number): void {
    this.#firstOutput.observe({ language, warm: String(warm) }, afterMs / 1000);
  }

  output(chunks: number, bytes: number): void {
    this.#chunks.inc(chunks);
    this.#bytes.inc(bytes);
  }

  ended(language: string, reason: EndReason, runMs: number | null): void {
    this.#ended.inc({ language, reason });
    if (runMs !== null) this.#run.observe({ language }, runMs / 1000);
  }

  viewers(change: 1 | -1): void {
    this.#viewers.inc(change);
  }

  sessions(change: 1 | -1): void {
    this.#sessions.inc(change);
  }

  sessionEnded(reason: SessionEndReason): void {
    this.#sessionsEnded.inc({ reason });
  }

  storeOperation(operation: string, ms: number, ok: boolean): void {
    this.#store.observe({ operation, ok: String(ok) }, ms / 1000);
  }

  stage({ name, execution: { language }, from, to }: Stage): void {
    if (name === 'queue') this.#queueWait.observe({ language }, (to - from) / 1000);
  }

  /** One request was answered; `route` is the name of a route, never a path as a client wrote it. */
  request(route: string, method: string, status: number, ms: number): void {
    this.#requests.observe({ route, method, status: String(status) }, ms / 1000);
  }

  /** One request to the Kubernetes API; verb and resource as in a Role. */
  clusterRequest(verb: string, resource: string, code: number, ms: number): void {
    this.#clusterRequests.observe({ verb, resource, code: String(code) }, ms / 1000);
  }

  clusterBytes(verb: string, resource: string, sent: number, received: number): void {
    if (sent > 0) this.#clusterBytes.inc({ verb, resource, direction: 'sent' }, sent);
    if (received > 0) this.#clusterBytes.inc({ verb, resource, direction: 'received' }, received);
  }

  webSockets(change: 1 | -1): void {
    this.#sockets.inc(change);
  }

  eventStreams(change: 1 | -1): void {
    this.#streams.inc(change);
  }

  /**
   * Asks for what has to be asked for at each scrape: how many run and wait, which sandboxes are ready. A count that
   * cannot be had now is left as it was.
   */
  watch(source: { counts(): Promise<Pick<HealthReport, 'running' | 'queued'>>; warm: Runner['warm'] }): void {
    const running = this.#gauge('podline_running', 'Executions under way.');
    const queued = this.#gauge('podline_queued', 'Executions that wait for their turn.');
    const ready = this.#gauge('podline_warm_sandboxes_ready', 'Warm sandboxes ready now.', ['launcher']);
    const wanted = this.#gauge('podline_warm_sandboxes_wanted', 'Warm sandboxes to be kept ready.', [
      'launcher',
    ]);
    const made = this.#counter('podline_warm_sandboxes_made_total', 'Sandboxes that got ready.', [
      'launcher',
    ]);
    const madeBefore = new Map<string, number>();
    this.#ask = async () => {
      for (const sandboxes of source.warm()) {
        made.inc(
          { launcher: sandboxes.launcher },
          sandboxes.made - (madeBefore.get(sandboxes.launcher) ?? 0),
        );
        madeBefore.set(sandboxes.launcher, sandboxes.made);
        ready.set({ launcher: sandboxes.launcher }, sandboxes.ready);
        wanted.set({ launcher: sandboxes.launcher }, sandboxes.wanted);
      }
      const counts = await source.counts().catch(() => null);
      if (counts === null) return;
      running.set(counts.running);
      queued.set(counts.queued);
    };
  }

  /** All metrics in Prometheus' text format. */
  async expose(): Promise<string> {
    await this.#ask?.();
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #histogram(name: string, help: string, labelNames: string[], buckets: number[]): Histogram {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.#registry] });
  }

  #gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] });
  }
}

/** Telemetry that reports everything to `counts`, and the stages to `traces` as well. */
export function composeTelemetry(counts: Telemetry, traces: Pick<Telemetry, 'stage'>): Telemetry {
  return {
    submitted: (...args) => counts.submitted(...args),
    refused: (...args) => counts.refused(...args),
    started: (...args) => counts.started(...args),
    firstOutput: (...args) => counts.firstOutput(...args),
    output: (...args) => counts.output(...args),
    ended: (...args) => counts.ended(...args),
    viewers: (...args) => counts.viewers(...args),
    sessions: (...args) => counts.sessions(...args),
    sessionEnded: (...args) => counts.sessionEnded(...args),
    storeOperation: (...args) => counts.storeOperation(...args),
    stage: (stage: Stage) => {
      counts.stage(stage);
      traces.stage(stage);
    },
  };
}
