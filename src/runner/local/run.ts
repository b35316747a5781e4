import type { CompileResult } from '../../executions/execution.ts';
import type { Chunk } from '../../executions/output/chunk.ts';
import type { RunEnd, RunObserver, RunRequest } from '../../executions/run.ts';
import type { RunOutcome } from '../../executions/runner.ts';
import {
  endedBy,
  outOfMemory,
  outputLimit,
  timedOut,
  tooManyThreads,
  usageOfCompiler,
} from '../run/endings/ending.ts';
import { ended, FirstOutcome } from '../run/endings/outcome.ts';
import { endOfProcess } from '../run/endings/process-exit.ts';
import { endOnStop, passInterrupts } from '../run/endings/stop.ts';
import { Chunker } from '../run/output/chunker.ts';
import { pump } from '../run/output/pump.ts';
import { compile } from './compile.ts';
import { feed } from './input.ts';
import type { LocalSandbox, SandboxLimits } from './local-sandbox.ts';
import type { Limit } from './starter/messages.ts';
import { UsageMeter } from './usage.ts';

/** Characters of stderr kept to tell a crash by. */
const LAST_WORDS = 2000;

export interface RunOptions {
  /** Of which runner. */
  readonly kind: string;
  readonly warm: boolean;
  /** End the run from outside, each with its own reason. */
  readonly stops: readonly AbortSignal[];
}

/**
 * Runs one program in a ready sandbox to its end. The sandbox is used up: when the returned promise resolves its process
 * has ended and everything it printed was handed to the observer, up to the output limit, and the files that the program
 * left. Rejects only when the store of those was given up.
 */
export async function runInSandbox(
  sandbox: LocalSandbox,
  request: RunRequest,
  observer: RunObserver,
  { kind, warm, stops }: RunOptions,
): Promise<RunOutcome> {
  const { limits } = request;
  const { first, settle } = new FirstOutcome();
  let lastWords = '';

  const chunker = new Chunker({
    outputBytes: limits.outputBytes,
    output(chunks) {
      lastWords = lastStderr(lastWords, chunks);
      return observer.output(chunks);
    },
    limitReached() {
      settle(outputLimit(limits.outputBytes));
      // What comes now would only be dropped.
      sandbox.stdout.destroy();
      sandbox.stderr.destroy();
    },
    failed: () => settle(endedBy('INTERRUPTED', 'The output could not be kept.')),
  });

  observer.started(Date.now(), { kind, job: null, pod: null, podUid: null, node: null, warm });
  let usage = new UsageMeter(sandbox.status, limits.memoryMb);
  let compiled: CompileResult | null = null;
  const watches = stops.map((stop) => endOnStop(stop, settle));
  let printedBytes = 0;
  const printed = Promise.withResolvers<void>();
  const maxPrinted = sandbox.compileStep?.limits.outputBytes ?? Number.POSITIVE_INFINITY;
  const pumped = pump(sandbox, chunker, {
    onBytes(length) {
      usage.onOutput();
      printedBytes += length;
      if (printedBytes > maxPrinted) printed.resolve();
    },
    onEnded: () => usage.sample(),
  });
  const { compileStep } = sandbox;
  if (compileStep === null) {
    sandbox.watch(limits, usage.baseline);
    sandbox.begin(request);
  } else {
    sandbox.begin(request);
    const failure = await compile(sandbox, compileStep, printed.promise, first, (result) => {
      compiled = result;
    });
    if (failure === null) {
      usage = new UsageMeter(sandbox.status, limits.memoryMb);
      sandbox.watch(limits, usage.baseline);
      compileStep.proceed();
    } else {
      settle(failure);
    }
  }
  void sandbox.limit.then((limit) => settle(endAtLimit(limit, sandbox, limits)));
  const running = new AbortController();
  const { input } = sandbox;
  if (input !== null) {
    feed(input, request, running.signal).catch(() => {
      settle(endedBy('INTERRUPTED', 'What was written to its stdin could not be read.'));
    });
    void passInterrupts(request.input, running.signal, () => input.interrupt(request.input.isOpen));
  }

  void sandbox.exited.then(async (exit) => {
    running.abort();
    for (const watch of watches) watch[Symbol.dispose]();
    await pumped;
    const { maxMemoryMb } = usage.total(exit);
    const exceeded = maxMemoryMb !== null && maxMemoryMb > limits.memoryMb;
    settle(exceeded ? outOfMemory(limits.memoryMb) : endOfProcess({ exit, lastWords }));
  });

  const outcome = await first;
  usage.sample();
  sandbox.kill();
  const exit = await sandbox.exited;
  await pumped;
  using output = sandbox.output;
  if (outcome.kind !== 'ended') return outcome;
  const hasRun = outcome.end.reason !== 'COMPILE_FAILED';
  if (hasRun) await output?.take(request.outputFiles, observer.files);
  const total = { ...usage.total(exit), ...(compiled === null ? {} : { compile: compiled }) };
  return ended({
    ...outcome.end,
    usage: hasRun ? total : usageOfCompiler(total),
    outputTruncated: chunker.truncated,
  });
}

function endAtLimit(limit: Limit, { threads }: LocalSandbox, limits: SandboxLimits): RunEnd {
  switch (limit) {
    case 'time':
      return timedOut(limits.timeoutMs);
    case 'memory':
      return outOfMemory(limits.memoryMb);
    case 'threads':
      return tooManyThreads(threads ?? 0);
  }
}

function lastStderr(before: string, chunks: readonly Chunk[]): string {
  let text = before;
  for (const chunk of chunks) if (chunk.stream === 'STDERR') text = (text + chunk.text).slice(-LAST_WORDS);
  return text;
}
