import type { CompileResult, Limits, RunnerInfo, Usage } from '../../../executions/execution.ts';
import type { ProgramInput, RunObserver } from '../../../executions/run.ts';
import { endedBy, outputLimit, type Settle, usageOfCompiler } from '../../run/endings/ending.ts';
import { endWhenOverdue, endWhenSilent, GIVE_UP_AFTER_MS, Liveness } from '../../run/endings/liveness.ts';
import { DETACHED, ended, FirstOutcome, notStarted, type SandboxOutcome } from '../../run/endings/outcome.ts';
import { reportedEnd } from '../../run/endings/reported.ts';
import { cancelOrDetach, onAbort, passInterrupts, type StopTimes } from '../../run/endings/stop.ts';
import { LAUNCHER_MEMORY_MB, LINGER_MS } from '../launchers/launcher.ts';
import type { Pod } from '../pods/pod.ts';
import type { SessionHandlers } from '../session/dispatcher.ts';
import type { CompileFrame, EndFrame } from '../session/frames.ts';
import type { RemoteProgram } from '../session/remote-program.ts';
import { takeFiles } from './files.ts';
import { readWhileAway } from './log.ts';
import { OutputSink } from './output-sink.ts';
import { endTerminated, endWithPod } from './pod-end.ts';

/** A program that a pod was, or is about to be, given. */
export interface Program {
  /** The execution's. */
  readonly id: string;
  readonly limits: Limits;
  readonly runner: RunnerInfo;
  /** How long its compile step may take, milliseconds; 0 without one. */
  readonly compileMs: number;
  /** Its start cannot have been earlier, milliseconds since 1970. */
  readonly earliest: number;
  /** When it started; null when that was not reported. */
  readonly startedAt: number | null;
  /** UTF-8 bytes of text that another process received. */
  readonly bytes: number;
  readonly input: ProgramInput;
  /** Which of the files that it leaves are taken. */
  readonly outputFiles: readonly string[];
  /** Where what is written to its stdin begins; null: only its launcher can tell. */
  readonly stdinFrom: number | null;
  /** Whether it was adopted: another process may have given it to the pod, and the times above are by other clocks. */
  readonly isAdopted: boolean;
  /** Gives the program to the pod's session, with who listens. */
  readonly begin: (handlers: SessionHandlers) => void;
  /** Called with the end that its launcher reports. Must not throw. */
  readonly onReported?: (end: EndFrame) => void;
  /** How long it has to end when it is cancelled. Default: what `cancel` promises. */
  readonly stopTimes?: StopTimes;
}

export interface Stops {
  /** Aborts with a `StopReason`. */
  readonly stop: AbortSignal;
  /** This process goes away. */
  readonly closing: AbortSignal;
  /** Its session ends, and the program with it. */
  readonly ending?: AbortSignal;
}

/**
 * One program from its payload to its end, or until this process detaches from it; both after all that was received was
 * given to the observer. The pod is left as it is.
 */
