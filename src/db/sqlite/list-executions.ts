import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { EXECUTION_STATUSES, type Execution } from '../../executions/execution.ts';
import type { ListQuery, ScanPage } from '../../executions/store.ts';
import { idRange, USUAL_SKEW_MS } from '../id-time.ts';
import { type ExecutionRow, SELECT_EXECUTION, toExecution } from './rows.ts';

/**
 * Every list is one or several ranges of an index, each in the order of ids, merged by SQLite as they are read: a page
 * costs the same whatever is stored. Status and language stand before the id in those indexes, so that a filter is a
 * choice of ranges, never a search; the languages a caller has used are found by skipping through the index.
 */
export function prepareListExecutions(database: DatabaseSync): (query: ListQuery) => Execution[] {
  const selectSkew = database.prepare('SELECT ms FROM skew WHERE one = 1');
  const selectRow = database.prepare(`${SELECT_EXECUTION} WHERE e.number = ?`);
  const selectLanguage = database.prepare(LANGUAGE_AFTER);
  // Few: one for each kind of filter and number of ranges, of which there are up to MAX_LANGUAGES * 6.
  const statements = new Map<string, StatementSync>();

  function prepared(sql: string): StatementSync {
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  }

  function languagesOf(caller: string): string[] {
    const languages: string[] = [];
    let last: string | null = '';
    while (languages.length < MAX_LANGUAGES) {
      ({ language: last } = selectLanguage.get(caller, last) as { language: string | null });
      if (last === null) break;
      languages.push(last);
    }
    return languages;
  }

  return ({ caller, before, limit, filter = {} }) => {
    const { statuses, language, label, createdAfter, createdBefore } = filter;
    const { ms } = selectSkew.get() as { ms: number };
    const { low, high } = idRange(before, createdAfter, createdBefore, Math.max(ms, USUAL_SKEW_MS));
    const isPlain = statuses === undefined && language === undefined && label === undefined;
    const isTimed = createdAfter !== undefined || createdBefore !== undefined;

    const parameters: SQLInputValue[] = [caller, low, high, limit];
    if (isTimed)
      parameters.push(createdAfter ?? Number.NEGATIVE_INFINITY, createdBefore ?? Number.POSITIVE_INFINITY);
    let ranges = 1;
    if (!isPlain) {
      const languages = language === undefined ? languagesOf(caller) : [language];
      const each = languages.flatMap((name) =>
        [...new Set(statuses ?? EXECUTION_STATUSES)].map((status) => [name, status]),
      );
      if (each.length === 0) return [];
      ranges = each.length;
      if (label !== undefined) parameters.push(label.name, label.value);
      parameters.push(...each.flat());
    }
    const sql = listSql(isPlain ? 'caller' : label === undefined ? 'status' : 'label', isTimed, ranges);
    const found = prepared(sql).all(...parameters) as unknown as { number: number }[];
    return found.map(({ number }) => toExecution(selectRow.get(number) as unknown as ExecutionRow));
  };
}

/** Languages looked at for one caller; SQLite merges up to 500 ranges. */
const MAX_LANGUAGES = 64;

/** The first language above ?2 of the caller ?1; null when there is none. */
export const LANGUAGE_AFTER =
  'SELECT min(language) AS language FROM executions WHERE caller = ?1 AND language > ?2 AND hidden = 0';

/**
 * The numbers of one page. Parameters: caller, least id, id to stay below, limit; the two times when `isTimed`; name
 * and value of the label by label; language and status of each range by status and by label.
 */
export function listSql(by: 'caller' | 'status' | 'label', isTimed: boolean, ranges: number): string {
  let parameter = 4;
  const next = () => `?${++parameter}`;
  const common = ['caller = ?1', 'id >= ?2', 'id < ?3'];
  if (by !== 'label') common.push('hidden = 0');
  if (isTimed) {
    const createdAt =
      by === 'label'
        ? '(SELECT created_at FROM executions AS e WHERE e.number = labels.number)'
        : 'created_at';
    common.push(`${createdAt} > ${next()}`, `${createdAt} < ${next()}`);
  }
  if (by === 'label') common.push(`name = ${next()}`, `value = ${next()}`);
  const branches = Array.from({ length: ranges }, () => {
    const own = by === 'caller' ? [] : [`language = ${next()}`, `status = ${next()}`];
    return `SELECT id, number FROM ${by === 'label' ? 'labels' : 'executions'} WHERE ${[...common, ...own].join(' AND ')}`;
  });
  return `${branches.join(' UNION ALL ')} ORDER BY id DESC LIMIT ?4`;
}

export const SCAN_EXECUTIONS = `${SELECT_EXECUTION} WHERE id > ? AND hidden = 0 ORDER BY id LIMIT ?`;

export function prepareScanExecutions(database: DatabaseSync): (page: ScanPage) => Execution[] {
  const select = database.prepare(SCAN_EXECUTIONS);
  return ({ after, limit }) => (select.all(after, limit) as unknown as ExecutionRow[]).map(toExecution);
}
