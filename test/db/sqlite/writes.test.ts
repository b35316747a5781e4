import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Writes } from '../../../src/db/sqlite/writes.ts';

describe('Writes', () => {
  let database: DatabaseSync;
  let writes: Writes;
  beforeEach(() => {
    database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE t (a INTEGER PRIMARY KEY)');
    writes = new Writes(database);
  });
  afterEach(() => database.close());

  const insert = (a: number) => () => database.prepare('INSERT INTO t VALUES (?)').run(a).changes;
  const stored = () =>
    (database.prepare('SELECT a FROM t ORDER BY a').all() as { a: number }[]).map(({ a }) => a);

  it('takes all of one turn into one transaction, in order', async () => {
    const seen: boolean[] = [];
    const results = await Promise.all(
      [1, 2, 3].map((a) =>
        writes.run(() => {
          seen.push(database.isTransaction);
          insert(a)();
          return stored();
        }),
      ),
    );
    expect(results).toEqual([[1], [1, 2], [1, 2, 3]]);
    expect(seen).toEqual([true, true, true]);
    expect(database.isTransaction).toBe(false);
  });

  it('undoes only the write that failed, all of it', async () => {
    const failing = () => {
      insert(10)();
      insert(1)();
    };
    const results = await Promise.allSettled([
      writes.run(insert(1)),
      writes.run(failing),
      writes.run(insert(2)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(stored()).toEqual([1, 2]);
    await writes.run(insert(3));
    expect(stored()).toEqual([1, 2, 3]);
  });

  it('lets the event loop turn between transactions when there is much to do', async () => {
    const slow = (a: number) => () => {
      const until = performance.now() + 12;
      while (performance.now() < until);
      return insert(a)();
    };
    const order: string[] = [];
    const first = writes.run(slow(1)).then(() => order.push('first'));
    const second = writes.run(slow(2)).then(() => order.push('second'));
    await new Promise(setImmediate);
    order.push('turn');
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'turn', 'second']);
  });

  it('commits what waits when it is flushed', () => {
    const results = [writes.run(insert(1)), writes.run(insert(2))];
    writes.flush();
    expect(stored()).toEqual([1, 2]);
    return Promise.all(results);
  });
});
