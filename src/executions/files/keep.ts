import { createHash } from 'node:crypto';
import {
  FILE_PIECE_BYTES,
  OMITTED_FILES_COUNT,
  OUTPUT_FILES_BYTES,
  OUTPUT_FILES_COUNT,
  PATH_BYTES,
  PATH_SEGMENT_BYTES,
  STORE_FILES_MS,
} from '../../bounds.ts';
import { StoreUnavailableError, UnreadableFileError } from '../errors.ts';
import type { OmittedFile, OutputFile, StoredContent } from '../execution.ts';
import type { Retry } from '../retry.ts';
import type { FileSink } from '../run.ts';
import type { Store } from '../store.ts';

interface KeptFilesOptions {
  readonly store: Pick<Store, 'putFilePiece'>;
  readonly retry: Retry;
  /** How long storing may take in all, milliseconds; default `STORE_FILES_MS`. */
  readonly storeMs?: number;
}

/** The store took too long. */
class TooSlowError extends Error {}

/**
 * Stores the files of one execution as its runner hands them over, piece by piece, and holds what the record will say of
 * them. A runner that hands over the same files again, as after an adoption, finds their pieces stored.
 */
export class KeptFiles implements FileSink {
  readonly #id: string;
  readonly #options: KeptFilesOptions;
  readonly #files = new Map<string, OutputFile>();
  readonly #omitted: OmittedFile[] = [];
  #more = 0;
  #bytes = 0;
  #storeMs: number;

  constructor(id: string, options: KeptFilesOptions) {
    this.#id = id;
    this.#options = options;
    this.#storeMs = options.storeMs ?? STORE_FILES_MS;
  }

  get isFull(): boolean {
    return this.#files.size >= OUTPUT_FILES_COUNT;
  }

