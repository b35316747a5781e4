import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Execution, ExecutionChange } from '../../executions/execution.ts';
import type { Expected } from '../../executions/store.ts';
import { CHANGE_COLUMNS, type ExecutionRow, SELECT_EXECUTION, toExecution } from './rows.ts';

/** Statements kept, one for each set of changed fields; the domain has about ten such sets. */
const KEPT_STATEMENTS = 64;

type FieldName = keyof ExecutionChange;

/** Atomic because the two statements run in one synchronous turn within one transaction, and no one else writes. */
export function prepareUpdateExecution(
  database: DatabaseSync,
): (id: string, expected: Expected, change: ExecutionChange) => Execution | null {
  const select = database.prepare(`${SELECT_EXECUTION} WHERE id = ? AND hidden = 0`);
  const updates = new Map<string, StatementSync>();

  // Only the columns that change: an index over a column that is not named costs nothing.
  function updateOf(names: readonly FieldName[]): StatementSync {
    const assignments = names.map((name) => `${CHANGE_COLUMNS[name].column} = ?`).join(', ');
    const known = updates.get(assignments);
    if (known !== undefined) return known;
    const statement = database.prepare(`UPDATE executions SET ${assignments} WHERE number = ?`);
    if (updates.size === KEPT_STATEMENTS) updates.clear();
    updates.set(assignments, statement);
    return statement;
  }

  return (id, expected, change) => {
    const row = select.get(id) as ExecutionRow | undefined;
    if (row === undefined || !expected.statuses.includes(row.status)) return null;
    if (expected.epoch !== undefined && expected.epoch !== row.epoch) return null;
    const names = FIELD_NAMES.filter((name) => change[name] !== undefined);
    if (names.length > 0) updateOf(names).run(...names.map((name) => encode(name, change)), row.number);
    return { ...toExecution(row), ...pick(change, names) };
  };
}

const FIELD_NAMES = Object.keys(CHANGE_COLUMNS) as readonly FieldName[];

function encode<Name extends FieldName>(name: Name, change: ExecutionChange): SQLInputValue {
  const value = change[name] as Execution[Name];
  return CHANGE_COLUMNS[name].encode(value);
}

function pick(change: ExecutionChange, names: readonly FieldName[]): ExecutionChange {
  return Object.fromEntries(names.map((name) => [name, change[name]]));
}
