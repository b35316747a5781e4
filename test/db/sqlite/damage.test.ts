import { randomBytes } from 'node:crypto';
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../../src/db/sqlite/open.ts';
import { StoreUnavailableError } from '../../../src/executions/errors.ts';
import type { Store } from '../../../src/executions/store.ts';
import { ALL, chunk, create, createEnded } from '../../contract/store/samples.ts';
import { anInput } from '../../executions/records.ts';
import { openService } from '../../executions/service.ts';
import { ScriptedRunner } from '../../support/scripted-runner.ts';
import { usePlace } from './place.ts';

const place = usePlace();
const PAGE_BYTES = 4096;

/** A closed file with that many executions of 32 KiB of output; their ids. */
async function fill(file: string, count: number): Promise<string[]> {
  const store = await openSqliteStore({ file });
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const { id } = await createEnded(store, 1, { lastSeq: 2 });
    const text = 'x'.repeat(16_384);
    await store.appendChunks([{ executionId: id, chunks: [chunk(1, text), chunk(2, text)] }]);
    ids.push(id);
  }
  await store[Symbol.asyncDispose]();
  return ids;
}

/** Writes noise over a part of the file's pages, given as fractions of it. */
function damage(file: string, from: number, to: number): void {
  const pages = Math.floor(statSync(file).size / PAGE_BYTES);
  const descriptor = openSync(file, 'r+');
  for (let page = Math.floor(pages * from); page < pages * to; page++) {
    writeSync(descriptor, randomBytes(PAGE_BYTES), 0, PAGE_BYTES, page * PAGE_BYTES);
  }
  closeSync(descriptor);
}

async function refusal(file: string): Promise<string> {
  const result = await openSqliteStore({ file }).catch((error: Error) => error);
  if (result instanceof Error) return `${result.name}: ${result.message}`;
  await result[Symbol.asyncDispose]();
  throw new Error('Expected the file to be refused, got a store');
}

describe('a damaged file', () => {
  it('is refused at the start, with what to do', async () => {
    const file = place();
    await fill(file, 40);
    damage(file, 0.5, 0.56);
    expect(await refusal(file)).toMatch(
      /^StoreOpenError: The database file .*podline\.db is damaged\. Restore it/,
    );
  });

  it.each([
    ['DROP TABLE skew', 'table skew'],
    ['DROP INDEX executions_active', 'index executions_active'],
    ['DROP TRIGGER labels_moved', 'trigger labels_moved'],
  ])('that lacks something is refused by its name: %s', async (sql, name) => {
    const file = place();
    await (await openSqliteStore({ file }))[Symbol.asyncDispose]();
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();
    expect(await refusal(file)).toMatch(
      new RegExp(`lacks the ${name}; expected all of schema version \\d+\\. Restore it`),
    );
  });

  it('takes nothing more once damage was met: submissions are UNAVAILABLE, health says what to do', async () => {
    const file = place();
    const ids = await fill(file, 1000);
    const messages: string[] = [];
    const log = (_fields: object, message: string) => messages.push(message);
    await using store = await openSqliteStore({
      file,
      logger: { debug: log, info: log, warn: log, error: log },
    });
    await using service = await openService({ store, runner: new ScriptedRunner() });
    const { executions } = service;
    const { id } = await executions.execute('anonymous', anInput());
    expect((await executions.health()).status).toBe('HEALTHY');

    damage(file, 0.05, 1);
    await expect(readAll(store, ids)).rejects.toMatchObject({
      name: 'StoreUnavailableError',
      message: expect.stringMatching(
        /^The database file is damaged: nothing is recorded until it is restored\. Stop/,
      ),
    });
    await expect(executions.execute('anonymous', anInput())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(create(store)).rejects.toBeInstanceOf(StoreUnavailableError);
    const { status, checks } = await executions.health();
    expect(status).toBe('UNHEALTHY');
    expect(checks[0]?.message).toContain('restore the file from a backup');
    expect(messages.filter((message) => message.startsWith('The database file is damaged'))).toHaveLength(1);
    // What is intact is still shown.
    expect(await executions.get('anonymous', id)).toMatchObject({ id });
  });
});

async function readAll(store: Store, ids: readonly string[]): Promise<void> {
  for (const id of ids) await store.readChunks(id, ALL);
}
