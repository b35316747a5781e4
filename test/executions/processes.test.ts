import { expect, test } from 'vitest';
import { Processes } from '../../src/executions/processes.ts';
import { SILENT } from './service.ts';
import { SharedRecords } from './shared-records.ts';

const LEASE_MS = 10_000;

/** Processes on the same records, by a clock that the test moves. */
function open(...names: readonly string[]) {
  const records = new SharedRecords();
  const time = { now: 0 };
  const options = { leaseMs: LEASE_MS, clock: () => time.now };
  const processes = names.map((name) => new Processes(records, name, SILENT, options));
  /** Moves the clock, and lets all of these beat. */
  const at = async (now: number, ...beating: readonly Processes[]) => {
    time.now = now;
    for (const process of beating) await process.beat();
  };
  const [own, other] = processes;
  if (!own) throw new Error('Expected a name, got none.');
  return { records, time, own, other: other ?? own, at };
}

test('a process is gone when its counter has stood still for the lease', async () => {
  const { own, other, at } = open('own', 'other');
  for (let now = 0; now <= 20_000; now += 2000) {
    await at(now, other, own);
    expect(own.isGone('other')).toBe(false);
  }
  for (let now = 22_000; now < 30_000; now += 2000) {
    await at(now, own);
    expect(own.isGone('other')).toBe(false);
  }
  await at(30_000, own);
  expect(own.isGone('other')).toBe(true);
  await at(31_000, other);
  await at(32_000, own);
  expect(own.isGone('other')).toBe(false);
});

test('one that was never heard of is waited for just as long', async () => {
  const { own, at } = open('own');
  expect(own.isGone('nobody')).toBe(false);
  for (let now = 0; now <= 12_000; now += 2000) {
    await at(now, own);
    expect(own.isGone('nobody')).toBe(now >= LEASE_MS);
  }
});

test('nobody is gone for a store that was away, or for a pause of this process itself', async () => {
  const { records, own, at } = open('own');
  await records.beat('other');
  await at(0, own);
  records.away = true;
  await at(9000, own);
  await at(60_000);
  expect(own.isGone('other')).toBe(false);
  records.away = false;
  await at(60_000, own);
  expect(own.isGone('other')).toBe(false);
  await at(120_000, own);
  expect(own.isGone('other')).toBe(false);
});

/** The store is there for `seenMs`, away for as long, and so on, while this process beats; the other one as it is told. */
async function flapping(seenMs: number, otherBeatsAt: readonly number[]): Promise<(number | null)[]> {
  const { records, own, other, at } = open('own', 'other');
  await at(0, other, own);
  const goneAt: number[] = [];
  for (let now = 1000; now <= 100_000; now += 1000) {
    records.away = now % (2 * seenMs) >= seenMs;
    if (otherBeatsAt.includes(now)) await at(now, other);
    if (now % 2000 === 0) await at(now, own);
    if (own.isGone('other')) goneAt.push(now);
  }
  return [goneAt[0] ?? null, goneAt.at(-1) ?? null];
}

test('one that is gone is so also for a store that is away again and again', async () => {
  const [first] = await flapping(9000, []);
  expect(first).toBeGreaterThan(3 * LEASE_MS);
  expect(first).toBeLessThan(7 * LEASE_MS);
});

test('one that comes back each time, if late, is not', async () => {
  expect(await flapping(9000, [22_000, 41_000, 58_000, 76_000, 95_000])).toEqual([null, null]);
});

test('what can be seen for no longer than a process takes to come back makes nobody look gone', async () => {
  expect(await flapping(5000, [])).toEqual([null, null]);
});

test('nobody is gone for a store that was slow to answer, or for a pause while it was asked', async () => {
  const { records, time, own, other, at } = open('own', 'other');
  await at(0, other, own);
  time.now = 2000;
  const beating = own.beat();
  // Its answer is there long before this process goes on.
  time.now = 32_000;
  expect(own.isGone('other')).toBe(false);
  await beating;
  expect(own.isGone('other')).toBe(false);
  await at(34_000, own);
  expect(own.isGone('other')).toBe(false);
  await records.beat('other');
  for (let now = 36_000; now <= 46_000; now += 2000) await at(now, own);
  expect(own.isGone('other')).toBe(true);
});

test('a beat that hangs, on a connection that is dead, makes its process look gone to nobody', async () => {
  const { records, own, other, at } = open('own', 'other');
  await at(0, other, own);
  const beat = records.beat.bind(records);
  let hangs = true;
  records.beat = async (id) => {
    if (id === 'own' && hangs) {
      hangs = false;
      await new Promise(() => {});
    }
    return beat(id);
  };
  for (let now = 2000; now <= 30_000; now += 2000) {
    await at(now, other);
    void own.beat();
    await new Promise((resolve) => setImmediate(resolve));
    expect(other.isGone('own')).toBe(false);
  }
  expect(hangs).toBe(false);
});

test('leaves the list when it closes, and takes the long gone from it', async () => {
  const { records, own, at } = open('own');
  await records.beat('other');
  for (let now = 0; now <= 700_000; now += 2000) await at(now, own);
  expect(await records.listProcesses()).toMatchObject([{ id: 'own' }]);
  const beating = own.beat();
  await own[Symbol.asyncDispose]();
  await beating;
  expect(await records.listProcesses()).toEqual([]);
});
