import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DueTimer } from '../../src/async/due-timer.ts';

let calls: number[] = [];
let began = 0;
beforeEach(() => {
  vi.useFakeTimers();
  calls = [];
  began = performance.now();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function timer(): DueTimer {
  return new DueTimer(() => calls.push(performance.now() - began));
}

test('calls back once, at the earliest time it was given', () => {
  const due = timer();
  due.set(began + 300);
  due.set(began + 100);
  due.set(began + 200);
  vi.advanceTimersByTime(1000);
  expect(calls).toEqual([100]);
});

test('is never early, and calls back at once for a time that has passed', () => {
  const due = timer();
  due.set(began + 0.4);
  vi.advanceTimersByTime(1);
  due.set(began - 5);
  vi.advanceTimersByTime(0);
  expect(calls).toEqual([1, 1]);
});

test('an infinite time takes back what was given before', () => {
  const due = timer();
  due.set(began + 100);
  due.set(Number.POSITIVE_INFINITY);
  vi.advanceTimersByTime(1000);
  expect(calls).toEqual([]);
});

test('can be set from its callback, and after it was disposed', () => {
  const due: DueTimer = new DueTimer(() => {
    calls.push(performance.now() - began);
    if (calls.length < 3) due.set(performance.now() + 10);
  });
  due.set(began + 10);
  vi.advanceTimersByTime(100);
  expect(calls).toEqual([10, 20, 30]);
  due.set(began + 200);
  due[Symbol.dispose]();
  vi.advanceTimersByTime(1000);
  expect(calls).toHaveLength(3);
});
