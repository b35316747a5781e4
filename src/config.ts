import { readFileSync } from 'node:fs';
import { MINIMUM_LIMITS, SESSION_IDLE_MIN_MS } from './bounds.ts';
import {
  endpoint,
  flag,
  headers,
  type Images,
  images,
  keys,
  languages,
  limits,
  list,
  matching,
  number,
  oneOf,
  type Parser,
  sizes,
  text,
} from './config/values.ts';
import { ConfigError } from './config-error.ts';
import type { Limits } from './executions/execution.ts';
import { LAUNCHER_NAMES, type Language } from './runner/languages/language.ts';

/** The service's settings, read once from the environment; frozen. docs/configuration.md lists them. */
export interface Config {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Where the embedded database and the sandbox's snapshot lie. `:memory:`: nothing outlives the process. */
  readonly dataDir: string;
  readonly mongodbUri: string | null;
  readonly runner: 'embedded' | 'native' | 'kubernetes';
  /** What separates programs from the machine; counts with `runner: 'embedded'` only. */
  readonly isolation: 'auto' | 'bubblewrap' | 'landlock' | 'none';
  /** The table of languages: those that come with Podline, with what a file adds and changes. */
  readonly languages: readonly Language[];
  /** A Python interpreter for `runner: 'native'`; null: this machine's. */
  readonly nativePython: string | null;
  /** A directory of cgroup v2 for the groups of programs, with `runner: 'native'`; `own`: the server's own; null: none. */
  readonly nativeCgroup: string | null;
  /** Counts with `runner: 'kubernetes'` only. */
  readonly kubernetes: KubernetesConfig;
  /** Ready sandboxes kept for each launcher: `python`, `javascript` (TypeScript shares it), `shell` (other languages, native only), or on Kubernetes any language with an image. */
  readonly warm: { readonly [launcher: string]: number };
  /** Executions under way at once; null: what the runner says. */
  readonly maxRunning: number | null;
  /** Executions of one caller under way at once; null: half of all, or all where there is one caller at most. */
  readonly maxRunningPerCaller: number | null;
  readonly maxQueued: number;
  readonly maxQueuedPerCaller: number;
  readonly sessions: SessionsConfig;
  readonly defaultLimits: Limits;
  readonly maximumLimits: Limits;
  /** A name may have several keys. Empty: no credentials. */
  readonly apiKeys: readonly ApiKey[];
  /** Allows an address other than loopback without credentials. */
  readonly allowAnonymous: boolean;
  /** Browsers' origins beside our own. */
  readonly allowedOrigins: readonly string[];
  /** Values of the Host header beside loopback names. */
  readonly allowedHosts: readonly string[];
  /** Whether X-Forwarded-* counts. */
  readonly trustProxy: boolean;
  /** GraphiQL and introspection; null: on without credentials, else for callers with one. */
  readonly introspection: boolean | null;
  readonly retentionDays: number;
  readonly shutdownGraceMs: number;
  readonly logLevel: LogLevel;
  /** Null: no traces. */
  readonly tracing: TracingConfig | null;
}

/** Times in milliseconds. */
interface SessionsConfig {
  /** How long a session may be idle where none is asked for. */
  readonly idleTimeoutMs: number;
  /** How long a session lives at the most; also the maximum of its idle time. */
  readonly lifetimeMs: number;
  /** Open sessions at once, over all processes. */
  readonly maxSessions: number;
  readonly maxSessionsPerCaller: number;
}

interface TracingConfig {
  /** The OTLP/HTTP collector's address, without a slash at the end. */
  readonly endpoint: string;
  /** Sent with every request to it. Secrets. */
  readonly headers: { readonly [name: string]: string };
  readonly serviceName: string;
}

interface KubernetesConfig {
  /** The file that says how to reach the cluster; null: in-cluster service account, `~/.kube/config`. */
  readonly kubeconfig: string | null;
  /** Where Jobs are made. */
  readonly namespace: string;
  /** Language to image; one that is not there is not offered. */
  readonly images: Images;
  /** A pod template that operators add to every Job. */
  readonly podTemplateFile: string | null;
  /** How long an image may not be there before an execution that needs it ends, milliseconds. */
  readonly pullLimitMs: number;
  /** How long there may be no room, or the cluster may refuse, before an execution ends, milliseconds. */
  readonly scheduleLimitMs: number;
}

