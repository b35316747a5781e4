import { expect, test } from 'vitest';
import { Membership } from '../../src/executions/membership.ts';
import { SILENT } from './service.ts';
import { SharedRecords } from './shared-records.ts';

const LEASE_MS = 10_000;

/** Processes on the same records, by a clock that the test moves. */
function open(...names: readonly string[]) {
  const records = new SharedRecords();
  const time = { now: 0 };
  const options = { leaseMs: LEASE_MS, clock: () => time.now };
  const processes = names.map((name) => new Membership(records, name, SILENT, options));
  /** Moves the clock, and lets all of these raise and read heartbeats. */
  const at = async (now: number, ...beating: readonly Membership[]) => {
    time.now = now;
    for (const process of beating) await process.heartbeat();
  };
  const [own, other] = processes;
  if (!own) throw new Error('Expected a name, got none.');
  return { records, time, own, other: other ?? own, at };
}

test('a process expires when its heartbeat has not changed for the lease', async () => {
  const { own, other, at } = open('own', 'other');
  for (let now = 0; now <= 20_000; now += 2000) {
    await at(now, other, own);
    expect(own.isExpired('other')).toBe(false);
  }
  for (let now = 22_000; now < 30_000; now += 2000) {
    await at(now, own);
    expect(own.isExpired('other')).toBe(false);
  }
  await at(30_000, own);
  expect(own.isExpired('other')).toBe(true);
  await at(31_000, other);
  await at(32_000, own);
  expect(own.isExpired('other')).toBe(false);
});

test('one without a heartbeat gets a whole lease', async () => {
  const { own, at } = open('own');
  expect(own.isExpired('nobody')).toBe(false);
  for (let now = 0; now <= 12_000; now += 2000) {
    await at(now, own);
    expect(own.isExpired('nobody')).toBe(now >= LEASE_MS);
  }
});

test('nobody expires for a store that was away, or for a pause of this process itself', async () => {
  const { records, own, at } = open('own');
  await records.heartbeat('other');
  await at(0, own);
  records.away = true;
  await at(9000, own);
  await at(60_000);
  expect(own.isExpired('other')).toBe(false);
  records.away = false;
  await at(60_000, own);
  expect(own.isExpired('other')).toBe(false);
  await at(120_000, own);
  expect(own.isExpired('other')).toBe(false);
});

/**
 * The store is there for `seenMs`, away for as long, and so on, while this process raises its heartbeat every 2 s, and the
 * other one at the times given.
 */
async function flapping(seenMs: number, otherAt: readonly number[]): Promise<(number | null)[]> {
  const { records, own, other, at } = open('own', 'other');
  await at(0, other, own);
  const expiredAt: number[] = [];
  for (let now = 1000; now <= 100_000; now += 1000) {
    records.away = now % (2 * seenMs) >= seenMs;
    if (otherAt.includes(now)) await at(now, other);
    if (now % 2000 === 0) await at(now, own);
    if (own.isExpired('other')) expiredAt.push(now);
  }
  return [expiredAt[0] ?? null, expiredAt.at(-1) ?? null];
}

test('one that is gone expires also while the store is away again and again', async () => {
  const [first] = await flapping(9000, []);
  expect(first).toBeGreaterThan(3 * LEASE_MS);
  expect(first).toBeLessThan(7 * LEASE_MS);
});

test('one that comes back each time, if late, does not', async () => {
  expect(await flapping(9000, [22_000, 41_000, 58_000, 76_000, 95_000])).toEqual([null, null]);
});

test('times of observation no longer than a process takes to come back expire nobody', async () => {
  expect(await flapping(5000, [])).toEqual([null, null]);
});

test('nobody expires for a store that was slow to respond, or for a pause during a request', async () => {
  const { records, time, own, other, at } = open('own', 'other');
  await at(0, other, own);
  time.now = 2000;
  const beating = own.heartbeat();
  // Its answer is there long before this process goes on.
  time.now = 32_000;
  expect(own.isExpired('other')).toBe(false);
  await beating;
  expect(own.isExpired('other')).toBe(false);
  await at(34_000, own);
  expect(own.isExpired('other')).toBe(false);
  await records.heartbeat('other');
  for (let now = 36_000; now <= 46_000; now += 2000) await at(now, own);
  expect(own.isExpired('other')).toBe(true);
});

test('a heartbeat that hangs, on a dead connection, does not expire its process', async () => {
  const { records, own, other, at } = open('own', 'other');
  await at(0, other, own);
  const heartbeat = records.heartbeat.bind(records);
  let hangs = true;
  records.heartbeat = async (id) => {
    if (id === 'own' && hangs) {
      hangs = false;
      await new Promise(() => {});
    }
    return heartbeat(id);
  };
  for (let now = 2000; now <= 30_000; now += 2000) {
    await at(now, other);
    void own.heartbeat();
    await new Promise((resolve) => setImmediate(resolve));
    expect(other.isExpired('own')).toBe(false);
  }
  expect(hangs).toBe(false);
});

test('leaves the list when it closes, and removes those that expired long ago', async () => {
  const { records, own, at } = open('own');
  await records.heartbeat('other');
  for (let now = 0; now <= 700_000; now += 2000) await at(now, own);
  expect(await records.listProcesses()).toMatchObject([{ id: 'own' }]);
  const beating = own.heartbeat();
  await own[Symbol.asyncDispose]();
  await beating;
  expect(await records.listProcesses()).toEqual([]);
});
