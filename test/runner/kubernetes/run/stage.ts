import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { Adoption, RunEnd } from '../../../../src/executions/run.ts';
import type { RunOutcome } from '../../../../src/executions/runner.ts';
import { adoptInPod, runInPod } from '../../../../src/runner/kubernetes/run/run.ts';
import { DEFAULT_LANGUAGE } from '../../../../src/runner/languages/languages.ts';
import { endOf } from '../../../contract/runner/run.ts';
import { Observer, REQUEST, ScriptedPod } from './scripted-pod.ts';

export const EVICTED = { reason: 'EVICTED', message: 'The node ran out of disk.' } as const;

export interface BegunRun {
  readonly outcome: Promise<RunOutcome>;
  /** Rejects when it has another outcome. */
  readonly end: Promise<RunEnd>;
}

/**
 * One scripted pod and one observer for each test of a file, on a clock that stands. After each test nothing may be left
 * of a run but the session, which is another's.
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
      await this.pod.session.open(new AbortController().signal);
    });

    afterEach(async () => {
      expect(this.pod.listeners).toBe(0);
      this.pod[Symbol.dispose]();
      await vi.advanceTimersByTimeAsync(0);
      expect(vi.getTimerCount()).toBe(0);
      vi.useRealTimers();
    });
  }

  /** Puts a pod there whose session begins after that chunk, and is not open. */
  replacePod(after: number): void {
    this.pod[Symbol.dispose]();
    this.pod = new ScriptedPod(after);
  }

  /** A run that has begun. */
  async begin(request = REQUEST): Promise<BegunRun> {
    const { stop, closing } = this;
    const stops = { stop: stop.signal, closing: closing.signal };
    const running = runInPod(this.pod, request, this.observer, {
      language: DEFAULT_LANGUAGE,
      warm: true,
      onBound() {},
      ...stops,
    });
    running.catch(() => undefined);
    await this.pass(0);
    return {
      outcome: running,
      get end() {
        return endOf(running);
      },
    };
  }

  adopt(adoption: Adoption): Promise<RunEnd> {
    return endOf(this.adoption(adoption));
  }

  /** What an adoption comes to. */
  adoption(adoption: Adoption): Promise<RunOutcome> {
    const { stop, closing } = this;
    return adoptInPod(this.pod, adoption, this.observer, DEFAULT_LANGUAGE, {
      stop: stop.signal,
      closing: closing.signal,
    });
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
