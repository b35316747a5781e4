import { v7 as uuidv7 } from 'uuid';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A UUIDv7 in lower case: sorts by time, also within a millisecond of one process, and fits a Kubernetes name. */
export function newExecutionId(): string {
  return uuidv7();
}

/** Whether `id` has the form of an execution's id; one of another UUID version is merely unknown. */
export function isExecutionId(id: string): boolean {
  return ID.test(id);
}
