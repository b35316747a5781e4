import type { DatabaseSync } from 'node:sqlite';
import type { Execution } from '../../executions/execution.ts';
import { type ExecutionRow, SELECT_EXECUTION, storedUniqueKey, toExecution } from './rows.ts';

/** Null when there is none or it is a tombstone. */
export function prepareGetExecution(database: DatabaseSync): (id: string) => Execution | null {
  const select = database.prepare(`${SELECT_EXECUTION} WHERE id = ? AND hidden = 0`);
  return (id) => {
    const row = select.get(id) as ExecutionRow | undefined;
    return row === undefined ? null : toExecution(row);
  };
}

/** Null when there is none or it is a tombstone. */
export function prepareGetExecutionByUniqueKey(
  database: DatabaseSync,
): (uniqueKey: string) => Execution | null {
  const select = database.prepare(`${SELECT_EXECUTION} WHERE unique_key = ? AND hidden = 0`);
  const getExecution = prepareGetExecution(database);
  return (uniqueKey) => {
    const id = uniqueKey.startsWith('id:') ? uniqueKey.slice('id:'.length) : null;
    if (id !== null && storedUniqueKey(id, uniqueKey) === null) {
      const own = getExecution(id);
      if (own?.uniqueKey === uniqueKey) return own;
    }
    const row = select.get(uniqueKey) as ExecutionRow | undefined;
    return row === undefined ? null : toExecution(row);
  };
}
