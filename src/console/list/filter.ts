import type { ExecutionFilter, ExecutionStatus } from '../generated/graphql.ts';
import { ALL_STATUSES } from '../words.ts';

/** What stands in the address of a list: which executions, and after which cursor. */
export interface ListAddress {
  readonly status: ExecutionStatus | '';
  readonly language: string;
  /** `name=value`. */
  readonly label: string;
  /** In the reader's time, as a field for date and time has it. */
  readonly from: string;
  readonly to: string;
  readonly after: string;
}

export const EVERYTHING: ListAddress = { status: '', language: '', label: '', from: '', to: '', after: '' };

/** Reads what it knows; anything else counts as not given. */
export function readAddress(search: URLSearchParams): ListAddress {
  const value = (name: keyof ListAddress): string => search.get(name) ?? '';
  return {
    status: ALL_STATUSES.find((status) => status === value('status')) ?? '',
    language: value('language'),
    label: value('label'),
    from: value('from'),
    to: value('to'),
    after: value('after'),
  };
}

/** The address of a list. */
export function writeAddress(address: ListAddress): string {
  const search = new URLSearchParams(Object.entries(address).filter(([, value]) => value !== ''));
  return search.size === 0 ? '/executions' : `/executions?${search}`;
}

/** The filter of a list. What is not written in full yet is left out. */
export function filterOf({ status, language, label, from, to }: ListAddress): ExecutionFilter {
  const equals = label.indexOf('=');
  const after = instantOf(from);
  const before = instantOf(to);
  return {
    ...(status === '' ? {} : { statuses: [status] }),
    ...(language === '' ? {} : { language }),
    ...(equals > 0 ? { label: { name: label.slice(0, equals), value: label.slice(equals + 1) } } : {}),
    ...(after === null ? {} : { createdAfter: after }),
    ...(before === null ? {} : { createdBefore: before }),
  };
}

function instantOf(local: string): string | null {
  const time = Date.parse(local);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
