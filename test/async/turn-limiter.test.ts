import { expect, test } from 'vitest';
import { TurnLimiter } from '../../src/async/turn-limiter.ts';

/** A follower whose every event takes a millisecond of a clock that nothing else moves, and calls back in a tick. */
function crowdOf(size: number, events: number, turnMs: number) {
  let now = 0;
  const turns = new TurnLimiter(turnMs, () => now);
  const made: number[] = [];
  const follow = async (name: number): Promise<void> => {
    for (let event = 0; event < events; event++) {
      await turns.enter();
      now++;
      made.push(name);
      // As a write does that the kernel takes at once.
      await new Promise<void>((resolve) => process.nextTick(resolve));
    }
  };
  return { made, done: Promise.all(Array.from({ length: size }, (_, name) => follow(name))) };
}

test('what all followers do in one turn of the event loop is bounded, and timers and I/O get their turn', async () => {
  const { made, done } = crowdOf(300, 10, 10);
  const perTurn: number[] = [];
  let before = 0;
  let timers = 0;
  const timer = setInterval(() => timers++, 0);
  const count = (): void => {
    perTurn.push(made.length - before);
    before = made.length;
    if (made.length < 3000) setImmediate(count);
  };
  setImmediate(count);
  await done;
  clearInterval(timer);
  expect(made).toHaveLength(3000);
  // One turn's end and the next one's beginning may fall between two looks.
  expect(Math.max(...perTurn)).toBeLessThanOrEqual(20);
  expect(timers).toBeGreaterThan(0);
});

test('they work in the order they came', async () => {
  const { made, done } = crowdOf(50, 4, 10);
  await done;
  const round = Array.from({ length: 50 }, (_, name) => name);
  const second = made.slice(-100, -50);
  expect([...second].sort((a, b) => a - b)).toEqual(round);
});

test('one who is alone does not wait while there is time', async () => {
  const turns = new TurnLimiter(10, () => 0);
  for (let event = 0; event < 1000; event++) {
    expect(turns.enter()).toBeUndefined();
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
});

test('one who has entered goes before those who wait, as long as there is time', async () => {
  let now = 0;
  const turns = new TurnLimiter(10, () => now);
  expect(turns.enter()).toBeUndefined();
  now = 10;
  const waiting = turns.enter();
  expect(waiting).toBeInstanceOf(Promise);
  expect(turns.reenter()).toBeInstanceOf(Promise);
  now = 5;
  expect(turns.enter()).toBeInstanceOf(Promise);
  expect(turns.reenter()).toBeUndefined();
  await waiting;
});
