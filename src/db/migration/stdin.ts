import { STDIN_WRITE_BYTES } from '../../bounds.ts';
import { type Execution, hasEnded, type Payload, type StdinWrite } from '../../executions/execution.ts';
import type { Store } from '../../executions/store.ts';

type StdinFields = Pick<Execution, 'stdinBytes' | 'stdinClosed' | 'lastStdinWrite'>;

/** What the record of an execution says of the writes to its stdin. */
export function stdinOf({ stdinBytes, stdinClosed, lastStdinWrite }: Execution): StdinFields {
  return { stdinBytes, stdinClosed, lastStdinWrite };
}

/**
 * What was written to an execution's stdin and its program has not read, in order, so that appending it makes the same
 * record: the last write begins where the last one began.
 * @param payload null once erased
 */
export async function readWaitingStdin(
  source: Store,
  execution: Execution,
  payload: Payload | null,
): Promise<StdinWrite[]> {
  const { id, stdinOpen, stdinBytes, stdinRead, stdinClosed, lastStdinWrite } = execution;
  if (hasEnded(execution) || !stdinOpen || lastStdinWrite === null || stdinRead >= stdinBytes) return [];
  const writes: StdinWrite[] = [];
  const { offset: last, hash } = lastStdinWrite;
  const first = Math.min(last, Math.max(stdinRead, Buffer.byteLength(payload?.stdin ?? '')));
  for (let offset = first; offset < last; ) {
    const data = await source.readStdin(id, offset, Math.min(STDIN_WRITE_BYTES, last - offset));
    if (data.byteLength === 0) return [];
    writes.push({ offset, data, end: false, hash: '' });
    offset += data.byteLength;
  }
  const data = await source.readStdin(id, last, STDIN_WRITE_BYTES);
  return [...writes, { offset: last, data: data.subarray(0, stdinBytes - last), end: stdinClosed, hash }];
}

/** The record as it was before these writes. */
export function beforeWrites(execution: Execution, [first]: readonly StdinWrite[]): Execution {
  if (first === undefined) return execution;
  return { ...execution, stdinBytes: first.offset, stdinClosed: false, lastStdinWrite: null };
}
