import type { DatabaseSync } from 'node:sqlite';
import type { Execution } from '../../executions/execution.ts';
import type { ScanPage } from '../../executions/store.ts';
import { type ExecutionRow, SELECT_EXECUTION, toExecution } from './rows.ts';

export const SCAN_EXECUTIONS = `${SELECT_EXECUTION} WHERE id > ? AND hidden = 0 ORDER BY id LIMIT ?`;

export function prepareScanExecutions(database: DatabaseSync): (page: ScanPage) => Execution[] {
  const select = database.prepare(SCAN_EXECUTIONS);
  return ({ after, limit }) => (select.all(after, limit) as unknown as ExecutionRow[]).map(toExecution);
}
