import type { OmittedFile } from '../../../src/executions/execution.ts';
import { KeptFiles } from '../../../src/executions/files/keep.ts';
import { readStored } from '../../../src/executions/files/read.ts';

/** The domain's own sink, over pieces in memory. */
export class TakenFiles extends KeptFiles {
  readonly #pieces: Map<string, Uint8Array>;

  constructor() {
    const pieces = new Map<string, Uint8Array>();
    super('x', {
      store: {
        putFilePiece: async (_id, sha256, data) => {
          pieces.set(sha256, data);
        },
      },
      retry: (operation) => operation(),
    });
    this.#pieces = pieces;
  }

  get paths(): string[] {
    return this.result.files.map(({ path }) => path);
  }

  get omitted(): readonly OmittedFile[] {
    return this.result.omittedFiles;
  }

  /** What is in a file that was kept; rejects when there is none of that path. */
  async content(path: string): Promise<Buffer> {
    const file = this.result.files.find((one) => one.path === path);
    if (file === undefined) throw new Error(`Expected a file ${path}, got ${this.paths.join(', ')}`);
    const store = { readFilePiece: async (_id: string, sha256: string) => this.#pieces.get(sha256) ?? null };
    return Buffer.concat(
      await Array.fromAsync(readStored(store, 'x', file, 'a file', { from: 0, to: file.bytes })),
    );
  }
}
