import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as chunks from '../../../src/db/sqlite/chunks.ts';
import { IN_MEMORY, openDatabase } from '../../../src/db/sqlite/database.ts';
import * as files from '../../../src/db/sqlite/files.ts';
import * as payloads from '../../../src/db/sqlite/input.ts';
import { LANGUAGE_AFTER, listSql, SCAN_EXECUTIONS } from '../../../src/db/sqlite/list-executions.ts';
import * as queues from '../../../src/db/sqlite/queues.ts';
import * as removal from '../../../src/db/sqlite/removal.ts';
import { SELECT_EXECUTION } from '../../../src/db/sqlite/rows.ts';
import * as sessions from '../../../src/db/sqlite/sessions.ts';

const database = openDatabase(IN_MEMORY);
afterAll(() => database.close());

/** What each statement must be found by; `sorts` where it may put rows in order itself, being few. */
const STATEMENTS: readonly { name: string; sql: string; uses: RegExp; sorts?: boolean }[] = [
  {
    name: 'getExecution',
    sql: `${SELECT_EXECUTION} WHERE id = ? AND hidden = 0`,
    uses: /SEARCH e USING INDEX .*\(id=\?\)/,
  },
  {
    name: 'getExecutionByUniqueKey',
    sql: `${SELECT_EXECUTION} WHERE unique_key = ? AND hidden = 0`,
    uses: /executions_by_unique_key \(unique_key=\?\)/,
  },
  {
    name: 'scanExecutions',
    sql: SCAN_EXECUTIONS,
    uses: /SEARCH e USING INDEX .*\(id>\?\)/,
  },
  {
    name: 'listExecutions, languages',
    sql: LANGUAGE_AFTER,
    uses: /COVERING INDEX executions_by_status \(caller=\? AND language>\?\)/,
  },
  ...[false, true].flatMap((isTimed) => [
    {
      name: 'listExecutions by caller',
      sql: listSql('caller', isTimed, 1),
      uses: /executions_by_caller \(caller=\? AND id>\? AND id<\?\)/,
    },
    ...[1, 2, 18].flatMap((ranges) => [
      {
        name: `listExecutions by status, ${ranges} ranges`,
        sql: listSql('status', isTimed, ranges),
        uses: /executions_by_status \(caller=\? AND language=\? AND status=\? AND id>\? AND id<\?\)/,
      },
      {
        name: `listExecutions by label, ${ranges} ranges`,
        sql: listSql('label', isTimed, ranges),
        uses: /labels USING PRIMARY KEY \(caller=\? AND name=\? AND value=\? AND language=\? AND status=\? AND id>\? AND id<\?\)/,
      },
    ]),
  ]),
  { name: 'listUnderWay', sql: queues.LIST_UNDER_WAY, uses: /executions_active \(status=\?\)/ },
  {
    name: 'countUnderWay',
    sql: queues.COUNT_UNDER_WAY,
    uses: /COVERING INDEX executions_active \(status=\?\)/,
  },
  {
    name: 'listRunning',
    sql: queues.LIST_RUNNING,
    uses: /COVERING INDEX executions_active \(status=\?\)/,
  },
  {
    name: 'listQueues',
    sql: queues.LIST_QUEUES,
    uses: /COVERING INDEX executions_active \(status=\? AND session_id=\?\)/,
  },
  {
    name: 'countQueuedBefore',
    sql: queues.COUNT_QUEUED_BEFORE,
    uses: /COVERING INDEX executions_active \(status=\? AND session_id=\? AND caller=\? AND id<\?\)/,
  },
  {
    name: 'listSessionQueues',
    sql: sessions.LIST_SESSION_QUEUES,
    uses: /COVERING INDEX executions_active \(status=\? AND session_id>\?\)/,
  },
  {
    name: 'countQueuedInSessionBefore',
    sql: sessions.COUNT_QUEUED_IN_SESSION_BEFORE,
    uses: /executions_(active \(status=\? AND session_id=\?|by_session)/,
  },
  {
    name: 'listSessionExecutions',
    sql: sessions.LIST_SESSION_EXECUTIONS,
    uses: /executions_by_session \(session_id=\? AND id<\?\)/,
  },
  { name: 'listSessions', sql: sessions.LIST_SESSIONS, uses: /sessions_by_caller \(caller=\? AND id<\?\)/ },
  {
    name: 'listSessions by status',
    sql: sessions.LIST_SESSIONS_BY_STATUS,
    uses: /sessions_by_status \(caller=\? AND status=\? AND id<\?\)/,
  },
  { name: 'listOpenSessions', sql: sessions.LIST_OPEN_SESSIONS, uses: /sessions_open \(status=\?\)/ },
  {
    name: 'deleteExpiredSessions',
    sql: sessions.FIND_EXPIRED_SESSIONS,
    uses: /sessions_expiring \(ended_at>\? AND ended_at<\?\)|sessions_expiring \(ended_at<\?\)/,
  },
  { name: 'getPayload', sql: payloads.GET_PAYLOAD, uses: /\(id=\?\)/ },
  { name: 'deletePayload', sql: payloads.DELETE_PAYLOAD, uses: /\(id=\?\)/ },
  { name: 'chunks: number', sql: chunks.GET_NUMBER, uses: /\(id=\?\)/ },
  {
    name: 'readChunks',
    sql: chunks.READ_CHUNKS,
    uses: /chunks USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)/,
  },
  {
    name: 'summarizeChunks',
    sql: chunks.SUMMARIZE_CHUNKS,
    uses: /chunks USING INTEGER PRIMARY KEY \(rowid>\? AND rowid<\?\)/,
  },
  {
    name: 'tombstoneExpired',
    sql: removal.FIND_EXPIRED,
    uses: /executions_expiring \(finished_at>\? AND finished_at<\?\)/,
  },
  { name: 'listTombstones', sql: removal.LIST_TOMBSTONES, uses: /executions_hidden \(hidden=\?\)/ },
  { name: 'purge', sql: removal.GET_TOMBSTONE_NUMBER, uses: /\(id=\?\)/ },
  {
    name: 'purge, chunks',
    sql: removal.DELETE_LAST_CHUNKS,
    uses: /chunks USING INTEGER PRIMARY KEY \(rowid=\?\)/,
  },
  {
    name: 'readFilePiece',
    sql: files.READ_FILE_PIECE,
    uses: /file_pieces USING INDEX .*\(number=\? AND hash=\?\)/,
  },
  {
    name: 'deleteFilePieces',
    sql: files.DELETE_FILE_PIECES,
    uses: /file_pieces USING (COVERING )?INDEX .*\(number=\?\)/,
  },
];

describe('query plans', () => {
  beforeAll(() => {
    expect(plan('SELECT * FROM executions WHERE code = ?')).toMatch(SCAN);
  });

  for (const { name, sql, uses } of STATEMENTS) {
    it(`${name} goes by an index, in its order`, () => {
      const found = plan(sql);
      expect(found).toMatch(uses);
      expect(found).not.toMatch(SCAN);
      expect(found).not.toContain('TEMP B-TREE');
    });
  }
});

/** A walk through all of a table or index of ours; `json_each` of a parameter is none. */
const SCAN = /SCAN (?!json_each)/;

function plan(sql: string): string {
  const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[];
  return rows.map(({ detail }) => detail).join('\n');
}
