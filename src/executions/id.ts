import { v7 as uuidv7 } from 'uuid';
import type { Caller } from './caller.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A UUIDv7 in lower case: sorts by time, also within a millisecond of one process, and fits a Kubernetes name. */
export function newExecutionId(): string {
  return uuidv7();
}

/** Whether `id` has the form of an execution's id; one of another UUID version is merely unknown. */
export function isExecutionId(id: string): boolean {
  return ID.test(id);
}

/**
 * What a record is unique by: the caller and its idempotency key, so that one caller's keys are nothing to another, or
 * without a key the id.
 *
 * No two pairs of caller and key give the same: in a caller's name, which is what follows its first colon, `%` and `:` are
 * written `%25` and `%3A`, so the key begins after the next colon. Names in `API_KEYS` hold neither, and keys may hold
 * anything: what is stored since the first version is what this gives.
 */
export function uniqueKeyOf(caller: Caller, idempotencyKey: string | null, id: string): string {
  if (idempotencyKey === null) return `id:${id}`;
  const at = caller.indexOf(':') + 1;
  const name = caller.slice(at).replace(/[%:]/g, (character) => (character === '%' ? '%25' : '%3A'));
  return `k:${caller.slice(0, at)}${name}:${idempotencyKey}`;
}
