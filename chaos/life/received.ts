import type { Chunk, Watched } from './operations.ts';

/** What one viewer was sent of an execution, each event held against those before. */
export class Received {
  readonly chunks: Chunk[] = [];
  /** As the last event told it; null until then. */
  end: Watched['output']['execution'] | null = null;

  /** What is wrong with an event; null when nothing is. */
  take({ chunks, cursor, ended, execution }: Watched['output']): string | null {
    const wrong = this.#add(chunks) ?? this.#checkCursor(cursor);
    if (wrong === null && ended) this.end = execution;
    return wrong;
  }

  text(stream: Chunk['stream']): string {
    return this.chunks.map((chunk) => (chunk.stream === stream ? chunk.text : '')).join('');
  }

  /** What another was sent otherwise of the same execution; null when nothing was. */
  differenceFrom(other: readonly Chunk[]): string | null {
    const differs = this.chunks.findIndex((chunk, index) => {
      const same = other[index];
      return same?.stream !== chunk.stream || same.text !== chunk.text;
    });
    if (differs >= 0) return `two viewers saw chunk ${differs + 1} differently`;
    if (other.length === this.chunks.length) return null;
    return `two viewers saw the same end after ${this.chunks.length} and ${other.length} chunks`;
  }

  #add(chunks: readonly Chunk[]): string | null {
    if (this.end) return 'got an event after the end';
    for (const chunk of chunks) {
      const expected = this.chunks.length + 1;
      if (chunk.seq !== expected) return `expected chunk ${expected}, got ${chunk.seq}`;
      this.chunks.push(chunk);
    }
    return null;
  }

  #checkCursor(cursor: number): string | null {
    const expected = this.chunks.length;
    return cursor === expected ? null : `expected cursor ${expected}, got ${cursor}`;
  }
}
