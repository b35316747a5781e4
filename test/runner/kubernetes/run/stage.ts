import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { RunEnd, TakenOver } from '../../../../src/executions/runner.ts';
import { adoptInPod, runInPod } from '../../../../src/runner/kubernetes/run/run.ts';
import { Observer, REQUEST, ScriptedPod } from './scripted-pod.ts';

export const EVICTED = { reason: 'EVICTED', message: 'The node ran out of disk.' } as const;

/**
 * One scripted pod and one observer for each test of a file, on a clock that stands. After each test nothing may be left
 * of a run but the conversation, which is another's.
 */
export class Stage {
  pod = new ScriptedPod();
  observer = new Observer();
  stop = new AbortController();
  closing = new AbortController();

  constructor() {
    beforeEach(async () => {
      vi.useFakeTimers();
      this.pod = new ScriptedPod();
      this.observer = new Observer();
      this.stop = new AbortController();
      this.closing = new AbortController();
      await this.pod.conversation.open(new AbortController().signal);
    });

    afterEach(async () => {
      expect(this.pod.listeners).toBe(0);
      this.pod[Symbol.dispose]();
      await vi.advanceTimersByTimeAsync(0);
      expect(vi.getTimerCount()).toBe(0);
      vi.useRealTimers();
    });
  }

  /** Puts a pod there whose conversation begins after that chunk, and is not open. */
  replacePod(after: number): void {
    this.pod[Symbol.dispose]();
    this.pod = new ScriptedPod(after);
  }

  /** A run that has begun. */
  async begin(request = REQUEST): Promise<{ readonly end: Promise<RunEnd> }> {
    const { stop, closing } = this;
    const stops = { stop: stop.signal, closing: closing.signal };
    const running = runInPod(this.pod, request, this.observer, { warm: true, placed() {}, ...stops });
    running.catch(() => undefined);
    await this.pass(0);
    return { end: running };
  }

  adopt(taken: TakenOver): Promise<RunEnd> {
    const { stop, closing } = this;
    return adoptInPod(this.pod, taken, this.observer, { stop: stop.signal, closing: closing.signal });
  }

  /** Lets time pass, milliseconds. */
  async pass(ms: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms);
  }

  /** What a run has come to when so much time has passed. */
  async within<T>(ms: number, settled: Promise<T>): Promise<T | 'pending'> {
    const outcomes: (() => T)[] = [];
    settled.then(
      (value) => outcomes.push(() => value),
      (error: unknown) =>
        outcomes.push(() => {
          throw error;
        }),
    );
    await this.pass(ms);
    return outcomes[0] === undefined ? 'pending' : outcomes[0]();
  }
}
