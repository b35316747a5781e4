import type { BigIntStats, Dirent } from 'node:fs';
import { lstat, open, opendir } from 'node:fs/promises';
import type { Glob } from '../../../executions/files/glob.ts';
import type { FileSink } from '../../../executions/run.ts';
import { FILE_PROBLEMS, REST_OF_FILES } from '../../run/files/problems.ts';
import { below, FOLDER, whyNotOpened } from './open-below.ts';
import type { ReadingTime } from './reading-time.ts';

export interface WalkOptions {
  readonly globs: readonly Glob[];
  /** Whether the program was given that file and has not changed it. */
  readonly isGiven: (path: string, stats: BigIntStats) => boolean;
  readonly mayBeGiven: (path: string) => boolean;
  /** Lists what matches and cannot be taken. */
  readonly sink: FileSink;
  readonly time: ReadingTime;
}

/** Files, folders and all else that are looked at, as `FILE_PROBLEMS` says. */
const MAX_ENTRIES = 10_000;
/** Folders within folders; each is open while what is in it is looked at. */
const MAX_DEPTH = 32;
/** Entries that are read at once. */
const BATCH = 128;

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Finds the regular files below a directory that globs match and the program has made or changed. */
export class Walk {
  readonly #options: WalkOptions;
  readonly #found: string[] = [];
  #entries = 0;
  /** Why it looks at nothing more; null while it does. */
  #stopped: string | null = null;

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  /** Their paths, sorted. Never rejects: what cannot be looked at is listed. */
  async from(directory: number): Promise<readonly string[]> {
    await this.#into(directory, []);
    if (this.#stopped !== null) this.#options.sink.omit(REST_OF_FILES, this.#stopped);
    return this.#found.sort();
  }

  async #into(descriptor: number, folder: readonly string[]): Promise<void> {
    const { time } = this.#options;
    // Names come as the bytes they are.
    const options = { encoding: 'buffer', bufferSize: BATCH } as unknown as { bufferSize: number };
    const entries = await time.of(opendir(`/proc/self/fd/${descriptor}`, options));
    try {
      for (;;) {
        const entry = (await time.of(entries.read())) as unknown as Dirent<Buffer> | null;
        if (entry === null || !this.#goesOn()) return;
        await this.#look(descriptor, folder, entry);
        if (this.#stopped !== null) return;
      }
    } finally {
      await entries.close();
    }
  }

  #goesOn(): boolean {
    if (this.#options.time.isOver) {
      this.#stopped = FILE_PROBLEMS.time;
    } else if (++this.#entries > MAX_ENTRIES) {
      this.#stopped = FILE_PROBLEMS.entries;
    }
    return this.#stopped === null;
  }

  async #look(descriptor: number, folder: readonly string[], entry: Dirent<Buffer>): Promise<void> {
    const { sink, time, mayBeGiven, isGiven } = this.#options;
    const name = decode(entry.name);
    const parts = [...folder, name ?? entry.name.toString()];
    const path = parts.join('/');
    if (entry.isDirectory()) {
      if (!this.#leadsBelow(parts)) return;
      if (name === null) sink.omit(path, FILE_PROBLEMS.utf8);
      else await this.#enter(descriptor, parts, name);
      return;
    }
    if (!this.#matches(parts)) return;
    if (name === null) sink.omit(path, FILE_PROBLEMS.utf8);
    else if (!entry.isFile()) sink.omit(path, FILE_PROBLEMS[kindOf(entry)]);
    else if (!mayBeGiven(path)) this.#found.push(path);
    else {
      const stats = await time.of(lstat(below(descriptor, name), { bigint: true }).catch(() => null));
      if (stats === null || !isGiven(path, stats)) this.#found.push(path);
    }
  }

  async #enter(descriptor: number, parts: readonly string[], name: string): Promise<void> {
    const { sink, time } = this.#options;
    const path = parts.join('/');
    if (parts.length > MAX_DEPTH) {
      sink.omit(path, FILE_PROBLEMS.deep);
      return;
    }
    try {
      await using folder = await time.of(open(below(descriptor, name), FOLDER));
      await this.#into(folder.fd, parts);
    } catch (error) {
      sink.omit(path, whyNotOpened(error));
    }
  }

  #matches(path: readonly string[]): boolean {
    return this.#some((glob) => glob.matches(path));
  }

  #leadsBelow(folder: readonly string[]): boolean {
    return this.#some((glob) => glob.leadsBelow(folder));
  }

  /** One glob may take a tenth of a second: no more are asked than there is time for. */
  #some(is: (glob: Glob) => boolean): boolean {
    const { globs, time } = this.#options;
    return globs.some((glob) => !time.isOver && time.spend(() => is(glob)));
  }
}

/** Null for a name that is no UTF-8. */
function decode(name: Buffer): string | null {
  try {
    return UTF8.decode(name);
  } catch {
    return null;
  }
}

function kindOf(entry: Dirent<Buffer>): keyof typeof FILE_PROBLEMS {
  if (entry.isSymbolicLink()) return 'link';
  if (entry.isFIFO()) return 'pipe';
  if (entry.isSocket()) return 'socket';
  return entry.isCharacterDevice() || entry.isBlockDevice() ? 'device' : 'other';
}
