import { expect, test } from 'vitest';
import { Processes } from '../../src/executions/processes.ts';
import { SILENT } from './service.ts';
import { SharedRecords } from './shared-records.ts';

const LEASE_MS = 10_000;
const lease = { leaseMs: LEASE_MS };

test('a process is gone when its counter has stood still for the lease', async () => {
  const records = new SharedRecords();
  const own = new Processes(records, 'own', SILENT, lease);
  const other = new Processes(records, 'other', SILENT, lease);
  for (let now = 0; now <= 20_000; now += 2000) {
    await other.beat(now);
    await own.beat(now);
    expect(own.isGone('other', now)).toBe(false);
  }
  for (let now = 22_000; now < 30_000; now += 2000) {
    await own.beat(now);
    expect(own.isGone('other', now)).toBe(false);
  }
  await own.beat(30_000);
  expect(own.isGone('other', 30_000)).toBe(true);
  await other.beat(31_000);
  await own.beat(32_000);
  expect(own.isGone('other', 32_000)).toBe(false);
});

test('one that was never heard of is waited for just as long', async () => {
  const own = new Processes(new SharedRecords(), 'own', SILENT, lease);
  expect(own.isGone('nobody', 0)).toBe(false);
  for (let now = 0; now <= 12_000; now += 2000) {
    await own.beat(now);
    expect(own.isGone('nobody', now)).toBe(now >= LEASE_MS);
  }
});

test('nobody is gone for a store that was away, or for a pause of this process itself', async () => {
  const records = new SharedRecords();
  const own = new Processes(records, 'own', SILENT, lease);
  await records.beat('other');
  await own.beat(0);
  records.away = true;
  await own.beat(9000);
  expect(own.isGone('other', 60_000)).toBe(false);
  records.away = false;
  await own.beat(60_000);
  expect(own.isGone('other', 60_000)).toBe(false);
  await own.beat(120_000);
  expect(own.isGone('other', 120_000)).toBe(false);
});

test('leaves the list when it closes, and takes the long gone from it', async () => {
  const records = new SharedRecords();
  await records.beat('other');
  const own = new Processes(records, 'own', SILENT, lease);
  for (let now = 0; now <= 700_000; now += 2000) await own.beat(now);
  expect(await records.listProcesses()).toMatchObject([{ id: 'own' }]);
  await own[Symbol.asyncDispose]();
  expect(await records.listProcesses()).toEqual([]);
});