interface ApiKey {
  readonly name: string;
  readonly key: string;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

export { ConfigError };

/** Launchers, of which sandboxes are ready unless WARM says otherwise; `shell` is that of other languages on the native host. */
const WARM_NAMES = [...LAUNCHER_NAMES, 'shell'];
const COUNT = { min: 1, max: 1_000_000 };
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;
const DAY_MS = 24 * 60 * 60_000;
const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const NAMESPACE = 'a namespace: at most 63 small letters, digits and dashes';
const MiB = 1024 * 1024;

const DEFAULT_LIMITS: Limits = { timeoutMs: 30_000, memoryMb: 256, cpuMillis: 1000, outputBytes: 10 * MiB };
const MAXIMUM_LIMITS: Limits = {
  timeoutMs: DAY_MS / 24,
  memoryMb: 1024,
  cpuMillis: 4000,
  outputBytes: 32 * MiB,
};
/** The maximum of MAXIMUM_LIMITS: a day, a large node, and text that a GraphQL Int can count many times over. */
const GREATEST_LIMITS: Limits = {
  timeoutMs: DAY_MS,
  memoryMb: 65_536,
  cpuMillis: 64_000,
  outputBytes: 256 * MiB,
};

/**
 * Reads the settings from an environment; nothing else of it is looked at.
 * @throws ConfigError with a sentence, on a line of its own, for each setting that is wrong
 */
export function readConfig(env: { readonly [name: string]: string | undefined }): Config {
  const problems: string[] = [];
  const setting = <T>(name: string, parse: Parser<T>): T => {
    try {
      return parse(name, env[name]);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(error.message);
      return parse(name, undefined);
    }
  };
  const maximumLimits = setting('MAXIMUM_LIMITS', limits(MAXIMUM_LIMITS, MINIMUM_LIMITS, GREATEST_LIMITS));
  const table = setting('LANGUAGES_FILE', languages);
  const config: Config = {
    host: setting('HOST', text('127.0.0.1')),
    port: setting('PORT', number(5000, { min: 0, max: 65_535 })),
    dataDir: setting('DATA_DIR', text('.podline')),
    mongodbUri: setting('MONGODB_URI', text(null)),
    runner: setting('RUNNER', oneOf(['embedded', 'native', 'kubernetes'], 'embedded')),
    isolation: setting('SANDBOX_ISOLATION', oneOf(['auto', 'bubblewrap', 'landlock', 'none'], 'auto')),
    languages: table,
    nativePython: setting('NATIVE_PYTHON', text(null)),
    nativeCgroup: setting('NATIVE_CGROUP', text(null)),
    kubernetes: {
      kubeconfig: setting('KUBECONFIG', text(null)),
      namespace: setting('KUBERNETES_NAMESPACE', matching(DNS_LABEL, NAMESPACE, 'podline-sandbox')),
      images: setting('RUNTIME_IMAGES', images(table)),
      podTemplateFile: setting('POD_TEMPLATE_FILE', text(null)),
      pullLimitMs: setting('PULL_LIMIT_MS', number(120_000, { min: 0, max: DAY_MS })),
      scheduleLimitMs: setting('SCHEDULE_LIMIT_MS', number(600_000, { min: 0, max: DAY_MS })),
    },
    warm: setting(
      'WARM',
      sizes(
        WARM_NAMES,
        2,
        { min: 0, max: 100 },
        table.map(({ name }) => name),
      ),
    ),
    maxRunning: setting('MAX_RUNNING', number(null, COUNT)),
    maxRunningPerCaller: setting('MAX_RUNNING_PER_CALLER', number(null, COUNT)),
    maxQueued: setting('MAX_QUEUED', number(1000, COUNT)),
    maxQueuedPerCaller: setting('MAX_QUEUED_PER_CALLER', number(200, COUNT)),
    sessions: {
      idleTimeoutMs: setting(
        'SESSION_IDLE_TIMEOUT_MS',
        number(600_000, { min: SESSION_IDLE_MIN_MS, max: DAY_MS }),
      ),
      lifetimeMs: setting('SESSION_LIFETIME_MS', number(DAY_MS, { min: SESSION_IDLE_MIN_MS, max: DAY_MS })),
      maxSessions: setting('MAX_SESSIONS', number(20, COUNT)),
      maxSessionsPerCaller: setting('MAX_SESSIONS_PER_CALLER', number(5, COUNT)),
    },
    defaultLimits: setting('DEFAULT_LIMITS', limits(DEFAULT_LIMITS, MINIMUM_LIMITS, maximumLimits)),
    maximumLimits,
    apiKeys: [...setting('API_KEYS', keys), ...setting('API_KEYS_FILE', keysOfFile)],
    allowAnonymous: setting('ALLOW_ANONYMOUS', flag(false)),
    allowedOrigins: setting('ALLOWED_ORIGINS', list(isOrigin, 'an origin like https://example.org')),
    allowedHosts: setting('ALLOWED_HOSTS', list(isHost, 'a host name like podline.example.org')),
    trustProxy: setting('TRUST_PROXY', flag(false)),
    introspection: setting('INTROSPECTION', flag(null)),
    retentionDays: setting('RETENTION_DAYS', number(30, { min: 1, max: 36_500 })),
    shutdownGraceMs: setting('SHUTDOWN_GRACE_MS', number(20_000, { min: 0, max: DAY_MS })),
    logLevel: setting('LOG_LEVEL', oneOf(LOG_LEVELS, 'info')),
    tracing: readTracing(setting),
  };
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  checkExposure(config);
  checkKeys(config);
  return Object.freeze(config);
}

function readTracing(setting: <T>(name: string, parse: Parser<T>) => T): TracingConfig | null {
  const address = setting('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint);
  if (address === null) return null;
  return {
    endpoint: address,
    headers: setting('OTEL_EXPORTER_OTLP_HEADERS', headers),
    serviceName: setting('OTEL_SERVICE_NAME', text('podline')),
  };
}

/** Whether nobody but the users of this machine can submit programs. */
export function isForThisMachineOnly({ host, apiKeys }: Pick<Config, 'host' | 'apiKeys'>): boolean {
  return apiKeys.length === 0 && LOOPBACK.test(host);
}

/** Without credentials anyone who can reach the port may run programs, so that must be asked for. */
function checkExposure({ host, apiKeys, allowAnonymous }: Config): void {
  if (apiKeys.length > 0 || allowAnonymous || LOOPBACK.test(host)) return;
  throw new ConfigError(
    `HOST: expected a loopback address (127.0.0.1, ::1, localhost) as long as no API_KEYS are set, got ` +
      `${JSON.stringify(host)}. Set API_KEYS, or ALLOW_ANONYMOUS=true to let anyone who can reach it run programs.`,
  );
}

/** A key tells who calls; one that two names share would make every caller the first of them. */
function checkKeys({ apiKeys }: Config): void {
  for (const [index, { name, key }] of apiKeys.entries()) {
    const other = apiKeys.slice(0, index).find((one) => one.key === key && one.name !== name);
    if (!other) continue;
    throw new ConfigError(
      `API_KEYS: expected a key of its own for each name, got one for both ${other.name} and ${name}`,
    );
  }
}

/** What stands in the file that a setting names; no keys when it is not set. */
const keysOfFile: Parser<ApiKey[]> = (name, file) => {
  if (!file) return [];
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`${name}: expected a file that can be read, got ${JSON.stringify(file)}`, {
      cause,
    });
  }
  return keys(name, text);
};

function isOrigin(origin: string): boolean {
  return URL.canParse(origin) && new URL(origin).origin === origin;
}

function isHost(host: string): boolean {
  return /^[A-Za-z0-9.-]+(:\d+)?$|^\[[0-9a-fA-F:]+\](:\d+)?$/.test(host);
}

/**
 * How many executions of one caller may be under way at once: what is configured, else half of all, rounded up, so that
 * room is left for others. Where no other caller can be (no keys, or all under one name) the room would only lie idle:
 * then all of it.
 * @param maxRunning executions of all callers under way at once
 */
export function runningPerCaller(
  { maxRunningPerCaller, apiKeys }: Pick<Config, 'maxRunningPerCaller' | 'apiKeys'>,
  maxRunning: number,
): number {
  if (maxRunningPerCaller !== null) return maxRunningPerCaller;
  const names = new Set(apiKeys.map(({ name }) => name));
  return names.size > 1 ? Math.ceil(maxRunning / 2) : maxRunning;
}
