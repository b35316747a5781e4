import { type Config, readConfig } from '../../../src/config.ts';
import { openSqliteStore } from '../../../src/db/sqlite/open.ts';
import { Executions, type ExecutionsApi } from '../../../src/executions/executions.ts';
import type { OutputApi } from '../../../src/executions/output/reader.ts';
import type { Authenticator } from '../../../src/server/authenticator.ts';
import { createLogger } from '../../../src/server/log.ts';
import { composeTelemetry, Metrics } from '../../../src/server/metrics.ts';
import { openServer, type Server, type ServerBounds } from '../../../src/server/server.ts';
import type { Tracing } from '../../../src/server/tracing.ts';
import { SESSIONS } from '../../executions/service.ts';
import { type ScriptedRun, ScriptedRunner } from '../../support/scripted-runner.ts';

export interface ServiceOptions {
  readonly config?: Partial<Config>;
  readonly bounds?: Partial<ServerBounds>;
  readonly authenticator?: Authenticator;
  /** Operations that stand in for the real ones, to make them fail. */
  readonly replace?: Replacement;
  readonly maxQueued?: number;
  readonly maxRunning?: number;
  /** Closed by whoever opened it. */
  readonly tracing?: Tracing;
}

/** A server on a free port, over the real domain and store, with programs that do what the test says. */
export class Service implements AsyncDisposable {
  readonly url: string;
  readonly runner: ScriptedRunner;
  readonly server: Server;
  readonly executions: Executions;
  readonly metrics: Metrics;
  /** Every line of the log. */
  readonly log: Record<string, unknown>[];
  readonly #release: () => Promise<void>;

  private constructor(
    parts: Omit<Service, typeof Symbol.asyncDispose | keyof ServiceMethods>,
    release: () => Promise<void>,
  ) {
    this.url = parts.url;
    this.runner = parts.runner;
    this.server = parts.server;
    this.executions = parts.executions;
    this.metrics = parts.metrics;
    this.log = parts.log;
    this.#release = release;
  }

  static async open({
    config,
    bounds,
    authenticator,
    replace,
    maxQueued,
    maxRunning,
    tracing,
  }: ServiceOptions = {}): Promise<Service> {
    const log: Record<string, unknown>[] = [];
    const logger = createLogger('debug', { write: (line) => void log.push(JSON.parse(line)) });
    const store = await openSqliteStore({ file: ':memory:' });
    const runner = new ScriptedRunner({ startsAtOnce: true });
    const metrics = new Metrics();
    const executions = new Executions(
      { store, runner, telemetry: tracing ? composeTelemetry(metrics, tracing) : metrics, logger },
      {
        maxRunning: maxRunning ?? 1000,
        maxRunningPerCaller: maxRunning ?? 1000,
        maxQueued: maxQueued ?? 1000,
        maxQueuedPerCaller: 1000,
        retentionDays: 30,
        owner: 'test',
        sessions: SESSIONS,
      },
    );
    await executions.open();
    const server = openServer({
      config: { ...readConfig({ PORT: '0', SHUTDOWN_GRACE_MS: '2000' }), ...config },
      executions: replace ? replaced(executions, replace) : executions,
      metrics,
      tracing: tracing ?? null,
      logger,
      ...(bounds ? { bounds } : {}),
      ...(authenticator ? { authenticator } : {}),
    });
    metrics.watch({ counts: () => executions.health(), warm: () => executions.warm() });
    const release = async (): Promise<void> => {
      await server.close();
      await executions.close(0);
      await store[Symbol.asyncDispose]();
    };
    try {
      const { url } = await server.listen();
      return new Service({ url, runner, server, executions, metrics, log }, release);
    } catch (error) {
      await release();
      throw error;
    }
  }

  get webSocketUrl(): string {
    return `${this.url.replace('http', 'ws')}/graphql`;
  }

  /** Submits a program and waits until it runs. */
  async start(headers: Record<string, string> = {}): Promise<{ id: string; run: ScriptedRun }> {
    const id = await this.submit(headers);
    return { id, run: await this.runner.of(id) };
  }

  async submit(headers: Record<string, string> = {}): Promise<string> {
    const answer = await this.post('/execute', { code: base64('print()'), language: 'python' }, headers);
    const body: { execution_id?: string } = await answer.json();
    if (body.execution_id === undefined) throw new Error(`Expected an id, got ${JSON.stringify(body)}.`);
    return body.execution_id;
  }

  get(path: string, headers: Record<string, string> = {}, init: RequestInit = {}): Promise<Response> {
    return fetch(this.url + path, { headers, redirect: 'manual', ...init });
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  async graphql(
    query: string,
    variables: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ): Promise<{ status: number; data: Data; errors: GraphQLAnswerError[]; headers: Headers }> {
    const answer = await this.post('/graphql', { query, variables }, headers);
    const body: { data?: Data; errors?: GraphQLAnswerError[] } = await answer.json();
    return {
      status: answer.status,
      data: body.data ?? {},
      errors: body.errors ?? [],
      headers: answer.headers,
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#release();
  }
}

type ServiceMethods = Pick<Service, 'webSocketUrl' | 'start' | 'submit' | 'get' | 'post' | 'graphql'>;
type Data = Record<string, unknown>;
export interface GraphQLAnswerError {
  readonly message: string;
  readonly path?: string[];
  readonly extensions?: { readonly code?: string };
}

/** Operations, and readings of outputs, to take in the place of the service's own. */
type Replacement = Partial<Omit<ExecutionsApi, 'output'>> & { readonly output?: Partial<OutputApi> };

/** The operations with some of them replaced. */
function replaced(executions: ExecutionsApi, { output, ...by }: Replacement): ExecutionsApi {
  return withReplaced(executions, {
    ...by,
    ...(output && { output: withReplaced(executions.output, output) }),
  });
}

function withReplaced<T extends object>(whole: T, by: Partial<T>): T {
  return new Proxy(whole, {
    get(target, name) {
      const value: unknown = Reflect.get(name in by ? by : target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
