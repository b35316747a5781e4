import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Limits } from '../src/executions/execution.ts';
import type { RunObserver } from '../src/executions/run.ts';
import type { Runner } from '../src/executions/runner.ts';
import type { SessionSandbox } from '../src/executions/session-host.ts';
import { openEmbeddedRunner } from '../src/runner/embedded/open.ts';
import { openNativeRunner } from '../src/runner/native/open.ts';
import type { Benchmark } from './benchmark.ts';
import { summarize } from './figures/quantiles.ts';
import type { Cell } from './figures/table.ts';

const WARM_UP = 20;
const CELLS = 200;
const PROGRAMS = 30;
const LIMITS: Limits = { timeoutMs: 60_000, memoryMb: 512, cpuMillis: 1000, outputBytes: 1_000_000 };
const LINES = [
  { language: 'python', code: 'print("hello")', fileName: 'main.py' },
  { language: 'javascript', code: 'console.log("hello")', fileName: 'main.js' },
];

/** The hosts themselves, without the service around them: its share is in `first-output`. */
export const sessions: Benchmark = {
  name: 'sessions',
  title: 'Executions in an open session',
  async run(report) {
    report.note(
      `A line is printed, again and again in one session: ${CELLS} cells of one context, ${PROGRAMS} fresh processes. ` +
        'First output: from the request to the chunk. Whole: to the end.',
    );
    const dataDir = mkdtempSync(join(tmpdir(), 'podline-bench-'));
    const rows: Cell[][] = [];
    try {
      const options = { dataDir, defaultLimits: LIMITS, maximumLimits: LIMITS, logger: SILENT };
      await using embedded = await openEmbeddedRunner({ ...options, warm: { python: 2, javascript: 2 } });
      await measure(embedded, rows);
      if (existsSync('/usr/bin/bwrap')) {
        await using native = await openNativeRunner({ ...options, warm: {} });
        await measure(native, rows);
      }
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
    const columns = ['host', 'language', 'what', 'first output p50 ms', 'p95', 'whole p50 ms', 'p95'];
    report.table(columns, rows);
  },
};

async function measure(runner: Runner, rows: Cell[][]): Promise<void> {
  for (const { language, code, fileName } of LINES) {
    const host = runner.sessions?.languages.find((one) => one.language === language);
    if (!runner.sessions || !host) continue;
    const request = {
      id: randomUUID(),
      language,
      limits: LIMITS,
      files: [],
      env: [],
      epoch: 1,
      bound: async () => true,
    };
    await using sandbox = await runner.sessions.open(request, new AbortController().signal);
    const run = (context: string | null) => time(sandbox, { language, code, fileName, context });
    if (host.hasContexts) {
      for (let count = 0; count < WARM_UP; count++) await run('main');
      rows.push([runner.kind, language, 'cell', ...(await figures(CELLS, () => run('main')))]);
    }
    rows.push([runner.kind, language, 'fresh process', ...(await figures(PROGRAMS, () => run(null)))]);
  }
}

async function figures(
  count: number,
  run: () => Promise<{ readonly first: number; readonly whole: number }>,
): Promise<number[]> {
  const all = [];
  for (let index = 0; index < count; index++) all.push(await run());
  const [first, whole] = [summarize(all.map((one) => one.first)), summarize(all.map((one) => one.whole))];
  return [first.p50, first.p95, whole.p50, whole.p95];
}

async function time(
  sandbox: SessionSandbox,
  program: {
    readonly language: string;
    readonly code: string;
    readonly fileName: string;
    readonly context: string | null;
  },
): Promise<{ readonly first: number; readonly whole: number }> {
  const began = performance.now();
  let first = Number.NaN;
  const observer: RunObserver = {
    bound: async () => true,
    started: () => undefined,
    output() {
      if (Number.isNaN(first)) first = performance.now() - began;
    },
    storedSeq: () => 0,
    waiting: () => undefined,
    files: { isFull: false, keep: async () => undefined, omit: () => undefined, omitMore: () => undefined },
  };
  const request = {
    ...program,
    id: randomUUID(),
    args: [],
    limits: LIMITS,
    outputFiles: [],
    payload: { stdin: '', files: [], env: [] },
    input: NO_INPUT,
  };
  const outcome = await sandbox.run(request, observer, new AbortController().signal);
  if (outcome === 'detached' || outcome.end.exitCode !== 0) {
    throw new Error(`Expected a line, got ${JSON.stringify(outcome)}`);
  }
  return { first, whole: performance.now() - began };
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const NO_INPUT = {
  isOpen: false,
  read: async () => null,
  taken: () => undefined,
  interrupted: (_: number, signal: AbortSignal) =>
    new Promise<null>((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true })),
};
