import type { Chunk, RunnerInfo } from '../../executions/execution.ts';
import type { RunEnd, RunObserver, RunRequest } from '../../executions/runner.ts';
import { endedBy, FirstEnding } from '../ends/ending.ts';
import { memoryEnding, outputEnding } from '../ends/endings.ts';
import { Chunker } from '../output/chunker.ts';
import { pump } from '../output/pump.ts';
import { exitEnding } from './ends/exit.ts';
import { endAtMemory } from './ends/memory.ts';
import { endOnStop } from './ends/stop.ts';
import { endAtTimeout } from './ends/timeout.ts';
import { encodePayload } from './sandbox/payload.ts';
import type { Sandbox } from './sandbox/sandbox.ts';

/** The time used is looked at when something is printed, but not more often than this, milliseconds. */
const CPU_LOOK_MS = 2;
/** Characters of stderr kept to tell a crash by. */
const LAST_WORDS = 2000;

/**
 * Runs one program in a ready sandbox to its end. The sandbox is used up: when the returned promise resolves its process
 * has ended and everything it printed was handed to the observer, up to the output limit. `stops` end the run from
 * outside, each with its own reason. Never rejects.
 */
export async function runInSandbox(
  sandbox: Sandbox,
  request: RunRequest,
  observer: RunObserver,
  { warm, stops }: { readonly warm: boolean; readonly stops: readonly AbortSignal[] },
): Promise<RunEnd> {
  const { limits } = request;
  const { first, settle } = new FirstEnding();
  const { status } = sandbox;
  const cpuBefore = status?.cpuMs() ?? null;
  let cpuMs: number | null = null;
  let cpuSeen = 0;
  const lookAtCpu = (): void => {
    cpuSeen = performance.now();
    const now = status?.cpuMs() ?? null;
    if (now !== null && cpuBefore !== null) cpuMs = now - cpuBefore;
  };
  let lastWords = '';

  const chunker = new Chunker({
    outputBytes: limits.outputBytes,
    output(chunks) {
      lastWords = lastStderr(lastWords, chunks);
      return observer.output(chunks);
    },
    limitReached() {
      settle(outputEnding(limits.outputBytes));
      // What comes now would only be dropped.
      sandbox.stdout.destroy();
      sandbox.stderr.destroy();
    },
    failed: () => settle(endedBy('INTERRUPTED', 'The output could not be kept.')),
  });

  const startedAt = Date.now();
  const startedTime = performance.now();
  observer.started(startedAt, { ...RUNNER, warm });
  const memory = endAtMemory(status, limits.memoryMb, settle);
  const watches = [
    memory,
    endAtTimeout(limits.timeoutMs, settle),
    ...stops.map((stop) => endOnStop(stop, settle)),
  ];

  const pumped = pump(sandbox, chunker, {
    // What a process that ended by itself used is there until it is reaped, which is after its pipes were read; the
    // memory it had is gone at once.
    onBytes() {
      if (memory.peakMb === null) memory.look();
      if (performance.now() - cpuSeen >= CPU_LOOK_MS) lookAtCpu();
    },
    onEnded: lookAtCpu,
  });
  sandbox.send(encodePayload(request, !sandbox.launcher.readsFromDirectory));

  void sandbox.exited.then(async (exit) => {
    for (const watch of watches) watch[Symbol.dispose]();
    await pumped;
    settle(memory.exceeded ? memoryEnding(limits.memoryMb) : exitEnding({ exit, lastWords }));
  });

  const ending = await first;
  memory.look();
  lookAtCpu();
  sandbox.kill();
  await sandbox.exited;
  const wallMs = Math.round(performance.now() - startedTime);
  await pumped;
  return {
    ...ending,
    usage: { wallMs, cpuMs, maxMemoryMb: memory.peakMb },
    outputTruncated: chunker.truncated,
  };
}

const RUNNER: Omit<RunnerInfo, 'warm'> = { kind: 'embedded', job: null, pod: null, podUid: null, node: null };

function lastStderr(before: string, chunks: readonly Chunk[]): string {
  let text = before;
  for (const chunk of chunks) if (chunk.stream === 'STDERR') text = (text + chunk.text).slice(-LAST_WORDS);
  return text;
}
