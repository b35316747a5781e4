import { describe, expect, it } from 'vitest';
import {
  type ProbeAction,
  Probes,
  type StreamSample,
} from '../../../../src/runner/kubernetes/session/probes.ts';

const IDLE_STREAM: StreamSample = { isPaused: false, bufferedBytes: 0 };

/** Probes on a clock of its own, whose every action is carried out at once; the launcher responds when a test says so. */
class Clock {
  readonly probes = new Probes();
  /** What was done, and when. */
  readonly done: [number, ProbeAction][] = [];
  sample = IDLE_STREAM;
  now = 0;
  /** The launcher responds to each probe at once that it has sent more than was received. */
  neverComplete = false;

  do(action: ProbeAction | null): void {
    if (action === null) return;
    this.done.push([this.now, action]);
    if (action === 'reconnect') this.probes.streamClosed();
    if (action !== 'probe' && action !== 'request') return;
    this.probes.sent(action === 'request', this.now);
    if (!this.neverComplete) return;
    this.probes.received(this.now);
    this.do(this.probes.responded(false, this.now));
  }

  /** Lets time pass up to a moment, polling whenever that is due. */
  until(end: number): void {
    for (let due = this.probes.dueAt; due <= end; due = this.probes.dueAt) {
      this.now = Math.max(this.now, due);
      this.do(this.probes.poll(this.now, this.sample));
    }
    this.now = end;
  }

  /** What was done since this was called last. */
  take(): [number, ProbeAction][] {
    return this.done.splice(0);
  }

  /** A stream on which the launcher has responded. */
  attached(): this {
    this.do(this.probes.streamOpened(this.now));
    this.probes.responded(true, this.now);
    this.take();
    return this;
  }
}

describe("a stream's first probe", () => {
  it('is repeated ever more rarely until there is a response', () => {
    const clock = new Clock();
    clock.do(clock.probes.streamOpened(0));
    clock.until(4000);
    expect(clock.take()).toEqual([
      [0, 'request'],
      [500, 'request'],
      [1500, 'request'],
      [3500, 'request'],
    ]);
    clock.do(clock.probes.responded(true, 4000));
    clock.until(9000);
    expect(clock.take()).toEqual([]);
  });

  it('is not repeated while the stream is paused', () => {
    const clock = new Clock();
    clock.do(clock.probes.streamOpened(0));
    clock.sample = { isPaused: true, bufferedBytes: 0 };
    clock.until(4000);
    expect(clock.take()).toEqual([[0, 'request']]);
  });

  it('gets 10 s for its response', () => {
    const clock = new Clock();
    clock.do(clock.probes.streamOpened(0));
    clock.until(20_000);
    expect(clock.take().at(-1)).toEqual([10_000, 'reconnect']);
  });
});

describe('a silent stream', () => {
  it('is probed after 10 s, and replaced when there is no response in 10 s more', () => {
    const clock = new Clock().attached();
    clock.until(4000);
    clock.probes.received(4000);
    clock.until(30_000);
    expect(clock.take()).toEqual([
      [14_000, 'probe'],
      [24_000, 'reconnect'],
    ]);
  });

  it.each([
    ['while it is paused', (): StreamSample => ({ isPaused: true, bufferedBytes: 0 })],
    ['while what is sent gets less', (now: number) => ({ isPaused: false, bufferedBytes: 1e9 - now })],
  ])('is not replaced %s', (_, sampleAt) => {
    const clock = new Clock().attached();
    for (let now = 0; now < 100_000; now += 1000) {
      clock.sample = sampleAt(now);
      clock.until(now);
    }
    expect(clock.take().map(([, action]) => action)).not.toContain('reconnect');
  });

  it('is not waited for once it is closed', () => {
    const clock = new Clock().attached();
    clock.probes.streamClosed();
    expect(clock.probes.dueAt).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('what is missing', () => {
  it('is requested at once, then with growing pauses, and given up after six attempts', () => {
    const clock = new Clock().attached();
    clock.neverComplete = true;
    clock.until(1000);
    clock.do(clock.probes.missed(1000));
    clock.until(19_200);
    expect(clock.take()).toEqual([
      [1000, 'request'],
      [3200, 'request'],
      [5600, 'request'],
      [8400, 'request'],
      [12_000, 'request'],
      [17_200, 'request'],
      [19_200, 'break'],
    ]);
  });

  it('has 2 s to follow its response before it is requested again', () => {
    const clock = new Clock().attached();
    clock.until(1000);
    clock.do(clock.probes.missed(1000));
    clock.do(clock.probes.responded(false, 1000));
    clock.until(3500);
    expect(clock.take()).toEqual([
      [1000, 'request'],
      [3200, 'request'],
    ]);
    expect(clock.probes.hasGap).toBe(true);
    clock.probes.progress();
    expect(clock.probes.hasGap).toBe(false);
  });

  it('is not requested twice within 100 ms', () => {
    const clock = new Clock().attached();
    clock.now = 1000;
    clock.do('request');
    clock.do(clock.probes.responded(true, 1000));
    clock.now = 1030;
    clock.do(clock.probes.missed(1030));
    clock.until(2000);
    expect(clock.take()).toEqual([
      [1000, 'request'],
      [1100, 'request'],
    ]);
  });

  it('is found by the response to a mere probe', () => {
    const clock = new Clock().attached();
    clock.until(10_000);
    expect(clock.take()).toEqual([[10_000, 'probe']]);
    clock.do(clock.probes.responded(false, 10_000));
    expect(clock.take()).toEqual([[10_000, 'request']]);
  });

  it('is requested by the next stream when its stream is gone', () => {
    const clock = new Clock().attached();
    clock.until(1000);
    clock.do(clock.probes.missed(1000));
    clock.probes.streamClosed();
    clock.until(60_000);
    expect(clock.take()).toEqual([[1000, 'request']]);
    clock.do(clock.probes.streamOpened(60_000));
    expect(clock.take()).toEqual([[60_000, 'request']]);
  });
});
