import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Config, isForThisMachineOnly, runningPerCaller } from './config.ts';
import { instrumentedStore } from './db/instrumented-store.ts';
import { openSqliteStore } from './db/sqlite/open.ts';
import { waitForProgramsMs } from './executions/active-executions.ts';
import { Executions } from './executions/executions.ts';
import type { Runner } from './executions/runner.ts';
import type { Store } from './executions/store.ts';
import type { Logger, Telemetry } from './executions/telemetry.ts';
import { openEmbeddedRunner } from './runner/embedded/open.ts';
import type { ApiTelemetry } from './runner/kubernetes/api/request.ts';
import { service } from './server/graphql/context.ts';
import { createLogger } from './server/log.ts';
import { composeTelemetry, Metrics } from './server/metrics.ts';
import { openServer } from './server/server.ts';
import type { Tracing } from './server/tracing.ts';

/** A running service. */
export interface App {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  readonly executions: Executions;
  readonly logger: Logger;
  /** What whoever started it must know, a sentence or two; null when there is nothing. */
  readonly warning: string | null;
  /** How long `close` waits for programs to end by themselves, milliseconds; null when they go on without this process. */
  readonly maxWaitMs: number | null;
  /**
   * Stops admitting, lets what runs end within `shutdownGraceMs`, interrupts the rest, stores every end and releases
   * all. Calling it again waits for the same close.
   */
  close(): Promise<void>;
}

export interface AppOptions {
  /** Where the embedded sandbox keeps its snapshot and its directories; the data directory without it. */
  readonly runnerDir?: string;
}

/**
 * Wires store, runner, executions and server, and listens. What was opened before a failure is closed again.
 * @throws ConfigError for settings that cannot work; what the store and the runner throw when they cannot be opened
 */
export async function openApp(config: Config, { runnerDir = config.dataDir }: AppOptions = {}): Promise<App> {
  const logger = createLogger(config.logLevel);
  // Released last to first; one that fails does not keep the others.
  const opened = new AsyncDisposableStack();
  try {
    const metrics = new Metrics();
    const owner = randomUUID();
    const tracing = opened.use(await openTraces(config, owner, logger));
    const telemetry: Telemetry = tracing === null ? metrics : composeTelemetry(metrics, tracing);
    const untimed = opened.use(await openStore(config, logger));
    const store = instrumentedStore(untimed, metrics);
    const runner = opened.use(await openRunner({ ...config, dataDir: runnerDir }, metrics, logger));
    const executions = new Executions(
      { store, runner, telemetry, logger },
      executionsOptions(config, runner, owner),
    );
    metrics.watch({ counts: () => executions.health(), warm: () => executions.warm() });
    const server = openServer({ config, executions, metrics, tracing, logger });
    opened.defer(async () => {
      // Viewers are told to go away while programs still run, and resume at whoever serves them next.
      const served = server.close();
      served.catch(() => {});
      await executions.close(config.shutdownGraceMs);
      await served;
    });
    await executions.open();
    const { url } = await server.listen();
    if (runner.warning !== null) logger.warn({ runner: runner.kind }, runner.warning);
    logger.info({ url, store: store.kind, runner: runner.kind, isolation: runner.isolation }, 'listening');
    let closing: Promise<void> | null = null;
    const close = () => {
      closing ??= opened.disposeAsync().then(() => logger.info({}, 'closed'));
      return closing;
    };
    return {
      url,
      executions,
      logger,
      warning: runner.warning,
      maxWaitMs: runner.outlivesProcess ? null : waitForProgramsMs(config.shutdownGraceMs),
      close,
    };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

async function openStore({ mongodbUri, dataDir }: Config, logger: Logger): Promise<Store> {
  if (mongodbUri !== null) {
    // The driver takes some 60 MB, which the default does without.
    const { openMongoStore } = await import('./db/mongodb/open.ts');
    return openMongoStore({ uri: mongodbUri, logger });
  }
  return openSqliteStore({ file: dataDir === IN_MEMORY ? IN_MEMORY : join(dataDir, 'podline.db'), logger });
}

async function openRunner(config: Config, metrics: Metrics, logger: Logger): Promise<Runner> {
  const { runner, kubernetes, dataDir, warm, defaultLimits, maximumLimits, isolation } = config;
  const common = { languages: config.languages, warm, defaultLimits, maximumLimits, logger };
  if (runner === 'embedded') {
    return openEmbeddedRunner({
      dataDir,
      isolation,
      mayBeUnisolated: isForThisMachineOnly(config),
      ...common,
    });
  }
  if (runner === 'native') {
    const { openNativeRunner } = await import('./runner/native/open.ts');
    return openNativeRunner({
      dataDir,
      python: config.nativePython,
      cgroup: config.nativeCgroup,
      ...common,
    });
  }
  // Its client takes a fifth of a second to load and 40 MB, which the default does without.
  const { openKubernetesRunner } = await import('./runner/kubernetes/open.ts');
  const telemetry: ApiTelemetry = {
    request: ({ verb, resource }, code, ms) => metrics.clusterRequest(verb, resource, code, ms),
    bytes: ({ verb, resource }, sent, received) => metrics.clusterBytes(verb, resource, sent, received),
  };
  return openKubernetesRunner({
    ...kubernetes,
    ...common,
    sessionLifetimeMs: config.sessions.lifetimeMs,
    telemetry,
  });
}

async function openTraces({ tracing }: Config, instanceId: string, logger: Logger): Promise<Tracing | null> {
  if (tracing === null) return null;
  // Its packages take memory and time that the default does without.
  const { openTracing } = await import('./server/open-tracing.ts');
  return openTracing({ ...tracing, instanceId, version: service.version, logger });
}

function executionsOptions(
  config: Config,
  runner: Runner,
  owner: string,
): ConstructorParameters<typeof Executions>[1] {
  const { maxQueued, maxQueuedPerCaller, retentionDays } = config;
  const maxRunning = config.maxRunning ?? runner.defaultMaxRunning;
  return {
    maxRunning,
    maxRunningPerCaller: runningPerCaller(config, maxRunning),
    maxQueued,
    maxQueuedPerCaller,
    retentionDays,
    owner,
    sessions: config.sessions,
  };
}

const IN_MEMORY = ':memory:';
