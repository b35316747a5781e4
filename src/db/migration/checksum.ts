import { createHash, type Hash } from 'node:crypto';
import type { Execution, Payload } from '../../executions/execution.ts';
import type { Chunk } from '../../executions/output/chunk.ts';

/** A digest of one execution with its input and its output, the same whatever store they were read from. */
export class Checksum {
  readonly #hash: Hash = createHash('sha256');
  chunks = 0;
  /** UTF-8 bytes of the chunks' text. */
  bytes = 0;

  addRecord(execution: Execution): void {
    this.#add(JSON.stringify(sorted(execution)));
  }

  addPayload(payload: Payload | null): void {
    if (!payload) {
      this.#add('no payload');
      return;
    }
    const { stdin, env, files } = payload;
    this.#add(JSON.stringify([stdin, env.map(({ name, value }) => [name, value])]));
    for (const { path, content } of files) {
      this.#add(path);
      this.#add(content);
    }
  }

  addChunk({ seq, stream, text, at, display }: Chunk): void {
    this.chunks++;
    this.bytes += Buffer.byteLength(text);
    this.#add(JSON.stringify([seq, stream, text, at, ...(display ? [sorted(display)] : [])]));
  }

  digest(): string {
    return this.#hash.digest('hex');
  }

  /** With its length in front, so that no two sequences of parts look the same. */
  #add(part: string | Uint8Array): void {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    this.#hash.update(`${bytes.byteLength}:`).update(bytes);
  }
}

/** The same with the fields of every object in the order of their names: stores give them in orders of their own. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, field]) => [name, sorted(field)]));
}
