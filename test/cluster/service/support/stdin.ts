import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../../../service/support/graphql.ts';

/** What a write came to. */
export interface WriteAnswer {
  readonly status: number;
  readonly body: {
    readonly stdin_bytes?: number;
    readonly stdin_closed?: boolean;
    readonly offset?: number;
    readonly message?: string;
  };
}

/** Writes to an execution's stdin, once. */
export async function tryWrite(
  url: string,
  id: string,
  data: string | Uint8Array,
  at: { readonly offset?: number; readonly end?: boolean } = {},
): Promise<WriteAnswer> {
  const query = new URLSearchParams({
    ...(at.offset !== undefined && { offset: String(at.offset) }),
    ...(at.end && { end: 'true' }),
  });
  const response = await fetch(`${url}/result/${id}/stdin?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.from(data),
  });
  return { status: response.status, body: (await response.json()) as WriteAnswer['body'] };
}

/** Bytes in one write. */
const PART_BYTES = 64 * 1024;

/** Writes all of it from an offset on, waiting where stdin is full. */
export async function writeAll(
  url: string,
  id: string,
  bytes: Uint8Array,
  from: number,
  { end = true }: { readonly end?: boolean } = {},
): Promise<void> {
  for (let at = from; at < bytes.length; ) {
    const part = bytes.subarray(at, at + PART_BYTES);
    const isLast = at + part.length === bytes.length;
    const { status, body } = await tryWrite(url, id, part, { offset: at, end: end && isLast });
    if (status === 200) at += part.length;
    else if (status === 429) await sleep(50);
    else throw new Error(`Expected a write at ${at} to be taken, got ${status} ${JSON.stringify(body)}`);
  }
}

export async function interrupt(url: string, id: string): Promise<string> {
  const query = 'mutation ($id: ID!) { interrupt(id: $id) { __typename } }';
  return (await ask<{ interrupt: { __typename: string } }>(url, query, { id })).interrupt.__typename;
}

/** Bytes without a pattern that a repetition would hide. */
export function numbered(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32BE(at, at);
  return bytes;
}
