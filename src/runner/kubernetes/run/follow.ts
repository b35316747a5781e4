import type { Limits, RunnerInfo } from '../../../executions/execution.ts';
import type { RunEnd, RunObserver } from '../../../executions/runner.ts';
import { FirstEnding } from '../../ends/ending.ts';
import { outputEnding } from '../../ends/endings.ts';
import type { ConversationHandlers, EndFrame } from '../conversation/frames.ts';
import type { Pod } from '../pods/pod.ts';
import { Contact } from './contact.ts';
import { endBroken } from './ends/broken.ts';
import { letGo } from './ends/let-go.ts';
import { endTerminated, endWithPod } from './ends/pod.ts';
import { endInSilence } from './ends/silence.ts';
import { endOnStop, onAbort } from './ends/stop.ts';
import { endAtTimeout, GIVE_UP_AFTER_MS } from './ends/timeout.ts';
import { toldEnding } from './ends/told.ts';
import { readWhileAway } from './log.ts';
import { Handover } from './output.ts';
import { usageOf } from './usage.ts';

/** A program that a pod was, or is about to be, given. */
export interface Program {
  readonly limits: Limits;
  readonly runner: RunnerInfo;
  /** Its start cannot have been earlier, milliseconds since 1970. */
  readonly earliest: number;
  /** When it started; null when that has not been told. */
  readonly startedAt: number | null;
  /** UTF-8 bytes of text that another process received. */
  readonly bytes: number;
  /** Whether it was taken over: another process may have given it to the pod, and the times above are by other clocks. */
  readonly isAdopted: boolean;
  /** Gives the program to the pod's conversation, with who listens. */
  readonly begin: (handlers: ConversationHandlers) => void;
}

export interface Stops {
  /** Aborts with a `StopReason`. */
  readonly stop: AbortSignal;
  /** This process goes away. */
  readonly closing: AbortSignal;
}

/**
 * One program from its payload to its end, or until it is let go of; both after all that was received has been handed
 * over. The pod is left as it is.
 *
 * @throws RunnerNotReadyError, RunnerDetachedError as `Runner.run` does
 */
export async function followProgram(
  pod: Pod,
  program: Program,
  observer: RunObserver,
  { stop, closing }: Stops,
): Promise<RunEnd> {
  const { conversation } = pod;
  const { limits, earliest, isAdopted } = program;
  const { first, settle, leave } = new FirstEnding();
  const run = new AbortController();
  const over = run.signal;
  const contact = new Contact();
  using watches = new DisposableStack();
  watches.defer(() => run.abort());
  let startedAt: number | null = null;
  let told = null as EndFrame | null;
  let timeLimit: Disposable | null = null;
  const wasGiven = (): boolean => isAdopted || conversation.payloadWasSent;

  const output = watches.use(
    new Handover({
      observer,
      conversation,
      outputBytes: limits.outputBytes,
      bytes: program.bytes,
      limitReached() {
        conversation.stop('output', 0);
        settle(outputEnding(limits.outputBytes));
      },
    }),
  );

  function begin(at: number): void {
    startedAt = at;
    output.startedAt(at);
    // The launcher counts from the start; from outside there is only the time that passed by this clock.
    const agoMs = isAdopted ? 0 : Math.max(0, Date.now() - at);
    timeLimit = watches.use(endAtTimeout(limits.timeoutMs, agoMs, conversation, contact, settle));
  }

  watches.defer(() => conversation.withdraw());
  const goAway = (): void => letGo(leave);
  watches.use(onAbort(closing, goAway));
  watches.use(endOnStop(stop, { conversation, settle, letGo: goAway }));
  if (program.startedAt !== null) begin(program.startedAt);
  program.begin({
    started(toldAt) {
      if (over.aborted || startedAt !== null) return;
      const at = Math.round(Math.min(Math.max(toldAt, earliest), Date.now()));
      observer.started(at, program.runner);
      begin(at);
    },
    output: (chunks) => output.take(chunks),
    ended(end) {
      told = end;
      const ending = toldEnding(end, limits);
      if (ending !== null) settle(ending);
      else {
        // It has ended; the pod may take longer to say why.
        timeLimit?.[Symbol.dispose]();
        void endTerminated(pod, { settle, over });
      }
    },
    broken: (reason) => endBroken(reason, wasGiven(), settle, leave),
  });
  void endWithPod(pod, { wasGiven, settle, leave, over });
  void readWhileAway(pod, contact, over, () => endInSilence(pod, contact, limits.timeoutMs, settle));

  const ending = await first;
  await output.close();
  const now = Date.now();
  const seenMs = startedAt === null ? null : Math.max(0, now - startedAt);
  // What another clock said bounds nothing: then the limit does.
  const mostMs = isAdopted ? limits.timeoutMs + GIVE_UP_AFTER_MS : Math.max(0, now - earliest);
  return {
    ...ending,
    usage: usageOf(told, seenMs, mostMs),
    outputTruncated: output.truncated || (told?.truncated ?? false),
  };
}
