import { expect, onTestFinished, test } from 'vitest';
import { migrate } from '../../src/db/migration/migration.ts';
import { isInUse } from '../../src/db/migration/open.ts';
import { openMongoStore } from '../../src/db/mongodb/open.ts';
import { openSqliteStore } from '../../src/db/sqlite/open.ts';
import type { Store } from '../../src/executions/store.ts';
import { contents, fill } from '../db/migration/records.ts';
import { databaseOfTest } from './support/database.ts';

const OPENS: { readonly [kind: string]: () => Promise<Store> } = {
  sqlite: () => openSqliteStore({ file: ':memory:' }),
  mongodb: () => openMongoStore({ uri: databaseOfTest().uri }),
};

const quietly = { progress() {}, failed: (id: string, reason: string) => expect.fail(`${id}: ${reason}`) };

test.each([
  ['sqlite', 'mongodb'],
  ['mongodb', 'sqlite'],
  ['mongodb', 'mongodb'],
])('from %s to %s, and again', { timeout: 60_000 }, async (from, to) => {
  await using source = await OPENS[from]?.();
  await using target = await OPENS[to]?.();
  if (!source || !target) throw new Error('Expected two stores.');
  const expected = await fill(source);
  const migrated = await migrate(source, target, quietly);
  expect(await contents(target)).toStrictEqual(expected);
  expect(migrated).toMatchObject({ executions: expected.length, present: 0, failed: 0 });
  expect(await migrate(source, target, quietly)).toEqual({ ...migrated, present: expected.length });
});

test('there and back is the same, by its checksum too', async () => {
  await using source = await openSqliteStore({ file: ':memory:' });
  await using middle = await openMongoStore({ uri: databaseOfTest().uri });
  await using target = await openSqliteStore({ file: ':memory:' });
  const expected = await fill(source);
  const out = await migrate(source, middle, quietly);
  const back = await migrate(middle, target, quietly);
  expect(back).toEqual(out);
  expect(await contents(target)).toStrictEqual(expected);
});

test('a store that a server uses is seen by its counter, one that a dead server left is not', {
  timeout: 60_000,
}, async () => {
  await using store = await openMongoStore({ uri: databaseOfTest().uri });
  expect(await isInUse(store)).toBe(false);
  await store.sharing?.heartbeat('dead');
  expect(await isInUse(store)).toBe(false);
  const timer = setInterval(() => void store.sharing?.heartbeat('alive').catch(() => {}), 300);
  onTestFinished(() => clearInterval(timer));
  expect(await isInUse(store)).toBe(true);
  clearInterval(timer);
});