export async function followProgram(
  pod: Pod,
  program: Program,
  observer: RunObserver,
  { stop, closing, ending }: Stops,
): Promise<SandboxOutcome> {
  const { session } = pod;
  const { limits, compileMs, earliest, isAdopted } = program;
  const { first, settle, leave } = new FirstOutcome();
  const run = new AbortController();
  const leaving = new AbortController();
  const over = run.signal;
  const liveness = new Liveness();
  using watches = new DisposableStack();
  watches.defer(() => run.abort());
  let startedAt: number | null = null;
  let reported = null as EndFrame | null;
  const launcherEnd = Promise.withResolvers<EndFrame | null>();
  let timeLimit = null as Disposable | null;
  const wasGiven = (): boolean => isAdopted || session.program.payloadWasSent;

  const output = watches.use(
    new OutputSink({
      observer,
      program: session.program,
      outputBytes: limits.outputBytes,
      bytes: program.bytes,
      limitReached() {
        session.program.stop('output', 0);
        settle(outputLimit(limits.outputBytes));
      },
    }),
  );

  function begin(at: number): void {
    startedAt = at;
    output.startedAt(at);
    // The launcher counts from the start; from outside there is only the time that passed by this clock.
    const agoMs = isAdopted ? 0 : Math.max(0, Date.now() - at);
    // What comes before the program has a time of its own.
    timeLimit = watches.use(endWhenOverdue(limits.timeoutMs, agoMs - compileMs, session, liveness, settle));
  }

  watches.defer(() => session.program.withdrawPayload());
  const detach = (): void => {
    leaving.abort();
    leave(DETACHED);
  };
  watches.use(onAbort(closing, detach));
  watches.use(onAbort(session.fenced, detach));
  watches.use(cancelOrDetach(stop, { program: session.program, settle, detach, times: program.stopTimes }));
  if (ending !== undefined) watches.use(endWithSession(ending, session.program, settle));
  if (program.startedAt !== null) begin(program.startedAt);
  const { input, stdinFrom } = program;
  if (input.isOpen) {
    session.program.stdin.feed(input, stdinFrom, over).catch(() => {
      settle(endedBy('INTERRUPTED', 'What was written to its stdin could not be read.'));
    });
  }
  program.begin({
    started(toldAt) {
      if (over.aborted || startedAt !== null) return;
      const at = Math.round(Math.min(Math.max(toldAt, earliest), Date.now()));
      observer.started(at, program.runner);
      begin(at);
    },
    output: output.take.bind(output),
    ended(end) {
      reported = end;
      launcherEnd.resolve(end);
      program.onReported?.(end);
      const own = reportedEnd(end, limits);
      if (own !== null) settle(own);
      else {
        // It has ended; the pod may take longer to say why.
        timeLimit?.[Symbol.dispose]();
        void endTerminated(pod, { settle, over });
      }
    },
    broken(reason) {
      launcherEnd.resolve(null);
      if (wasGiven()) settle(endedBy('INTERRUPTED', reason));
      else leave(notStarted(reason));
    },
  });
  void passInterrupts(input, over, (requested) => session.program.interrupt(requested));
  void endWithPod(pod, { wasGiven, settle, leave, over });
  void readWhileAway(pod, liveness, over, () => {
    const { state } = pod.observe();
    // One that is known to have ended has its own end.
    if (state === 'ended' || state === 'gone') return;
    endWhenSilent(liveness, { timeoutMs: limits.timeoutMs + compileMs, lingerMs: LINGER_MS }, settle);
  });

  const outcome = await first;
  await output.close();
  if (outcome.kind !== 'ended') return outcome;
  const now = Date.now();
  const seenMs = startedAt === null ? null : Math.max(0, now - startedAt);
  const isCompiled = outcome.end.reason !== 'COMPILE_FAILED';
  if (startedAt !== null && isCompiled && program.outputFiles.length > 0) {
    // The log need not be read any more, which has all that was taken.
    run.abort();
    timeLimit?.[Symbol.dispose]();
    const { id } = program;
    const options = { id, end: launcherEnd.promise, sink: observer.files, leaving: leaving.signal };
    if (!(await takeFiles(pod, options))) return DETACHED;
  }
  // What another clock said bounds nothing: then the limit does.
  const maxMs = isAdopted ? limits.timeoutMs + compileMs + GIVE_UP_AFTER_MS : Math.max(0, now - earliest);
  const usage = usageOf(reported, seenMs, {
    wallMs: maxMs,
    cpuMillis: limits.cpuMillis,
    memoryMb: limits.memoryMb + LAUNCHER_MEMORY_MB[pod.launcher],
  });
  return ended({
    ...outcome.end,
    usage: isCompiled || usage === null ? usage : usageOfCompiler(usage),
    outputTruncated: output.truncated || (reported?.truncated ?? false),
  });
}

/** How long a launcher has to report the end of what ends with its session, milliseconds. */
const SESSION_END_MS = 1000;

/** Has what runs in a session killed, and all that it printed read, when the session ends. */
function endWithSession(ending: AbortSignal, program: RemoteProgram, settle: Settle): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const watch = onAbort(ending, () => {
    program.stop('closed', 0);
    timer = setTimeout(() => settle(endedBy('INTERRUPTED', 'Its session has ended.')), SESSION_END_MS);
  });
  return {
    [Symbol.dispose]() {
      watch[Symbol.dispose]();
      clearTimeout(timer);
    },
  };
}

/** The bounds of what a run can have used. */
export interface MaxUsage {
  /** How long it can have taken, milliseconds. */
  readonly wallMs: number;
  /** How much of a processor it had, thousandths. */
  readonly cpuMillis: number;
  /** The memory of its container, MiB. */
  readonly memoryMb: number;
}

/** How much more processor time than its share a run may show: periods of the scheduler, its launcher's; milliseconds. */
const CPU_SLACK_MS = 1000;

/**
 * What a run used, as its launcher reported it. A program may have reported it in the launcher's place: no figure is more
 * than it can have been.
 *
 * @param wallMs how long the run took as seen from here; null when it did not start
 */
export function usageOf(reported: EndFrame | null, wallMs: number | null, max: MaxUsage): Usage | null {
  const wall = reported?.wallMs ?? wallMs;
  if (wall === null) return null;
  const maxCpuMs = (max.wallMs * Math.max(1000, max.cpuMillis)) / 1000 + CPU_SLACK_MS;
  const { compile = null } = reported ?? {};
  return {
    wallMs: Math.round(Math.min(wall, max.wallMs)),
    cpuMs: bounded(reported?.cpuMs ?? null, maxCpuMs, 1),
    maxMemoryMb: bounded(reported?.maxMemoryMb ?? null, max.memoryMb, 10),
    ...(compile !== null && { compile: compileResult(compile, max.wallMs) }),
  };
}

function compileResult({ exitCode, durationMs }: CompileFrame, maxMs: number): CompileResult {
  return { exitCode, durationMs: Math.round(Math.min(durationMs, maxMs)), succeeded: exitCode === 0 };
}

function bounded(figure: number | null, max: number, parts: number): number | null {
  return figure === null ? null : Math.round(Math.min(figure, max) * parts) / parts;
}