  async keep(path: string, bytes: number, content: AsyncIterable<Uint8Array>): Promise<void> {
    const refusal = this.#refusal(path, bytes);
    if (refusal !== null) {
      this.omit(path, refusal);
      return;
    }
    this.#bytes += bytes;
    try {
      const file = { path, ...(await this.#store(bytes, content)) };
      this.#bytes -= bytes - file.bytes;
      this.#files.set(path, file);
    } catch (error) {
      this.#bytes -= bytes;
      if (error instanceof StoreUnavailableError) throw error;
      this.omit(path, reasonOf(error));
    }
  }

  /**
   * Keeps something that is no file, beside them and within the same bound. Resolves to why it is not kept where it is not, a
   * sentence. Rejects only when the store was given up.
   */
  async keepContent(content: Uint8Array): Promise<StoredContent | string> {
    const bytes = content.byteLength;
    const refusal = this.#refusalOfBytes(bytes);
    if (refusal !== null) return refusal;
    this.#bytes += bytes;
    try {
      const parts = (async function* () {
        yield content;
      })();
      return await this.#store(bytes, parts);
    } catch (error) {
      this.#bytes -= bytes;
      if (error instanceof StoreUnavailableError) throw error;
      return reasonOf(error);
    }
  }

  omit(path: string, reason: string): void {
    if (this.#omitted.length < OMITTED_FILES_COUNT) {
      this.#omitted.push({ path: shortened(path.toWellFormed()), reason });
    } else this.#more++;
  }

  omitMore(count: number, reason: string): void {
    if (count <= 0) return;
    if (this.#omitted.length < OMITTED_FILES_COUNT) {
      this.#omitted.push({ path: REST, reason: `${count} more: ${reason}` });
    } else this.#more += count;
  }

  /** What the record says of all that was handed over. */
  get result(): { readonly files: readonly OutputFile[]; readonly omittedFiles: readonly OmittedFile[] } {
    const rest = { path: REST, reason: `${this.#more} more are not listed.` };
    return {
      files: [...this.#files.values()].sort((one, other) => (one.path < other.path ? -1 : 1)),
      omittedFiles: this.#more > 0 ? [...this.#omitted, rest] : this.#omitted,
    };
  }

  #refusal(path: string, bytes: number): string | null {
    const noPath = whyNoPath(path);
    if (noPath !== null) return `Its path is ${noPath}.`;
    if (this.#files.has(path)) return 'There is another file of that path.';
    if (this.isFull) return `At most ${OUTPUT_FILES_COUNT} files of an execution are kept.`;
    return this.#refusalOfBytes(bytes);
  }

  #refusalOfBytes(bytes: number): string | null {
    if (!Number.isSafeInteger(bytes) || bytes < 0) return 'Its size is no number of bytes.';
    if (bytes > OUTPUT_FILES_BYTES - this.#bytes) {
      return `It has ${bytes} bytes; at most ${OUTPUT_FILES_BYTES} bytes of an execution's files are kept, in all.`;
    }
    return this.#storeMs <= 0 ? SLOW : null;
  }

  async #store(bytes: number, content: AsyncIterable<Uint8Array>): Promise<StoredContent> {
    const whole = createHash('sha256');
    const pieces: string[] = [];
    const piece = Buffer.allocUnsafe(Math.min(bytes, FILE_PIECE_BYTES));
    let filled = 0;
    let stored = 0;
    const flush = async (): Promise<void> => {
      pieces.push(await this.#put(Buffer.from(piece.subarray(0, filled))));
      stored += filled;
      filled = 0;
    };
    for await (const part of bytes === 0 ? [] : content) {
      for (let used = 0; used < part.byteLength && stored + filled < bytes; ) {
        const room = Math.min(piece.length - filled, bytes - stored - filled);
        const taken = part.subarray(used, used + room);
        whole.update(taken);
        piece.set(taken, filled);
        filled += taken.byteLength;
        used += taken.byteLength;
        if (filled === piece.length) await flush();
      }
      if (stored + filled >= bytes) break;
    }
    if (filled > 0) await flush();
    return { bytes: stored, sha256: whole.digest('hex'), pieces };
  }

  /** Resolves to what the piece is stored under. @throws TooSlowError; what the store throws once it was given up */
  async #put(data: Uint8Array): Promise<string> {
    const { store, retry } = this.#options;
    const sha256 = createHash('sha256').update(data).digest('hex');
    const began = performance.now();
    const isLate = (): boolean => performance.now() - began > this.#storeMs;
    await retry(async () => {
      if (isLate()) throw new TooSlowError();
      await store.putFilePiece(this.#id, sha256, data);
    });
    this.#storeMs -= performance.now() - began;
    return sha256;
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof UnreadableFileError) return error.message;
  return error instanceof TooSlowError ? SLOW : 'It could not be read.';
}

const SLOW = 'It could not be stored in time.';
/** Stands for the path of those that are not listed one by one. */
const REST = '…';

/** A path of a list that is bounded. */
function shortened(path: string): string {
  const characters = Array.from(path.slice(0, PATH_BYTES + 1));
  return path.length > PATH_BYTES ? `${characters.slice(0, PATH_BYTES).join('').toWellFormed()}…` : path;
}

/**
 * Why a text is no path below a directory, the rest of "got …"; null for one that is. Any character but NUL
 * and a slash may stand in a name.
 */
function whyNoPath(path: string): string | null {
  if (path === '') return 'an empty one';
  if (!path.isWellFormed()) return 'one with a lone surrogate';
  if (Buffer.byteLength(path) > PATH_BYTES) return `one of more than ${PATH_BYTES} bytes`;
  if (path.startsWith('/')) return 'an absolute one';
  if (path.includes('\0')) return 'one with a NUL character';
  for (const name of path.split('/')) {
    if (name === '') return 'one with an empty part';
    if (name === '.' || name === '..') return `one with ${name} in it`;
    if (Buffer.byteLength(name) > PATH_SEGMENT_BYTES) return `a part of over ${PATH_SEGMENT_BYTES} bytes`;
  }
  return null;
}
