import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openSqliteStore } from '../../../src/db/sqlite/open.ts';
import type { ExecutionStatus } from '../../../src/executions/execution.ts';
import { ALL, EVERY_STATUS } from '../../contract/store/samples.ts';
import { fixture, usePlace } from './place.ts';

const place = usePlace();

/** Lines printed before the kill; different places in the life of the file, before and after checkpoints. */
const KILLED_AFTER = [1, 50, 400, 3000];

describe('a process killed in the middle of writes', () => {
  it('leaves every acknowledged write, whole, and a sound file', async () => {
    for (const lines of KILLED_AFTER) {
      const file = place();
      const acknowledged = await writeUntilKilled(file, lines);
      expect(acknowledged.length).toBeGreaterThanOrEqual(lines);

      const store = await openSqliteStore({ file });
      for (const [id, status, lastSeq] of latest(acknowledged)) {
        const found = await store.getExecution(id);
        if (found === null) throw new Error(`Expected ${id} (${status}), got null`);
        expect(EVERY_STATUS.indexOf(found.status)).toBeGreaterThanOrEqual(EVERY_STATUS.indexOf(status));
        const seqs = (await store.readChunks(id, ALL)).map(({ seq }) => seq);
        expect(seqs.length).toBeGreaterThanOrEqual(lastSeq);
        expect(seqs).toEqual(seqs.map((_, index) => index + 1));
      }
      await store[Symbol.asyncDispose]();

      const database = new DatabaseSync(file, { readOnly: true });
      expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
      database.close();
    }
  });
});

type Line = readonly [id: string, status: ExecutionStatus, lastSeq: number];

async function writeUntilKilled(file: string, lines: number): Promise<Line[]> {
  const writer = spawn(process.execPath, [fixture('writeUntilKilled.ts'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  writer.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    if (printed.split('\n').length > lines) writer.kill('SIGKILL');
  });
  await once(writer, 'close');
  expect(writer.signalCode).toBe('SIGKILL');
  // The last line may have been cut.
  return printed
    .slice(0, printed.lastIndexOf('\n'))
    .split('\n')
    .map((line) => {
      const [id = '', status = '', lastSeq = ''] = line.split(' ');
      return [id, status as ExecutionStatus, Number(lastSeq)] as const;
    });
}

function latest(lines: readonly Line[]): Iterable<Line> {
  return new Map(lines.map((line) => [line[0], line])).values();
}
