import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../../src/db/sqlite/open.ts';
import { create, sample } from '../../contract/store/samples.ts';
import { usePlace } from './place.ts';

const place = usePlace();

describe('an erased payload', () => {
  it('is no more in the file, whatever its size', async () => {
    const file = place();
    const secret = 'correct horse battery staple';
    const env = (length: number) => [{ name: 'SECRET', value: secret.repeat(length) }];
    const executions = [];
    let store = await openSqliteStore({ file });
    for (const length of [1, 100, 2000]) {
      const execution = sample();
      await store.createExecution(execution, { stdin: '', files: [], env: env(length) });
      executions.push(execution);
      await create(store);
    }
    // Closing brings what the write-ahead log holds into the file and removes the log.
    await store[Symbol.asyncDispose]();
    expect(readFileSync(file).includes(secret)).toBe(true);
    store = await openSqliteStore({ file });
    for (const { id } of executions) await store.deletePayload(id);
    await store[Symbol.asyncDispose]();
    expect(readFileSync(file).includes(secret)).toBe(false);
  });
});
